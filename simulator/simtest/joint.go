package simtest

import (
	"context"
	"fmt"
	"time"

	"countersign/contract/control"
	"countersign/internal/jointclock"
)

// Tested is the clock of a program under test, for Clock.Joint. Both methods are called
// on the goroutine of the test.
type Tested interface {
	// Reading looks at the clock without moving anything.
	Reading(ctx context.Context) (Reading, error)
	// Set moves the clock to an instant that is not before the present one, begins what
	// is due (it need not wait for its end) and says what that was, in words.
	Set(ctx context.Context, to time.Time) (begun []string, err error)
}

// Reading is a program under test at one moment. Counts that it does not keep stay zero:
// then what it begins must have ended when Set returns.
type Reading struct {
	Now  time.Time
	Next *time.Time // when something happens by itself; nil: never
	// Activity rises with every piece of work begun or ended.
	Activity int64
	// Busy counts pieces of work that run and wait for nobody.
	Busy int
	// Open counts calls to the channels that have no answer yet. One that a fault holds
	// is no reason to wait; any other is.
	Open int
}

// Joint moves the clock of a world and those of programs under test as one: all are set
// to the earliest due time of any, what is due begins, and nothing goes on until all are
// at rest; then the next due time. One clock alone would leave the window of every
// signature, and a timeout would come before or after the answer it waits for by
// accident.
type Joint struct {
	c      *Clock
	clocks *jointclock.Clocks
	world  *worldSide
	begun  []string
}

// Joint links the clocks of programs under test to the world's. It moves nothing yet.
func (c *Clock) Joint(tested ...Tested) *Joint {
	const stride = 150 * time.Second // half the window of a signature
	j := &Joint{c: c, world: &worldSide{c: c}}
	var sides []jointclock.Side // who calls comes before who is called
	for i, t := range tested {
		sides = append(sides, testedSide{t, fmt.Sprintf("program %d", i+1), j})
	}
	sides = append(sides, j.world)
	j.clocks = &jointclock.Clocks{Sides: func() []jointclock.Side { return sides }, Strangers: true, Stride: stride}
	return j
}

// Advance lets time pass on all sides, from due time to due time.
func (j *Joint) Advance(d time.Duration) Passed {
	j.c.w.t.Helper()
	return j.move(func(ctx context.Context) error { return j.clocks.Pass(ctx, d) })
}

// To moves all sides to an instant that is not before the present one.
func (j *Joint) To(at time.Time) Passed {
	j.c.w.t.Helper()
	return j.move(func(ctx context.Context) error { return j.clocks.Until(ctx, at, jointclock.Never) })
}

// Next moves all sides to the earliest due time of any; it stays where nothing is due.
func (j *Joint) Next() Passed {
	j.c.w.t.Helper()
	return j.move(func(ctx context.Context) error { _, err := j.clocks.Next(ctx); return err })
}

// Settle waits, while time stands, until all sides are at rest.
func (j *Joint) Settle() Passed {
	j.c.w.t.Helper()
	return j.move(func(ctx context.Context) error { _, err := j.clocks.Settle(ctx, jointclock.Never); return err })
}

// move makes a step and ends the test when the sides do not come to rest.
func (j *Joint) move(step func(context.Context) error) Passed {
	j.c.w.t.Helper()
	j.begun, j.world.happened = nil, nil
	if err := step(j.c.w.t.Context()); err != nil {
		j.c.w.t.Fatalf("simtest: the joint step: %v", err)
	}
	return Passed{Now: j.c.Now(), Happened: j.world.happened, Begun: j.begun}
}

// worldSide is the world in a joint step.
type worldSide struct {
	c        *Clock
	happened []control.DueThing
}

// Read implements jointclock.Side.
func (s *worldSide) Read(ctx context.Context) (jointclock.Reading, error) {
	r, err := s.c.w.api.GetClockWithResponse(ctx, s.c.w.ID())
	at := answer[control.ClockState](s.c.w.t, "read the clock", r, err)
	return jointclock.Reading{Name: "world", Now: at.Now, Next: at.NextDue, Activity: at.Activity, Busy: at.Busy, Parked: at.Parked}, nil
}

// Set implements jointclock.Side. What the world sent may wait for the other side: it is
// looked at again, so that the world need not drain for long.
func (s *worldSide) Set(ctx context.Context, to time.Time) ([]string, error) {
	drain := 2000
	r, err := s.c.w.api.SetClockWithResponse(ctx, s.c.w.ID(), control.ClockSet{To: &to, DrainMs: &drain})
	at := answer[control.ClockState](s.c.w.t, "move the clock", r, err)
	if at.Happened != nil {
		s.happened = append(s.happened, *at.Happened...)
	}
	return nil, nil
}

// testedSide is a program under test in a joint step.
type testedSide struct {
	tested Tested
	name   string
	j      *Joint
}

// Read implements jointclock.Side.
func (s testedSide) Read(ctx context.Context) (jointclock.Reading, error) {
	r, err := s.tested.Reading(ctx)
	if err != nil {
		return jointclock.Reading{}, fmt.Errorf("read the clock of %s: %w", s.name, err)
	}
	return jointclock.Reading{Name: s.name, Now: r.Now, Next: r.Next, Activity: r.Activity, Busy: r.Busy, Open: r.Open}, nil
}

// Set implements jointclock.Side.
func (s testedSide) Set(ctx context.Context, to time.Time) ([]string, error) {
	begun, err := s.tested.Set(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("set the clock of %s: %w", s.name, err)
	}
	s.j.begun = append(s.j.begun, begun...)
	return begun, nil
}
