package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"countersign/contract/control"
)

// controlVerdictSteps are about what the client is found to have done.
func controlVerdictSteps() []Step {
	return []Step{
		{`the verdict ` + reWord + ` is given, with a clause and proof`, verdictGiven},
		{`no verdict is given`, noVerdict},
	}
}

// verdicts reads all that are given in the scenario's world.
func verdicts(ctx context.Context) ([]control.Verdict, error) {
	w := From(ctx)
	r, err := w.suite.control.ReadVerdictsWithResponse(ctx, w.Sim.WorldId, nil)
	list, err := Fetched[control.VerdictList](r, err)
	if err != nil {
		return nil, fmt.Errorf("the verdicts: %w", err)
	}
	return list.Verdicts, nil
}

// verdictGiven wants one verdict of the name, with a clause of the catalogue and rows that the journal has.
func verdictGiven(ctx context.Context, name string) error {
	all, err := verdicts(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(v control.Verdict) bool { return v.Verdict == name })
	if at < 0 || len(all) != 1 {
		return fmt.Errorf("given are %d verdicts, wanted is %s", len(all), name)
	}
	rows, err := From(ctx).journal(ctx)
	if err != nil {
		return err
	}
	catalogue, err := Catalogue()
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, c := range catalogue {
		known[c.ID] = true
	}
	cursors := map[int64]bool{}
	for _, row := range rows {
		cursors[row.Cursor] = true
	}
	v := all[at]
	if !known[v.Clause] || v.Text == "" || len(v.Rows) == 0 {
		return fmt.Errorf("clause %q, %d rows of proof", v.Clause, len(v.Rows))
	}
	for _, row := range v.Rows {
		if !cursors[row] {
			return fmt.Errorf("row %d of the proof is not in the journal", row)
		}
	}
	return nil
}

func noVerdict(ctx context.Context) error {
	all, err := verdicts(ctx)
	if err == nil && len(all) > 0 {
		return errors.New("accused of " + all[0].Verdict)
	}
	return err
}
