package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"countersign/contract/control"
)

// errBadClient is wrapped by a scenario's failure when the simulator holds
// something against the platform.
var errBadClient = errors.New("the platform behaved badly towards a channel")

// judgePlatform fails a scenario in which the platform did what the contract
// forbids a client, whatever its steps asked for.
func (w *World) judgePlatform(ctx context.Context) error {
	if w.Merchant == nil {
		return nil
	}
	r, err := w.suite.control.ReadVerdictsWithResponse(ctx, w.Sim.WorldId, nil)
	if err != nil || r.JSON200 == nil {
		return nil //nolint:nilerr // a target whose control plane gives no verdicts judges nothing
	}
	pardoned := Note[pardons](w).names
	at := slices.IndexFunc(r.JSON200.Verdicts, func(v control.Verdict) bool {
		return v.Level == control.VerdictMust && !slices.Contains(pardoned, v.Verdict)
	})
	if at < 0 {
		return nil
	}
	v := &r.JSON200.Verdicts[at]
	return fmt.Errorf("%w: %s (%s): %s; journal rows %v", errBadClient, v.Verdict, v.Clause, v.Text, v.Rows)
}

// pardons are verdicts that a scenario itself brings about.
type pardons struct{ names []string }

// pardon keeps a verdict from counting: what the steps do behind the platform's
// back, or in its name, looks like a fault of its own.
func (w *World) pardon(verdict string) {
	note := Note[pardons](w)
	note.names = append(note.names, verdict)
}
