package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"countersign/contract/control"
)

// controlClockSteps are about the clock as the control plane moves it, without a joint step.
func controlClockSteps() []Step {
	return []Step{
		{`the clock is moved on by ` + reNumber + ` minutes?`, moveBy},
		{`the clock is moved to 1 hour from now`, moveTo(time.Hour)},
		{`the clock is moved to 1 hour ago`, moveTo(-time.Hour)},
		{`the clock is moved to the next due thing`, moveNext},
		{`the clock is told a duration and an instant at once`, moveBoth},
		{`the clock of the other world is moved on by ` + reNumber + ` minutes?`, moveOther},
		{`the clock has moved on by ` + reNumber + ` minutes`, clockMoved},
		{`the clock says that a settlement of the order happened and that all is settled`, settlementHappened},
		{`a settlement of the order is due in ` + reNumber + ` seconds`, settlementDue},
		{`no settlement of the order is due`, nothingDue},
		{`the bank settles ` + reNumber + ` seconds after the charge`, bankSettles},
	}
}

// move moves a clock, or keeps why it was not moved.
func move(ctx context.Context, world string, to control.ClockSet) error {
	w, s := note(ctx)
	r, err := w.suite.control.SetClockWithResponse(ctx, world, to)
	if err := s.ask(r, err); err != nil {
		return err
	}
	if s.moved = r.JSON200; s.moved != nil && world == w.Sim.WorldId {
		w.setNow(s.moved.Now)
	}
	return nil
}

func moveBy(ctx context.Context, minutes int) error {
	ms := int64(minutes) * time.Minute.Milliseconds()
	return move(ctx, From(ctx).Sim.WorldId, control.ClockSet{ByMs: &ms})
}

func moveTo(d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		w := From(ctx)
		at := w.Now().Add(d)
		return move(ctx, w.Sim.WorldId, control.ClockSet{To: &at})
	}
}

func moveNext(ctx context.Context) error {
	next := true
	return move(ctx, From(ctx).Sim.WorldId, control.ClockSet{Next: &next})
}

func moveBoth(ctx context.Context) error {
	w := From(ctx)
	at, ms := w.Now().Add(time.Hour), time.Hour.Milliseconds()
	return move(ctx, w.Sim.WorldId, control.ClockSet{To: &at, ByMs: &ms})
}

func moveOther(ctx context.Context, minutes int) error {
	_, s := note(ctx)
	ms := int64(minutes) * time.Minute.Milliseconds()
	return move(ctx, s.otherID, control.ClockSet{ByMs: &ms})
}

// readClock reads the clock of the scenario's world.
func readClock(ctx context.Context) (*control.ClockState, error) {
	w := From(ctx)
	r, err := w.suite.control.GetClockWithResponse(ctx, w.Sim.WorldId)
	return Fetched[control.ClockState](r, err)
}

// clockMoved counts from when the world was made.
func clockMoved(ctx context.Context, minutes int) error {
	now, err := readClock(ctx)
	if err != nil {
		return err
	}
	if want := From(ctx).Sim.Clock.Now.Add(time.Duration(minutes) * time.Minute); !now.Now.Equal(want) {
		return fmt.Errorf("the clock shows %s, not %s", now.Now, want)
	}
	return nil
}

// isSettlement tells whether a thing is the settlement of the scenario's order.
func (c *channelState) isSettlement(t control.DueThing) bool {
	return t.Kind == control.DueSettlement && word(t.Number) == c.orderNo
}

func settlementHappened(ctx context.Context) error {
	w, s := note(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	switch {
	case s.moved == nil || s.moved.Happened == nil || !slices.ContainsFunc(*s.moved.Happened, c.isSettlement):
		return errors.New("the clock does not name it among what happened")
	case s.moved.Settled == nil || !*s.moved.Settled:
		return errors.New("the clock says that something is still under way")
	}
	return nil
}

// dueSettlements lists those of the scenario's order.
func dueSettlements(ctx context.Context) ([]control.DueThing, error) {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return nil, err
	}
	r, err := w.suite.control.ListDueWithResponse(ctx, w.Sim.WorldId, nil)
	list, err := Fetched[control.DueList](r, err)
	if err != nil {
		return nil, fmt.Errorf("what is due: %w", err)
	}
	return slices.DeleteFunc(list.Due, func(t control.DueThing) bool { return !c.isSettlement(t) }), nil
}

func settlementDue(ctx context.Context, seconds int) error {
	due, err := dueSettlements(ctx)
	if err != nil {
		return err
	}
	if want := From(ctx).Now().Add(time.Duration(seconds) * time.Second); len(due) != 1 || !due[0].At.Equal(want) {
		return fmt.Errorf("due are %v, wanted is one at %s", due, want)
	}
	return nil
}

func nothingDue(ctx context.Context) error {
	due, err := dueSettlements(ctx)
	if err == nil && len(due) > 0 {
		return fmt.Errorf("it is due at %s", due[0].At)
	}
	return err
}

func bankSettles(ctx context.Context, seconds int) error {
	w := From(ctx)
	r, err := w.suite.control.ChangeBankWithResponse(ctx, w.Sim.WorldId, w.Card.Bank, control.BankChange{SettleAfterSeconds: &seconds})
	return Done(r, err)
}
