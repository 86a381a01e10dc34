package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"
	"time"

	"countersign/internal/clock"
	"countersign/simulator"
)

// NewWorld says what world is wanted.
type NewWorld struct {
	ID   string // default: a new one
	Name string
	// Seed is what the world's chance is drawn from; 0 draws one.
	Seed uint64
	// Virtual: the clock stands at Start until it is set; else it is the engine's.
	Virtual  bool
	Start    time.Time // of a virtual clock; default the engine's present instant
	Template *simulator.Template
	Recorder Recorder // nil: the world lives in memory
	Parent   string   // the world it was forked from
	// TTL is the real time after which a world in memory deletes itself; 0: never.
	TTL time.Duration
}

// WorldInfo tells of a world.
type WorldInfo struct {
	ID        string    `json:"id"`
	Name      string    `json:"name,omitempty"`
	Seed      uint64    `json:"seed"`
	Virtual   bool      `json:"virtual"`
	Durable   bool      `json:"durable"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at,omitzero"` // zero: never
	Parent    string    `json:"parent,omitempty"`
}

// CreateWorld makes a world. It costs next to nothing: the template is shared.
func (e *Engine) CreateWorld(ctx context.Context, n NewWorld) (WorldInfo, error) {
	if n.Template == nil {
		return WorldInfo{}, errors.New("create world: no template")
	}
	if n.ID == "" {
		n.ID = e.opts.IDs.New("wld_")
	}
	seed, err := e.seedOr(n.Seed)
	if err != nil {
		return WorldInfo{}, fmt.Errorf("create world: %w", err)
	}
	if n.Start.IsZero() {
		n.Start = e.opts.Clock.Now()
	}
	if problem := simulator.CheckInstant("clock.start", n.Start); problem != nil && n.Virtual {
		return WorldInfo{}, problem
	}
	world := simulator.NewWorld(n.ID, seed, n.Start, n.Template, e.opts.Faults)
	return e.settleIn(ctx, world, n)
}

// seedOr draws a seed if none is given. Seeds are below 2^53, so that every
// reader of JSON gives them back whole.
func (e *Engine) seedOr(seed uint64) (uint64, error) {
	if seed != 0 {
		return seed, nil
	}
	var draw [8]byte
	if _, err := io.ReadFull(e.opts.Entropy, draw[:]); err != nil {
		return 0, fmt.Errorf("draw seed: %w", err)
	}
	return binary.LittleEndian.Uint64(draw[:])>>11 | 1, nil
}

// AdoptWorld takes in a world that was rebuilt from its log. Name, Virtual and
// Recorder of n count; a virtual clock stands where the world stood. Deliveries
// that were under way count as failed and follow their schedule.
func (e *Engine) AdoptWorld(ctx context.Context, world *simulator.World, n NewWorld) (WorldInfo, error) {
	n.Start = world.Now()
	return e.settleIn(ctx, world, n)
}

// adopt registers a world and arms its timer.
func (e *Engine) adopt(world *simulator.World, n NewWorld) (WorldInfo, error) {
	info := WorldInfo{
		ID: world.ID(), Name: n.Name, Seed: world.Seed(), Virtual: n.Virtual, Durable: n.Recorder != nil,
		CreatedAt: e.opts.Clock.Now(), Parent: n.Parent,
	}
	c := e.opts.Clock
	if n.Virtual {
		c = clock.NewVirtual(n.Start)
	}
	r := newRunner(info, world, c, n.Recorder)
	r.tally, r.log = &e.tally, e.opts.Logger
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return WorldInfo{}, ErrClosed
	}
	if e.worlds[info.ID] != nil {
		return WorldInfo{}, ErrWorldExists
	}
	for _, m := range world.Members() {
		if e.members[m.MemberNo] != nil {
			return WorldInfo{}, fmt.Errorf("member %s: %w", m.MemberNo, ErrWorldExists)
		}
	}
	e.worlds[info.ID] = r
	for _, m := range world.Members() {
		e.members[m.MemberNo] = r
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.virtual == nil {
		r.timer = time.AfterFunc(time.Hour, func() { _, _ = e.tick(r) })
		r.timer.Stop()
	}
	r.armLocked()
	return info, nil
}

// DeleteWorld ends a world: its held requests are let go without an answer, its
// member numbers are unknown from now on.
func (e *Engine) DeleteWorld(_ context.Context, worldID string) error {
	r := e.forget(worldID)
	if r == nil {
		return ErrWorldNotFound
	}
	r.stop()
	e.forgetSnapshots(r)
	return nil
}

// forget takes a world and its member numbers out of the index; nil: there is none.
func (e *Engine) forget(worldID string) *runner {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.worlds[worldID]
	delete(e.worlds, worldID)
	for no, owner := range e.members {
		if owner == r {
			delete(e.members, no)
		}
	}
	return r
}

// ResetWorld puts a world back to its template; members stay. Held requests are
// let go without an answer.
func (e *Engine) ResetWorld(ctx context.Context, worldID string) error {
	r, err := e.find(worldID)
	if err != nil {
		return err
	}
	if _, err := e.Do(ctx, worldID, simulator.Input{Command: simulator.ResetWorld{}}); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for p := range r.parks {
		r.abandonLocked(p)
	}
	r.armLocked()
	return nil
}

// World tells of one world.
func (e *Engine) World(worldID string) (WorldInfo, error) {
	r, err := e.find(worldID)
	if err != nil {
		return WorldInfo{}, err
	}
	return r.describe(), nil
}

// SeedHeader is a world's seed as the value of a header, nil for a world that is not
// there. It is asked on every answer. Do not change what it returns.
func (e *Engine) SeedHeader(worldID string) []string {
	r, err := e.find(worldID)
	if err != nil {
		return nil
	}
	return r.seed
}

// Worlds lists all worlds by age, then id.
func (e *Engine) Worlds() []WorldInfo {
	runners := e.runners()
	infos := make([]WorldInfo, 0, len(runners))
	for _, r := range runners {
		infos = append(infos, r.describe())
	}
	sort.Slice(infos, func(i, j int) bool {
		if infos[i].CreatedAt.Equal(infos[j].CreatedAt) {
			return infos[i].ID < infos[j].ID
		}
		return infos[i].CreatedAt.Before(infos[j].CreatedAt)
	})
	return infos
}

// Read shows a world to a function, under the world's lock. The function must
// not keep the world, change it, or call the engine.
func (e *Engine) Read(worldID string, look func(*simulator.World)) error {
	r, err := e.find(worldID)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	look(r.world)
	return nil
}

// Answered adds to a journal row what the door answered.
func (e *Engine) Answered(worldID string, row int64, status int, body []byte) {
	r, err := e.find(worldID)
	if err != nil {
		return
	}
	r.touch(func(w *simulator.World) {
		w.Answered(row, status, body)
		r.wakeLocked()
	})
}
