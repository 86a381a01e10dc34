package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/contract/control"
	"countersign/steps/runner"
	"countersign/steps/target"
)

// twoClocks plays the clocks of a world and of a merchant, with due times that fire when they are
// reached and may make others due.
type twoClocks struct {
	mu     sync.Mutex
	sides  map[string]*fakeClock
	fired  []string
	widest time.Duration // the most the clocks were apart when something fired
	onFire func(c *twoClocks, what string)
}

type fakeClock struct {
	now      time.Time
	due      map[string]time.Time
	activity int64
	parked   int
	open     int
}

func newTwoClocks(onFire func(*twoClocks, string)) *twoClocks {
	return &twoClocks{onFire: onFire, sides: map[string]*fakeClock{
		"world": {now: start, due: map[string]time.Time{}}, "merchant": {now: start, due: map[string]time.Time{}},
	}}
}

func (c *twoClocks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := "world"
	if strings.Contains(r.URL.Path, "merchants") {
		name = "merchant"
	}
	side := c.sides[name]
	if r.Method == http.MethodPost {
		var set struct{ To time.Time }
		_ = json.NewDecoder(r.Body).Decode(&set)
		c.set(side, set.To)
	}
	state := map[string]any{
		"now": side.now, "virtual": true, "activity": side.activity, "busy": 0, "parked": side.parked, "open_calls": side.open,
	}
	if next := side.next(); next != nil {
		state["next_due"] = next
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(state)
}

func (f *fakeClock) next() *time.Time {
	var first *time.Time
	for _, at := range f.due {
		first = earlier(first, &at)
	}
	return first
}

func (c *twoClocks) set(side *fakeClock, to time.Time) {
	side.now = to
	for what, at := range side.due {
		if at.After(to) {
			continue
		}
		delete(side.due, what)
		side.activity++
		c.fired = append(c.fired, what)
		c.widest = max(c.widest, c.sides["world"].now.Sub(c.sides["merchant"].now).Abs())
		if c.onFire != nil {
			c.onFire(c, what)
		}
	}
}

// plain is a target over TCP with nothing behind it but the two clocks.
type plain struct{ base string }

func (plain) Name() string                 { return "plain" }
func (plain) Abilities() []runner.Ability  { return runner.AllAbilities() }
func (plain) Transport() http.RoundTripper { return http.DefaultTransport }
func (plain) Close() error                 { return nil }
func (p plain) Addresses() target.Addresses {
	return target.Addresses{Control: p.base, PlatformControl: p.base}
}

func (plain) Listen() (net.Listener, string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", fmt.Errorf("listen: %w", err)
	}
	return l, "http://" + l.Addr().String(), nil
}

func worldWith(t *testing.T, clocks *twoClocks) *World {
	t.Helper()
	server := httptest.NewServer(clocks)
	t.Cleanup(server.Close)
	suite, err := NewSuite(plain{base: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = suite.Close() })
	w := &World{suite: suite, platform: suite.platform, now: start, Merchant: &Merchant{ID: "m1"}, notes: map[any]any{}}
	w.Sim.WorldId = "w1"
	w.Sim.Clock = control.ClockState{Virtual: true}
	return w
}

func TestTheJointClockFiresBothSidesInOrderOfTime(t *testing.T) {
	t.Parallel()
	clocks := newTwoClocks(func(c *twoClocks, what string) {
		if what == "query" { // what the platform does makes something due at the simulator
			c.sides["world"].due["notification"] = c.sides["world"].now.Add(2 * time.Second)
		}
	})
	clocks.sides["world"].due["settlement"] = start.Add(7 * time.Second)
	clocks.sides["world"].due["far"] = start.Add(40 * time.Minute)
	clocks.sides["merchant"].due["query"] = start.Add(3 * time.Second)
	clocks.sides["merchant"].due["later"] = start.Add(2 * time.Hour)
	w := worldWith(t, clocks)
	if err := w.Pass(context.Background(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if want := []string{"query", "notification", "settlement", "far"}; !slices.Equal(clocks.fired, want) {
		t.Errorf("fired %v, not %v", clocks.fired, want)
	}
	for name, side := range clocks.sides {
		if !side.now.Equal(start.Add(time.Hour)) {
			t.Errorf("the %s's clock stands at %s", name, side.now)
		}
	}
	if clocks.widest > 10*time.Second {
		t.Errorf("the clocks were %s apart when something fired", clocks.widest)
	}
}

func TestTheJointClockStopsWhenNothingIsDueForAWhile(t *testing.T) {
	t.Parallel()
	clocks := newTwoClocks(nil)
	for i := range 4 {
		clocks.sides["world"].due[strconv.Itoa(i)] = start.Add(time.Duration(i) * 20 * time.Minute)
	}
	clocks.sides["merchant"].due["tomorrow"] = start.Add(24 * time.Hour)
	w := worldWith(t, clocks)
	if err := w.Quiet(context.Background(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if len(clocks.fired) != 4 || !w.Now().Equal(start.Add(time.Hour)) {
		t.Errorf("fired %v until %s", clocks.fired, w.Now())
	}
}

func TestACallIsAwaitedByMovingTimeOn(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	clocks := newTwoClocks(func(c *twoClocks, _ string) {
		c.sides["world"].parked = 0
		close(release)
	})
	clocks.sides["world"].parked = 1
	clocks.sides["world"].due["end of slow"] = start.Add(4 * time.Second)
	w := worldWith(t, clocks)
	w.calls.Add(1)
	got, err := await(context.Background(), w, patience, func(context.Context) string {
		defer w.calls.Add(-1)
		<-release
		return "answer"
	})
	if err != nil || got != "answer" || w.Now().Sub(start) != 4*time.Second {
		t.Errorf("%q, %v at %s", got, err, w.Now())
	}
}

func TestAMemberRunsOutOfPatienceInTheWorldsTime(t *testing.T) {
	t.Parallel()
	clocks := newTwoClocks(nil)
	clocks.sides["world"].parked = 1
	w := worldWith(t, clocks)
	w.calls.Add(1)
	got, err := await(context.Background(), w, patience, func(ctx context.Context) error {
		defer w.calls.Add(-1)
		<-ctx.Done()
		return context.Cause(ctx)
	})
	if err != nil || got == nil || w.Now().Sub(start) != patience {
		t.Errorf("%v, %v at %s", got, err, w.Now())
	}
}
