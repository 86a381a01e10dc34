package simtest

import (
	"strings"
	"time"

	"countersign/contract/control"
)

// Clock is the time of a world. Moving it fires all that is due on the way, each at its
// own instant and in order (settlements, texts, notifications, ends of agreements,
// calls that faults hold), and returns when the world is settled.
type Clock struct{ w *World }

// Now is the present instant in the world.
func (c *Clock) Now() time.Time {
	c.w.t.Helper()
	return c.State().Now
}

// State shows the clock and whether anything is under way.
func (c *Clock) State() control.ClockState {
	c.w.t.Helper()
	r, err := c.w.api.GetClockWithResponse(c.w.t.Context(), c.w.ID())
	return *answer[control.ClockState](c.w.t, "read the clock", r, err)
}

// Advance lets time pass, by milliseconds; less is nothing.
func (c *Clock) Advance(d time.Duration) Passed {
	c.w.t.Helper()
	ms := d.Milliseconds()
	if ms < 1 {
		c.w.t.Fatalf("simtest: the clock cannot pass %s", d)
	}
	return c.move(control.ClockSet{ByMs: &ms})
}

// To moves the clock to an instant that is not before the present one.
func (c *Clock) To(at time.Time) Passed {
	c.w.t.Helper()
	return c.move(control.ClockSet{To: &at})
}

// Settle waits, while time stands, until what is under way has come to rest: a
// notification that is sent at once is on its way when a charge is answered.
func (c *Clock) Settle() Passed {
	c.w.t.Helper()
	return c.To(c.Now())
}

// Next moves the clock to the next due thing; it stays where nothing is due.
func (c *Clock) Next() Passed {
	c.w.t.Helper()
	next := true
	return c.move(control.ClockSet{Next: &next})
}

// move moves the clock and ends the test when the world does not come to rest.
func (c *Clock) move(set control.ClockSet) Passed {
	c.w.t.Helper()
	r, err := c.w.api.SetClockWithResponse(c.w.t.Context(), c.w.ID(), set)
	state := answer[control.ClockState](c.w.t, "move the clock", r, err)
	if state.Settled != nil && !*state.Settled {
		c.w.t.Fatalf("simtest: the world does not settle: %d pieces of work go on at %s", state.Busy, state.Now.Format(time.RFC3339))
	}
	passed := Passed{Now: state.Now}
	if state.Happened != nil {
		passed.Happened = *state.Happened
	}
	return passed
}

// Due lists what will happen by itself, earliest first.
func (c *Clock) Due() []control.DueThing {
	c.w.t.Helper()
	r, err := c.w.api.ListDueWithResponse(c.w.t.Context(), c.w.ID(), &control.ListDueParams{})
	return answer[control.DueList](c.w.t, "list what is due", r, err).Due
}

// Passed is what happened while a clock was moved.
type Passed struct {
	Now      time.Time
	Happened []control.DueThing
	// Begun is, after a joint step, what the programs under test began, in words.
	Begun []string
}

// Of selects what happened of one kind.
func (p Passed) Of(kind control.DueThingKind) []control.DueThing {
	var found []control.DueThing
	for _, thing := range p.Happened {
		if thing.Kind == kind {
			found = append(found, thing)
		}
	}
	return found
}

// String lists what happened, a line each.
func (p Passed) String() string {
	lines := make([]string, 0, len(p.Happened))
	for _, thing := range p.Happened {
		lines = append(lines, thing.At.Format(time.RFC3339)+" "+thing.What)
	}
	return strings.Join(lines, "\n")
}
