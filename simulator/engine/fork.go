package engine

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"countersign/internal/chance"
	"countersign/simulator"
)

// ForkOptions say what the second world is to be like.
type ForkOptions struct {
	ID         string // default: a new one
	SnapshotID string // default: the world as it is
	// Virtual and Start choose another clock; nil: the kind of the first world. A
	// start may not lie before the state.
	Virtual *bool
	Start   time.Time
	TTL     time.Duration // 0: it does not delete itself
}

// Fork makes a second world in the same state, with member numbers and keys of its
// own; it lives in memory. What was being delivered counts as failed there and
// follows its schedule.
func (e *Engine) Fork(ctx context.Context, worldID string, o ForkOptions) (WorldInfo, error) {
	r, err := e.find(worldID)
	if err != nil {
		return WorldInfo{}, err
	}
	state, template, now, err := r.stateFor(o.SnapshotID)
	if err != nil {
		return WorldInfo{}, err
	}
	if o.ID == "" {
		o.ID = e.opts.IDs.New("wld_")
	}
	n := NewWorld{ID: o.ID, Parent: worldID, Virtual: r.virtual != nil, Start: now, TTL: o.TTL}
	if o.Virtual != nil {
		n.Virtual = *o.Virtual
	}
	if problem := simulator.CheckInstant("clock.start", o.Start); problem != nil && !o.Start.IsZero() {
		return WorldInfo{}, problem
	}
	if problem := e.forkClock(&n, o.Start, state.Now); problem != nil {
		return WorldInfo{}, problem
	}
	members, err := e.newIdentities(&state, o.ID, func(string) bool { return true })
	if err != nil {
		return WorldInfo{}, err
	}
	world, err := simulator.LoadOwn(state.Renamed(o.ID, members), template, e.opts.Faults)
	if err != nil {
		return WorldInfo{}, fmt.Errorf("fork world: %w", err)
	}
	return e.settleIn(ctx, world, n)
}

// forkClock decides where the clock of a fork stands.
func (e *Engine) forkClock(n *NewWorld, start, state time.Time) *simulator.Problem {
	wrong := func(field, detail string) *simulator.Problem {
		return &simulator.Problem{Code: simulator.ProblemInvalidRequest, Field: field, Detail: detail}
	}
	switch {
	case !n.Virtual && !start.IsZero():
		return wrong("clock.start", "a real clock has no start")
	case !n.Virtual && e.opts.Clock.Now().Before(state):
		return wrong("clock.mode", "the world is ahead of the real clock; keep a virtual one")
	case n.Virtual && !start.IsZero() && start.Before(state):
		return wrong("clock.start", "lies before the state that is forked")
	case !start.IsZero():
		n.Start = start
	}
	return nil
}

// stateFor writes out a world, or reads its snapshot, and says where its clock is to
// stand.
func (r *runner) stateFor(snapshotID string) (state simulator.State, template *simulator.Template, now time.Time, err error) {
	if snapshotID == "" {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.world.Save(), r.world.Template(), r.clock.Now(), nil
	}
	kept := r.snapshotOf(snapshotID)
	if kept == nil {
		return state, nil, now, ErrSnapshotNotFound
	}
	state, err = kept.read()
	return state, r.templateOf(), kept.At, err
}

// templateOf is what the world began with.
func (r *runner) templateOf() *simulator.Template {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.world.Template()
}

// newIdentities draws numbers and keys for the members of a state of which the
// function says so.
func (e *Engine) newIdentities(state *simulator.State, worldID string, wanted func(memberNo string) bool) (map[string]simulator.Member, error) {
	members := make(map[string]simulator.Member, len(state.Members))
	drawn := map[string]bool{}
	for i := range state.Members {
		m := state.Members[i].Member
		old := m.MemberNo
		if !wanted(old) {
			continue
		}
		m.MemberNo = e.freeNumber(state.Seed, worldID+"/"+m.ChannelID, drawn)
		drawn[m.MemberNo] = true
		keys, err := newKeys(e.opts.Entropy, m.Keys.Alg, m.MemberNo)
		if err != nil {
			return nil, err
		}
		m.Keys, m.OldKeys = keys, nil
		members[old] = m
	}
	return members, nil
}

// freeNumber draws a member number that nobody has.
func (e *Engine) freeNumber(seed uint64, entity string, drawn map[string]bool) string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for try := 0; ; try++ {
		draw := "M" + chance.Digits(seed, entity, "member/"+strconv.Itoa(try), memberDigits)
		if e.members[draw] == nil && !drawn[draw] {
			return draw
		}
	}
}

// settleIn adopts a world made of a state and lets its deliveries fail that nobody
// will report.
func (e *Engine) settleIn(ctx context.Context, world *simulator.World, n NewWorld) (WorldInfo, error) {
	info, err := e.adopt(world, n)
	if err != nil {
		return info, err
	}
	if err := e.failDeliveries(ctx, info.ID); err != nil {
		if n.Recorder == nil {
			_ = e.DeleteWorld(ctx, info.ID) // nothing half-made stays
		}
		return WorldInfo{}, err
	}
	if n.TTL > 0 {
		if err := e.SetTTL(info.ID, n.TTL); err != nil {
			return info, err
		}
	}
	return e.World(info.ID)
}

// failDeliveries tells a world that what it has under way came to nothing.
func (e *Engine) failDeliveries(ctx context.Context, worldID string) error {
	var open []simulator.Delivered
	_ = e.Read(worldID, func(w *simulator.World) { open = w.InFlight() })
	for _, d := range open {
		if _, err := e.Do(ctx, worldID, simulator.Input{Command: d}); err != nil {
			return fmt.Errorf("adopt world: %w", err)
		}
	}
	return nil
}
