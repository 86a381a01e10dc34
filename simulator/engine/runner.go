package engine

import (
	"fmt"
	"sync"
	"time"

	"countersign/internal/clock"
	"countersign/simulator"
)

// runner is one world with its lock, its clock and what is under way in it.
type runner struct {
	info     WorldInfo
	clock    clock.Clock
	virtual  *clock.Virtual // nil on real time
	recorder Recorder

	clockMu sync.Mutex // one clock command at a time

	mu       sync.Mutex
	world    *simulator.World
	broken   error // the log failed; nothing is taken any more
	timer    *time.Timer
	parks    map[*park]struct{}
	activity uint64
	busy     int
	parked   int
	arrived  chan struct{} // closed and replaced when a message arrives
	settled  chan struct{} // closed and replaced when nothing is busy any more
	gone     chan struct{} // closed when the world is deleted or the engine closed
	isGone   bool
}

// newRunner puts a world under a lock and a clock.
func newRunner(info WorldInfo, world *simulator.World, c clock.Clock, recorder Recorder) *runner {
	r := &runner{
		info: info, world: world, clock: c, recorder: recorder, parks: map[*park]struct{}{},
		arrived: make(chan struct{}), settled: make(chan struct{}), gone: make(chan struct{}),
	}
	r.virtual, _ = c.(*clock.Virtual)
	return r
}

// begin counts a piece of work.
func (r *runner) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.beginLocked()
}

func (r *runner) beginLocked() {
	r.busy++
	r.activity++
}

// end counts a piece of work as done.
func (r *runner) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endLocked()
}

func (r *runner) endLocked() {
	r.busy--
	r.activity++
	if r.busy == 0 {
		close(r.settled)
		r.settled = make(chan struct{})
	}
}

// step carries one input out at the present instant, makes it durable and gives
// the outcome. Deliveries the outcome asks for are counted as busy before the lock
// is given back; the caller has to begin them.
func (r *runner) step(in simulator.Input) (simulator.Outcome, error) {
	r.mu.Lock()
	out, wait, err := r.stepLocked(in)
	r.mu.Unlock()
	if err == nil && wait != nil {
		if err = wait(); err != nil {
			r.breakOff(err, out.Effects)
		}
	}
	if err != nil {
		return simulator.Outcome{}, fmt.Errorf("%w: %w", ErrNotDurable, err)
	}
	return out, nil
}

// breakOff stops a world whose log failed; the deliveries of the step that was
// not made durable are not begun.
func (r *runner) breakOff(err error, effects []simulator.Effect) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = err
	for _, effect := range effects {
		if effect.Kind == simulator.EffectDeliver {
			r.endLocked()
		}
	}
}

// stepLocked is step without the wait for the disk.
func (r *runner) stepLocked(in simulator.Input) (out simulator.Outcome, wait func() error, err error) {
	if r.broken != nil {
		return out, nil, r.broken
	}
	in = r.world.Admit(in)
	in.Now = r.clock.Now()
	if r.recorder != nil {
		if wait, err = r.recorder.Append(in); err != nil {
			r.broken = err
			return out, nil, err
		}
	}
	out = r.world.Step(in)
	for _, effect := range out.Effects {
		switch effect.Kind {
		case simulator.EffectMessage:
			close(r.arrived)
			r.arrived = make(chan struct{})
		case simulator.EffectDeliver:
			r.beginLocked()
		case simulator.EffectDropped, simulator.EffectFired:
		}
	}
	r.armLocked()
	return out, wait, nil
}

// armLocked sets the timer of a world on real time to the next due thing. The
// timer was made with the function to call; a virtual clock has none.
func (r *runner) armLocked() {
	if r.timer == nil || r.isGone {
		return
	}
	if next, due := r.nextDueLocked(); due {
		r.timer.Reset(max(next.Sub(r.clock.Now()), 0))
		return
	}
	r.timer.Stop()
}

// nextDueLocked is the earliest of the world's due times and the ends of holds.
func (r *runner) nextDueLocked() (time.Time, bool) {
	next, due := r.world.NextDue()
	for p := range r.parks {
		if !p.until.IsZero() && (!due || p.until.Before(next)) {
			next, due = p.until, true
		}
	}
	return next, due
}

// stop ends everything that waits in the world.
func (r *runner) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isGone {
		return
	}
	r.isGone = true
	if r.timer != nil {
		r.timer.Stop()
	}
	close(r.gone)
}
