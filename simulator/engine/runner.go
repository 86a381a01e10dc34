package engine

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"countersign/internal/clock"
	"countersign/simulator"
)

// runner is one world with its lock, its clock and what is under way in it.
type runner struct {
	info     WorldInfo
	seed     []string // in decimal, as the value of a header
	clock    clock.Clock
	virtual  *clock.Virtual // nil on real time
	recorder Recorder

	clockMu sync.Mutex // one clock command at a time

	mu       sync.Mutex
	world    *simulator.World
	broken   error // the log failed, or a step did; nothing is taken any more
	timer    *time.Timer
	parks    map[*park]struct{}
	activity uint64
	busy     int
	parked   int
	underway []*underway   // deliveries under way, in the order they were begun in
	lines    int           // broken answers under way, see Line
	arrived  chan struct{} // closed and replaced when a message arrives
	changed  chan struct{} // closed at the next change; nil while nobody watches
	settled  chan struct{} // closed and replaced when nothing is busy any more
	gone     chan struct{} // closed when the world is deleted or the engine closed
	isGone   bool

	tally *tally       // of the engine; counts strikes
	log   *slog.Logger // of the engine; nil: silent

	reaper         *time.Timer // deletes the world when its time is over; nil: never
	expires        time.Time
	snapshots      []*snapshot // oldest first
	snapshotSerial int
}

// newRunner puts a world under a lock and a clock.
func newRunner(info WorldInfo, world *simulator.World, c clock.Clock, recorder Recorder) *runner {
	r := &runner{
		info: info, seed: []string{strconv.FormatUint(info.Seed, 10)}, world: world, clock: c, recorder: recorder, parks: map[*park]struct{}{},
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
	return r.lasting(r.stepLocking(in))
}

// stepLocking is stepLocked for one who does not hold the lock.
func (r *runner) stepLocking(in simulator.Input) (simulator.Outcome, func() error, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stepLocked(in)
}

// stepFor is step for the report of a delivery. A delivery from before a reset or a
// restore is none of the world's any more: nothing is done, and mine is false.
func (r *runner) stepFor(d *simulator.Delivery, in simulator.Input) (out simulator.Outcome, mine bool, err error) {
	out, wait, mine, err := r.stepOwned(d, in)
	if mine {
		out, err = r.lasting(out, wait, err)
	}
	return out, mine, err
}

// stepOwned is stepFor without the wait for the disk.
func (r *runner) stepOwned(d *simulator.Delivery, in simulator.Input) (out simulator.Outcome, wait func() error, mine bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ownsLocked(d) {
		return out, nil, false, nil
	}
	out, wait, err = r.stepLocked(in)
	return out, wait, true, err
}

// lasting waits, without the lock, until a step is on the disk.
func (r *runner) lasting(out simulator.Outcome, wait func() error, err error) (simulator.Outcome, error) {
	if err == nil && wait != nil {
		if err = wait(); err != nil {
			r.breakOff(err, out.Effects)
		}
	}
	if err != nil {
		return simulator.Outcome{}, stepError(err)
	}
	return out, nil
}

// stepError says why a step was not taken: the world is broken, or its log failed.
func stepError(err error) error {
	if errors.Is(err, ErrWorldBroken) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrNotDurable, err)
}

// breakOff stops a world whose log failed; the deliveries of the step that was
// not made durable are not begun.
func (r *runner) breakOff(err error, effects []simulator.Effect) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = err
	for _, effect := range effects {
		if effect.Kind == simulator.EffectDeliver {
			r.dequeueLocked(effect.Delivery)
			r.endLocked()
		}
	}
}

// stepLocked is step without the wait for the disk.
func (r *runner) stepLocked(in simulator.Input) (out simulator.Outcome, wait func() error, err error) {
	if r.broken != nil {
		return out, nil, r.broken
	}
	defer func() {
		if cause := recover(); cause != nil {
			out, wait, err = simulator.Outcome{}, nil, r.shatterLocked(cause)
		}
	}()
	in = r.world.Admit(in)
	in.Now = r.clock.Now()
	if r.recorder != nil {
		if wait, err = r.recorder.Append(in); err != nil {
			r.broken = err
			return out, nil, err
		}
	}
	out = r.world.Step(in)
	switch in.Command.(type) {
	case simulator.ResetWorld, simulator.LoadState:
		r.disownLocked() // event ids begin again: what is under way belongs to nobody
	}
	r.tally.add(out.Struck)
	r.wakeLocked()
	for _, effect := range out.Effects {
		switch effect.Kind {
		case simulator.EffectMessage:
			close(r.arrived)
			r.arrived = make(chan struct{})
		case simulator.EffectDeliver:
			r.beginLocked()
			r.enqueueLocked(effect.Delivery)
		case simulator.EffectDropped, simulator.EffectFired:
		}
	}
	r.armLocked()
	return out, wait, nil
}

// armLocked sets the timer of a world on real time to the next due thing. The
// timer was made with the function to call; a virtual clock has none.
func (r *runner) armLocked() {
	if r.timer == nil || r.isGone || r.broken != nil {
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
	for _, timer := range []*time.Timer{r.timer, r.reaper} {
		if timer != nil {
			timer.Stop()
		}
	}
	close(r.gone)
}
