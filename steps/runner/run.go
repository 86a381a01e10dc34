package runner

import (
	"context"
	"fmt"
	"time"
)

// Run plans and executes, each scenario once. The result is never nil and can
// be reported in every case; the error, which wraps [ErrConfig], says that
// nothing could be run. Ending ctx makes scenarios not yet begun end as error.
func Run(ctx context.Context, o Options) (*Result, error) {
	o = o.withDefaults()
	started := o.Now()
	plan, err := NewPlan(o)
	if err != nil {
		res := newResult(o, started)
		res.Problems = append(res.Problems, o.Mask(err.Error()))
		res.conclude(o, nil, o.Now().Sub(started))
		return res, err
	}
	return execute(ctx, o, plan, started), nil
}

// execute runs a plan and sums up.
func execute(ctx context.Context, o Options, plan *Plan, started time.Time) *Result {
	res := newResult(o, started)
	res.Problems = append(res.Problems, plan.Problems...)
	chosen := plan.chosen()
	var toRun []*Planned
	for _, p := range chosen {
		if !p.decided() {
			toRun = append(toRun, p)
		}
	}
	o.Observer.Began(len(chosen), o.Seed)
	x := newExecution(o, toRun)
	ran, code, err := runGodog(ctx, shuffled(o.Seed, toRun), x.initialize, o.Concurrency)
	for _, p := range chosen {
		res.Scenarios = append(res.Scenarios, x.result(p))
	}
	res.Problems = append(res.Problems, x.problems...)
	res.Problems = append(res.Problems, compareRun(toRun, ran)...)
	switch {
	case err != nil:
		res.Problems = append(res.Problems, o.Mask("godog stopped: "+err.Error()))
	case code > 1:
		res.Problems = append(res.Problems, fmt.Sprintf("godog refused its options (exit code %d)", code))
	case code == 1 && allWell(res.Scenarios):
		res.Problems = append(res.Problems, "godog saw a failure that was not recorded")
	}
	res.conclude(o, plan, o.Now().Sub(started))
	return res
}

func allWell(scenarios []Scenario) bool {
	for _, s := range scenarios {
		if s.Status != StatusPass && s.Status != StatusSkipped {
			return false
		}
	}
	return true
}
