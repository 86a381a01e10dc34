package engine

import (
	"context"
	"time"

	"countersign/internal/clock"
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

// Fired is something that happened by itself while a clock was moved.
type Fired struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
}

// Moved is what came of moving a clock.
type Moved struct {
	ClockView
	Fired []Fired `json:"fired"`
}

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

// SetClock moves a virtual clock forward to an instant. On the way it stops at
// each due time, lets happen what is due and waits (in real time, bounded by
// Options.Drain) for the work that sets off. Going back is a clock.BackwardsError.
func (e *Engine) SetClock(ctx context.Context, worldID string, to time.Time) (Moved, error) {
	r, err := e.find(worldID)
	if err != nil {
		return Moved{}, err
	}
	if r.virtual == nil {
		return Moved{}, ErrRealClock
	}
	r.clockMu.Lock()
	defer r.clockMu.Unlock()
	if now := r.virtual.Now(); to.Before(now) {
		return Moved{}, &clock.BackwardsError{Now: now, Requested: to.UTC()}
	}
	r.drain(ctx, e.opts.Drain) // what runs belongs to the instant that now ends
	fired := []Fired{}
	for {
		r.mu.Lock()
		next, due := r.nextDueLocked()
		r.mu.Unlock()
		if !due || next.After(to) {
			break
		}
		if fired, err = e.moveTo(ctx, r, next, fired); err != nil {
			return Moved{}, err
		}
		if ctx.Err() != nil {
			return Moved{ClockView: r.view(), Fired: fired}, nil
		}
	}
	if fired, err = e.moveTo(ctx, r, to, fired); err != nil {
		return Moved{}, err
	}
	return Moved{ClockView: r.view(), Fired: fired}, nil
}

// NextClock moves a virtual clock to the next due time; it stays where nothing is
// due.
func (e *Engine) NextClock(ctx context.Context, worldID string) (Moved, error) {
	r, err := e.find(worldID)
	if err != nil {
		return Moved{}, err
	}
	if r.virtual == nil {
		return Moved{}, ErrRealClock
	}
	r.clockMu.Lock()
	defer r.clockMu.Unlock()
	r.drain(ctx, e.opts.Drain)
	r.mu.Lock()
	next, due := r.nextDueLocked()
	r.mu.Unlock()
	fired := []Fired{}
	if due {
		if fired, err = e.moveTo(ctx, r, next, fired); err != nil {
			return Moved{}, err
		}
	}
	return Moved{ClockView: r.view(), Fired: fired}, nil
}

// moveTo sets the clock to an instant that is not before the present one (a due
// time already past counts as the present), lets happen what is due, and drains.
func (e *Engine) moveTo(ctx context.Context, r *runner, at time.Time, fired []Fired) ([]Fired, error) {
	if at.After(r.virtual.Now()) {
		if err := r.virtual.Set(at); err != nil {
			return fired, err
		}
	}
	more, err := e.tick(r)
	if err != nil {
		return fired, err
	}
	r.drain(ctx, e.opts.Drain)
	return append(fired, more...), nil
}

// drain waits until nothing is busy, for a bounded while.
func (r *runner) drain(ctx context.Context, bound time.Duration) {
	timeout := time.NewTimer(bound)
	defer timeout.Stop()
	for {
		r.mu.Lock()
		busy, settled := r.busy, r.settled
		r.mu.Unlock()
		if busy == 0 {
			return
		}
		select {
		case <-settled:
		case <-timeout.C:
			return
		case <-ctx.Done():
			return
		case <-r.gone:
			return
		}
	}
}
