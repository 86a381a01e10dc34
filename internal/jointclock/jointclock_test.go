package jointclock_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"countersign/internal/jointclock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start is when the clocks of the tests begin.
var start = time.Date(2018, 6, 6, 11, 30, 0, 0, time.UTC)

// fake is a side whose due times are known. What happens may plan more.
type fake struct {
	name    string
	reading jointclock.Reading
	due     []time.Duration // since start, in order
	then    func(f *fake, at time.Duration)
	log     *[]string
	err     error
}

// Read implements jointclock.Side.
func (f *fake) Read(context.Context) (jointclock.Reading, error) {
	r := f.reading
	r.Name = f.name
	if len(f.due) > 0 {
		next := start.Add(f.due[0])
		r.Next = &next
	}
	return r, f.err
}

// Set implements jointclock.Side.
func (f *fake) Set(_ context.Context, to time.Time) ([]string, error) {
	if to.Before(f.reading.Now) {
		return nil, fmt.Errorf("%s is set back", f.name)
	}
	f.reading.Now = to
	*f.log = append(*f.log, f.name+" at "+to.Sub(start).String())
	var begun []string
	ripe := 0
	for ripe < len(f.due) && !start.Add(f.due[ripe]).After(to) {
		ripe++
	}
	now := f.due[:ripe:ripe]
	f.due = f.due[ripe:]
	for _, at := range now {
		f.reading.Activity++
		begun = append(begun, f.name+" fires "+at.String())
		if f.then != nil {
			f.then(f, at)
		}
	}
	return begun, f.err
}

// plan adds a due time.
func (f *fake) plan(at time.Duration) {
	f.due = append(f.due, at)
	slices.Sort(f.due)
}

// pair is a merchant's clock and a world's.
func pair() (merchant, world *fake, clocks *jointclock.Clocks, log *[]string) {
	log = &[]string{}
	merchant = &fake{name: "merchant", log: log, reading: jointclock.Reading{Now: start}}
	world = &fake{name: "world", log: log, reading: jointclock.Reading{Now: start}}
	clocks = &jointclock.Clocks{Sides: func() []jointclock.Side { return []jointclock.Side{merchant, world} }}
	return merchant, world, clocks, log
}

func TestBothClocksStopAtEachDueTimeOfEither(t *testing.T) {
	t.Parallel()
	merchant, world, clocks, log := pair()
	merchant.due = []time.Duration{2 * time.Minute}
	merchant.then = func(*fake, time.Duration) { world.plan(150 * time.Second) } // a call makes a notification
	world.due = []time.Duration{time.Minute, time.Hour}
	var begun []string
	clocks.Begun = func(what []string) { begun = append(begun, what...) }
	if err := clocks.Pass(t.Context(), 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"merchant at 1m0s", "world at 1m0s", "merchant at 2m0s", "world at 2m0s", "merchant at 2m30s", "world at 2m30s",
		"merchant at 10m0s", "world at 10m0s",
	}
	if !slices.Equal(*log, want) {
		t.Errorf("moves: %q", *log)
	}
	if !slices.Equal(begun, []string{"world fires 1m0s", "merchant fires 2m0s", "world fires 2m30s"}) {
		t.Errorf("begun: %q", begun)
	}
	if due, err := clocks.Next(t.Context()); !due || err != nil || !merchant.reading.Now.Equal(start.Add(time.Hour)) {
		t.Errorf("next: %v %v %s", due, err, merchant.reading.Now)
	}
	if due, err := clocks.Next(t.Context()); due || err != nil {
		t.Errorf("nothing due: %v %v", due, err)
	}
}

func TestAFarJumpStopsAMomentBefore(t *testing.T) {
	t.Parallel()
	_, world, clocks, log := pair()
	clocks.Stride = time.Minute
	world.due = []time.Duration{time.Hour}
	if due, err := clocks.Next(t.Context()); !due || err != nil {
		t.Fatal(due, err)
	}
	if want := []string{"merchant at 59m59.999s", "world at 59m59.999s", "merchant at 1h0m0s", "world at 1h0m0s"}; !slices.Equal(*log, want) {
		t.Errorf("moves: %q", *log)
	}
}

func TestAStepThatHasNoEndIsGivenUp(t *testing.T) {
	t.Parallel()
	_, world, clocks, _ := pair()
	world.due = []time.Duration{time.Minute}
	world.then = func(f *fake, at time.Duration) { f.plan(at) }
	if err := clocks.Pass(t.Context(), time.Hour); !errors.Is(err, jointclock.ErrEndless) {
		t.Errorf("pass: %v", err)
	}
	_, world, clocks, _ = pair()
	world.due = []time.Duration{24 * time.Hour}
	world.then = func(f *fake, at time.Duration) { f.plan(at + 24*time.Hour) }
	if err := clocks.Quiet(t.Context(), 48*time.Hour); !errors.Is(err, jointclock.ErrEndless) {
		t.Errorf("quiet: %v", err)
	}
}

func TestNothingGoesOnUntilAllIsSettled(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(merchant, world *fake, clocks *jointclock.Clocks)
		settles bool
	}{
		"at rest":                 {func(*fake, *fake, *jointclock.Clocks) {}, true},
		"work runs":               {func(m, _ *fake, _ *jointclock.Clocks) { m.reading.Busy = 1 }, false},
		"a call is on its way":    {func(m, _ *fake, _ *jointclock.Clocks) { m.reading.Open = 1 }, false},
		"a call is parked":        {func(m, w *fake, _ *jointclock.Clocks) { m.reading.Open, w.reading.Parked = 1, 1 }, true},
		"a stranger's is parked":  {func(_, w *fake, _ *jointclock.Clocks) { w.reading.Parked = 1 }, false},
		"strangers may be parked": {func(_, w *fake, c *jointclock.Clocks) { w.reading.Parked, c.Strangers = 1, true }, true},
		"our own is parked": {func(_, w *fake, c *jointclock.Clocks) {
			w.reading.Parked, c.Own = 1, func() int { return 1 }
		}, true},
		"our own is on its way": {func(_, _ *fake, c *jointclock.Clocks) { c.Own = func() int { return 1 } }, false},
	} {
		merchant, world, clocks, _ := pair()
		clocks.Limit = 5 * time.Millisecond
		c.change(merchant, world, clocks)
		_, err := clocks.Settle(t.Context(), jointclock.Never)
		if c.settles && err != nil || !c.settles && !errors.Is(err, jointclock.ErrUnsettled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnErrorOfASideEndsTheStep(t *testing.T) {
	t.Parallel()
	_, world, clocks, _ := pair()
	world.err = errors.New("gone")
	if err := clocks.Pass(t.Context(), time.Minute); !errors.Is(err, world.err) {
		t.Error(err)
	}
	if err := clocks.Set(t.Context(), start); !errors.Is(err, world.err) {
		t.Error(err)
	}
}

func TestStopEndsAStepEarly(t *testing.T) {
	t.Parallel()
	_, world, clocks, _ := pair()
	world.due = []time.Duration{time.Minute, 2 * time.Minute}
	stop := func() bool { return world.reading.Activity > 0 }
	if err := clocks.Until(t.Context(), start.Add(time.Hour), stop); err != nil || !world.reading.Now.Equal(start.Add(time.Minute)) {
		t.Errorf("%v at %s", err, world.reading.Now)
	}
}
