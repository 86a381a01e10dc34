package engine

import (
	"context"
	"slices"
	"time"

	"countersign/simulator"
)

// park is a request held on the world's clock; a zero until holds it for ever.
type park struct {
	until     time.Time
	rules     []string // the fault rules that hold it
	released  chan struct{}
	abandoned bool // let go without its instant having come
}

// Park holds the caller until the instant by the world's clock (nil: for ever),
// the world's end or the context's. It reports whether the instant was reached.
// While it holds, the caller counts as parked, not as busy; only a caller that is
// counted as busy (inside Do) may use it.
func (e *Engine) Park(ctx context.Context, worldID string, until *time.Time) (bool, error) {
	r, err := e.find(worldID)
	if err != nil {
		return false, err
	}
	var at time.Time
	if until != nil {
		at = *until
	}
	return r.hold(ctx, simulator.Hold{Until: at}), nil
}

// hold is Park for a runner.
func (r *runner) hold(ctx context.Context, hold simulator.Hold) bool {
	until := hold.Until
	p := &park{until: until, rules: hold.Rules, released: make(chan struct{})}
	r.mu.Lock()
	over := !until.IsZero() && !until.After(r.clock.Now())
	if over || !r.inForceLocked(hold.Rules) { // it ended between the step and here
		r.mu.Unlock()
		return true
	}
	r.parks[p] = struct{}{}
	r.parked++
	r.endLocked()
	r.armLocked()
	r.mu.Unlock()

	select {
	case <-p.released:
		return !p.abandoned
	case <-ctx.Done():
	case <-r.gone:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, still := r.parks[p]; still {
		r.abandonLocked(p)
	}
	return !p.abandoned
}

// inForceLocked reports whether any of the rules is still there; a hold that no
// rule asks for needs none.
func (r *runner) inForceLocked(rules []string) bool {
	if len(rules) == 0 {
		return true
	}
	return slices.ContainsFunc(r.world.Faults(), func(f simulator.FaultView) bool { return slices.Contains(rules, f.ID) })
}

// abandonLocked lets one go whose instant has not come.
func (r *runner) abandonLocked(p *park) {
	p.abandoned = true
	r.releaseLocked(p)
}

// releaseLocked lets one go; it is busy again from this moment on, so that nobody
// takes the world for settled before it has run on.
func (r *runner) releaseLocked(p *park) {
	delete(r.parks, p)
	r.parked--
	r.beginLocked()
	close(p.released)
}

// releaseHeldBy lets go of all that a removed rule holds; "" stands for all rules. A
// slow answer then comes at once, a hanging one ends without an answer.
func (r *runner) releaseHeldBy(ruleID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for p := range r.parks {
		if ruleID == "" || slices.Contains(p.rules, ruleID) {
			r.releaseLocked(p)
		}
	}
	r.armLocked()
}

// releaseDueLocked lets go of all whose instant has come and says how many.
func (r *runner) releaseDueLocked(now time.Time) int {
	released := 0
	for p := range r.parks {
		if !p.until.IsZero() && !p.until.After(now) {
			r.releaseLocked(p)
			released++
		}
	}
	return released
}
