package steps

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"countersign/contract/control"
)

// controlOdditySteps are about magic values and the temper of a world.
func controlOdditySteps() []Step {
	return []Step{
		{`the table of magic values lists the amount ` + reYuan, magicListed},
		{`magic values are switched off`, magicOff},
		{`the world is told to be (friendly|realistic|hostile)`, setTemper},
		{`the temper has put (no )?faults in force`, temperFaults},
		{`the oddity ` + reWord + ` strikes ` + reNumber + ` times in 1000`, setOddity},
		{`a world is asked for with an oddity that does not exist`, askForStrangeOddity},
	}
}

// changeWorld changes settings of the scenario's world.
func changeWorld(ctx context.Context, change control.WorldChange) error {
	w := From(ctx)
	return Done(w.suite.control.ChangeWorldWithResponse(ctx, w.Sim.WorldId, change))
}

func magicListed(ctx context.Context, amount string) error {
	f, err := fen(amount)
	if err != nil {
		return err
	}
	r, err := From(ctx).suite.control.ListMagicValuesWithResponse(ctx)
	list, err := Fetched[control.MagicValueList](r, err)
	if err != nil {
		return fmt.Errorf("the table: %w", err)
	}
	value := strconv.FormatInt(f, 10)
	if !slices.ContainsFunc(list.Values, func(v control.MagicValue) bool { return v.Value == value && v.Outcome != "" }) {
		return fmt.Errorf("the table has %d values, and not %s", len(list.Values), value)
	}
	return nil
}

func magicOff(ctx context.Context) error {
	return changeWorld(ctx, control.WorldChange{MagicValues: new(false)})
}

func setTemper(ctx context.Context, temper string) error {
	t := control.Temper(temper)
	return changeWorld(ctx, control.WorldChange{Temper: &t})
}

func temperFaults(ctx context.Context, no string) error {
	all, err := From(ctx).faults(ctx)
	if err != nil {
		return err
	}
	of := 0
	for _, f := range all {
		if f.Source != nil && *f.Source == control.SourceTemper {
			of++
		}
	}
	if (of == 0) != (no != "") {
		return fmt.Errorf("%d of %d rules are the temper's", of, len(all))
	}
	return nil
}

func setOddity(ctx context.Context, name string, permille int) error {
	return changeWorld(ctx, control.WorldChange{Oddities: &control.OddityRates{name: permille}})
}

func askForStrangeOddity(ctx context.Context) error {
	w, s := note(ctx)
	s.otherID = w.Sim.WorldId + "-b"
	w.spare = append(w.spare, s.otherID)
	return s.ask(w.suite.control.CreateWorldWithResponse(ctx, control.WorldRequest{
		WorldId: &s.otherID, Oddities: &control.OddityRates{"weather": 1},
	}))
}
