package engine

import (
	"context"
	"time"

	"countersign/internal/clock"
	"countersign/simulator"
)

// roundsAtOnce bounds how often one instant is let happen again because what
// happened made new work for the same instant: a client that answers every
// notification with another order would keep the clock there for ever.
const roundsAtOnce = 200

// Move says how a virtual clock is to be moved: exactly one of To, By and Next.
type Move struct {
	To   *time.Time
	By   time.Duration
	Next bool // to the earliest due time; stays where nothing is due
	// Drain bounds, in real time, all waiting for work that does not end; nil is
	// Options.Drain. After it has passed the clock goes on to its goal unwaited.
	Drain *time.Duration
}

// Moved is what came of moving a clock.
type Moved struct {
	ClockView
	// Settled is false when work went on, or was made anew at the same instant, for
	// longer than the move would wait.
	Settled bool    `json:"settled"`
	Fired   []Fired `json:"fired"`
}

// SetClock moves a virtual clock forward to an instant; see MoveClock.
func (e *Engine) SetClock(ctx context.Context, worldID string, to time.Time) (Moved, error) {
	return e.MoveClock(ctx, worldID, Move{To: &to})
}

// NextClock moves a virtual clock to the next due time; see MoveClock.
func (e *Engine) NextClock(ctx context.Context, worldID string) (Moved, error) {
	return e.MoveClock(ctx, worldID, Move{Next: true})
}

// MoveClock moves a virtual clock forward. On the way it stops at each due time, lets
// happen what is due and waits (in real time, bounded) for the work that sets off,
// so that everything happens at its own instant, in order. It ends when the goal is
// reached and the world is settled. Going back is a clock.BackwardsError, going past
// simulator.Latest a *simulator.Problem; a clock that cannot be moved is ErrRealClock. A context that ends stops the clock at the
// instant it has come to, which is no error.
func (e *Engine) MoveClock(ctx context.Context, worldID string, move Move) (Moved, error) {
	r, err := e.find(worldID)
	if err != nil {
		return Moved{}, err
	}
	if r.virtual == nil {
		return Moved{}, ErrRealClock
	}
	r.clockMu.Lock()
	defer r.clockMu.Unlock()
	m := &mover{engine: e, runner: r, patience: e.opts.Drain, fired: []Fired{}}
	if move.Drain != nil {
		m.patience = *move.Drain
	}
	m.drain(ctx) // what runs belongs to the instant that now ends
	goal, err := m.goal(move)
	if err != nil {
		return Moved{}, err
	}
	if problem := simulator.CheckInstant(move.field(), goal); problem != nil {
		return Moved{}, problem // the clock stays
	}
	if err := m.run(ctx, goal); err != nil {
		return Moved{}, err
	}
	view := r.view()
	return Moved{ClockView: view, Settled: view.Settled(), Fired: m.fired}, nil
}

// field is the member of the request that chose the goal.
func (m Move) field() string {
	switch {
	case m.Next:
		return "next"
	case m.To != nil:
		return "to"
	}
	return "by_ms"
}

// mover is one moving of one clock.
type mover struct {
	engine   *Engine
	runner   *runner
	patience time.Duration // real time that may still be waited in vain
	fired    []Fired
}

// goal is the instant to move to.
func (m *mover) goal(move Move) (time.Time, error) {
	now := m.runner.virtual.Now()
	switch {
	case move.Next:
		if next, due := m.next(); due && next.After(now) {
			return next, nil
		}
		return now, nil
	case move.To == nil:
		return now.Add(move.By), nil
	case move.To.Before(now):
		return now, &clock.BackwardsError{Now: now, Requested: move.To.UTC()}
	}
	return *move.To, nil
}

// next is the world's earliest due time.
func (m *mover) next() (time.Time, bool) {
	m.runner.mu.Lock()
	defer m.runner.mu.Unlock()
	return m.runner.nextDueLocked()
}

// run goes from due time to due time until nothing is due up to the goal.
func (m *mover) run(ctx context.Context, goal time.Time) error {
	for again := 0; again < roundsAtOnce && ctx.Err() == nil; {
		now := m.runner.virtual.Now()
		next, due := m.next()
		if (!due || next.After(goal)) && now.Equal(goal) {
			return nil
		}
		if !due || next.After(goal) {
			next = goal
		}
		if next.After(now) {
			again = 0
		} else {
			next, again = now, again+1 // late work belongs to the present instant
		}
		if err := m.stop(ctx, next); err != nil {
			return err
		}
	}
	if ctx.Err() == nil {
		return m.stop(ctx, goal)
	}
	return nil // the clock stays where it has come to
}

// stop sets the clock to an instant that is not before the present one, lets
// happen what is due, and drains.
func (m *mover) stop(ctx context.Context, at time.Time) error {
	if at.After(m.runner.virtual.Now()) {
		if err := m.runner.virtual.Set(at); err != nil {
			return err
		}
	}
	more, err := m.engine.tick(m.runner)
	if err != nil {
		return err
	}
	m.fired = append(m.fired, more...)
	m.drain(ctx)
	return nil
}

// drain waits until nothing is busy. Waiting in vain uses the patience up, so that a
// peer that never answers is waited for once and not at every due time.
func (m *mover) drain(ctx context.Context) {
	if !m.runner.drain(ctx, m.patience) {
		m.patience = 0
	}
}

// drain waits until nothing is busy, for a bounded while, and reports whether that
// came about.
func (r *runner) drain(ctx context.Context, bound time.Duration) bool {
	busy, settled := r.busyNow()
	if busy == 0 || bound <= 0 {
		return busy == 0
	}
	timeout := time.NewTimer(bound)
	defer timeout.Stop()
	for busy > 0 {
		select {
		case <-settled:
		case <-timeout.C:
			return false
		case <-ctx.Done():
			return false
		case <-r.gone:
			return false
		}
		busy, settled = r.busyNow()
	}
	return true
}

// busyNow is how much is under way; the channel is closed when nothing is any more.
func (r *runner) busyNow() (int, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.busy, r.settled
}
