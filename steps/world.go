package steps

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cucumber/godog"

	"countersign/contract/control"
	"countersign/steps/runner"
	"countersign/steps/target"
)

// start is when virtual worlds begin: a Wednesday evening in Beijing.
var start = time.Date(2018, 6, 6, 11, 30, 0, 0, time.UTC)

type worldKey struct{}

// World is what one scenario knows: a simulated universe of its own, the merchant it provisioned at the
// platform if it did, and what it said and heard so far. Only the scenario's goroutine changes it,
// besides what mu guards.
type World struct {
	suite *Suite
	// Sim is the universe as the control plane described it when it was made.
	Sim control.World
	// Card is the card that the scenario is about, Payer the name the member has for its holder.
	Card  control.Card
	Payer string
	// platform is the one that the scenario is about: that of all scenarios, or own, which may be down.
	platform  *platformAccess
	own       target.Platform
	down      bool
	downSince time.Time
	// Merchant is the scenario's merchant at the platform; nil until [World.Provision].
	Merchant *Merchant
	// Notes is for vocabularies that keep typed state of their own; see [Note].
	notes map[any]any

	channel *channelState
	heard   heard
	// answers are the bodies heard from channels, and journalText the journal as last read.
	answers     [][]byte
	journalText []byte
	// unreadable says that what is being sent cannot be made out, so that its answer need not be signed.
	unreadable bool

	mu        sync.Mutex
	now       time.Time // the world's clock as last read or set
	exchanges []string  // evidence, masked
	// calls and platformCalls count the scenario's own calls under way, to each side.
	calls, platformCalls atomic.Int64

	numbers int
	prefix  string
	// spare are worlds that the scenario made besides its own; they go with it.
	spare []string
}

// From gives the world of a step.
func From(ctx context.Context) *World {
	w, _ := ctx.Value(worldKey{}).(*World)
	return w
}

// Note gives the state that a vocabulary keeps in the world, made on first use; T tells vocabularies
// apart.
func Note[T any](w *World) *T {
	var key *T
	if found, ok := w.notes[key].(*T); ok {
		return found
	}
	fresh := new(T)
	w.notes[key] = fresh
	return fresh
}

// newWorld makes the universe of a scenario. Its seed follows from the scenario, so that a repeat draws
// the same codes.
func (s *Suite) newWorld(ctx context.Context, scenario *godog.Scenario) (*World, error) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(scenario.Uri + scenario.Name))
	seed := int64(h.Sum32())
	request := control.WorldRequest{Seed: &seed}
	if s.hasClock() {
		request.Clock = &control.ClockRequest{Mode: control.ClockVirtual, Start: &start}
	}
	r, err := s.control.CreateWorldWithResponse(ctx, request)
	made, err := Created[control.World](r, err)
	if err != nil {
		return nil, fmt.Errorf("make a world: %w", err)
	}
	w := &World{suite: s, platform: s.platform, Sim: *made, now: made.Clock.Now, Payer: "payer_1", notes: map[any]any{}}
	w.prefix = strings.ToUpper(fmt.Sprintf("%08x", h.Sum32()))
	if len(made.People) == 0 {
		return nil, errors.New("the world has no people")
	}
	w.Card = made.People[0]
	return w, nil
}

func (s *Suite) hasClock() bool {
	return slices.Contains(s.target.Abilities(), runner.AbilityClock)
}

// leave deletes the universe. The scenario is over, so nothing can be said about a failure.
func (w *World) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	w.suite.mailbox.forget(w.Sim.WorldId)
	if w.own != nil {
		_ = w.own.Close()
	}
	for _, id := range append(w.spare, w.Sim.WorldId) {
		if r, err := w.suite.control.DeleteWorld(ctx, id); err == nil {
			_ = r.Body.Close()
		}
	}
}

// Control is the client of the simulator's control plane, for the world WorldID.
func (w *World) Control() *control.ClientWithResponses { return w.suite.control }

// WorldID names the universe on the control plane.
func (w *World) WorldID() string { return w.Sim.WorldId }

// Now is the scenario's time: the world's clock, or the system's where time is real.
func (w *World) Now() time.Time {
	if !w.Sim.Clock.Virtual {
		return time.Now()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *World) setNow(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.After(w.now) {
		w.now = t
	}
}

// NewNumber makes a number that no other scenario uses, such as an order number.
func (w *World) NewNumber(prefix string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.numbers++
	return fmt.Sprintf("%s_%s_%03d", prefix, w.prefix, w.numbers)
}

// remember keeps evidence for a report; it is masked by the runner.
func (w *World) remember(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.exchanges = append(w.exchanges, text)
}

// attachEvidence adds the exchanges and the world's own journal to the failed scenario.
func (w *World) attachEvidence(ctx context.Context) {
	w.mu.Lock()
	text := strings.Join(w.exchanges, "\n\n")
	w.mu.Unlock()
	runner.Attach(ctx, "exchanges.txt", "text/plain", text)
	if r, err := w.suite.control.ReadJournalWithResponse(ctx, w.Sim.WorldId, nil); err == nil {
		runner.Attach(ctx, "journal.json", "application/json", string(r.Body))
	}
}
