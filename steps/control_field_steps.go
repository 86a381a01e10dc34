package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"countersign/contract/control"
)

// controlFieldSteps are about what the control plane changes at banks, channels and members, and how the simulator
// owns up to what it was told to break.
func controlFieldSteps() []Step {
	return []Step{
		{`the member's keys are rotated`, rotateKeys},
		{`the member has other keys under its number`, keysAreOther},
		{`a stranger's keys are rotated`, rotateStranger},
		{`the breaks name the fault`, breaksNameFault},
		{`no break is without a fault`, noBreakUndeclared},
	}
}

// rotateKeys changes the keys of the member at the scenario's channel; the member of the scenario does not learn them.
func rotateKeys(ctx context.Context) error {
	w, _ := note(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	overlap := 0
	r, err := w.suite.control.RotateKeysWithResponse(ctx, w.Sim.WorldId, c.client.MemberNo, control.RotateRequest{OverlapSeconds: &overlap})
	if _, err := Fetched[control.Member](r, err); err != nil {
		return fmt.Errorf("rotate keys: %w", err)
	}
	return nil
}

// keysAreOther looks at the member in the world as it is now, beside how it was made.
func keysAreOther(ctx context.Context) error {
	w, _ := note(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	r, err := w.suite.control.DescribeWorldWithResponse(ctx, w.Sim.WorldId)
	now, err := Fetched[control.World](r, err)
	if err != nil {
		return err
	}
	mine := func(m control.Member) bool { return m.MemberNo == c.client.MemberNo }
	before, after := slices.IndexFunc(w.Sim.Members, mine), slices.IndexFunc(now.Members, mine)
	if before < 0 || after < 0 {
		return errors.New("the member is not in the world under its number")
	}
	old, made := w.Sim.Members[before], now.Members[after]
	if old.RequestKey.Kid == made.RequestKey.Kid || old.RequestKey.Material == made.RequestKey.Material || old.ReplyKey.Material == made.ReplyKey.Material {
		return errors.New("the member has an old key still")
	}
	return nil
}

// rotateStranger asks for a member that no world has.
func rotateStranger(ctx context.Context) error {
	w, s := note(ctx)
	r, err := w.suite.control.RotateKeysWithResponse(ctx, w.Sim.WorldId, "M00000000000000", control.RotateRequest{})
	return s.ask(r, err)
}

// breaksNameFault wants a break of the contract, and each declared by the scenario's rule.
func breaksNameFault(ctx context.Context) error {
	_, s := note(ctx)
	list, err := breaks(ctx, false)
	if err != nil {
		return err
	}
	for i := range list.Breaks {
		if list.Breaks[i].FaultIds == nil || !slices.Contains(*list.Breaks[i].FaultIds, s.rule.FaultId) {
			return fmt.Errorf("a break does not name the fault %s: %s", s.rule.FaultId, list.Breaks[i].What)
		}
	}
	if len(list.Breaks) == 0 {
		return fmt.Errorf("no break among %d answers", list.Checked)
	}
	return nil
}

// noBreakUndeclared wants answers that were checked, and no break that nobody asked for.
func noBreakUndeclared(ctx context.Context) error {
	list, err := breaks(ctx, true)
	if err == nil && (len(list.Breaks) > 0 || list.Checked == 0) {
		err = fmt.Errorf("%d undeclared breaks among %d answers", len(list.Breaks), list.Checked)
	}
	return err
}

// breaks reads where the simulator left its contract.
func breaks(ctx context.Context, undeclared bool) (*control.BreakList, error) {
	w, _ := note(ctx)
	r, err := w.suite.control.ListBreaksWithResponse(ctx, w.Sim.WorldId, &control.ListBreaksParams{Undeclared: &undeclared})
	return Fetched[control.BreakList](r, err)
}
