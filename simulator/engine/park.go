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
	abandoned bool   // let go without its instant having come
	number    string // the order, signing, check or refund number of the call, if known
}

// thing describes the end of the hold.
func (p *park) thing(at time.Time) simulator.DueThing {
	return simulator.DueThing{At: at, Kind: simulator.DueHeldCall, What: "held request goes on", Number: p.number}
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
	return r.hold(ctx, simulator.Hold{Until: at}, 0), nil
}

// hold is Park for a runner; row is the journal row of the call, 0 without one.
func (r *runner) hold(ctx context.Context, hold simulator.Hold, row int64) bool {
	p := &park{until: hold.Until, rules: hold.Rules, released: make(chan struct{})}
	if !r.park(p, row) {
		return true
	}
	select {
	case <-p.released:
		return !p.abandoned
	case <-ctx.Done():
	case <-r.gone:
	}
	return r.giveUp(p)
}

// park puts one among those held; false when its hold ended between the step and here.
func (r *runner) park(p *park, row int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	over := !p.until.IsZero() && !p.until.After(r.clock.Now())
	if over || r.broken != nil || !r.inForceLocked(p.rules) {
		return false
	}
	p.number = r.numberLocked(row)
	r.parks[p] = struct{}{}
	r.parked++
	r.endLocked()
	r.armLocked()
	return true
}

// giveUp ends a hold whose caller waits no longer, unless it was let go just then.
func (r *runner) giveUp(p *park) bool {
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
	return slices.ContainsFunc(r.world.Faults(), func(f simulator.FaultView) bool { return !f.Off && slices.Contains(rules, f.ID) })
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

// releaseDueLocked lets go of all whose instant has come and tells of them, in the
// order they were due.
func (r *runner) releaseDueLocked(now time.Time) []Fired {
	var released []Fired
	for p := range r.parks {
		if !p.until.IsZero() && !p.until.After(now) {
			released = append(released, p.thing(p.until))
			r.releaseLocked(p)
		}
	}
	sortThings(released)
	return released
}

// numberLocked is the number in a journal row.
func (r *runner) numberLocked(row int64) string {
	if rows := r.world.Journal(row-1, 1); row > 0 && len(rows) == 1 {
		return rows[0].Ref
	}
	return ""
}
