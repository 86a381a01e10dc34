package engine

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"countersign/simulator"
)

// ClockView is a world's clock and whether anything is under way in the world.
type ClockView struct {
	Now     time.Time  `json:"now"`
	Virtual bool       `json:"virtual"`
	NextDue *time.Time `json:"next_due,omitempty"`
	// Activity rises with every begun and every ended piece of work.
	Activity uint64 `json:"activity"`
	// Busy counts pieces of work now running and not held; Parked those held by a
	// fault, whose end is a due time on this clock or the caller's.
	Busy   int `json:"busy"`
	Parked int `json:"parked"`
}

// Settled reports whether nothing is due and nothing on its way: every call that is
// still open is parked.
func (v ClockView) Settled() bool {
	return v.Busy == 0 && (v.NextDue == nil || v.NextDue.After(v.Now))
}

// Fired is something that happened by itself while a clock was moved.
type Fired = simulator.DueThing

// Now is the present instant by a world's clock.
func (e *Engine) Now(worldID string) (time.Time, error) {
	r, err := e.find(worldID)
	if err != nil {
		return time.Time{}, err
	}
	return r.clock.Now(), nil
}

// Clock shows a world's clock.
func (e *Engine) Clock(worldID string) (ClockView, error) {
	r, err := e.find(worldID)
	if err != nil {
		return ClockView{}, err
	}
	return r.view(), nil
}

// view shows the clock.
func (r *runner) view() ClockView {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := ClockView{
		Now: r.clock.Now(), Virtual: r.virtual != nil, Activity: r.activity, Busy: r.busy, Parked: r.parked,
	}
	if next, due := r.nextDueLocked(); due {
		v.NextDue = &next
	}
	return v
}

// Due lists what will happen by itself in a world, calls held by faults included,
// earliest first and at most limit things. A call that is held for ever is not due.
func (e *Engine) Due(worldID string, limit int) ([]simulator.DueThing, error) {
	r, err := e.find(worldID)
	if err != nil {
		return nil, err
	}
	list, held := r.dueThings(limit)
	sortThings(held)
	list = append(list, held...)
	slices.SortStableFunc(list, func(a, b simulator.DueThing) int { return a.At.Compare(b.At) })
	return list[:min(limit, len(list))], nil
}

// dueThings are things due in the world, in order, and the ends of calls held, in none.
func (r *runner) dueThings(limit int) (list, held []simulator.DueThing) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for p := range r.parks {
		if !p.until.IsZero() {
			held = append(held, p.thing(p.until))
		}
	}
	return r.world.DueList(limit), held
}

// sortThings puts things that came out of a map into an order of their own.
func sortThings(list []simulator.DueThing) {
	slices.SortFunc(list, func(a, b simulator.DueThing) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Number, b.Number))
	})
}
