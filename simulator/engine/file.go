package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"countersign/simulator"
)

// File is a world as a file has it.
type File struct {
	WorldID  string
	Virtual  bool
	Universe simulator.UniverseState
	State    simulator.State
}

// ExportFile writes a world out, elements, keys and codes in full.
func (e *Engine) ExportFile(worldID string) (File, error) {
	r, err := e.find(worldID)
	if err != nil {
		return File{}, err
	}
	state, _, _, err := r.stateFor("")
	return File{
		WorldID: worldID, Virtual: r.virtual != nil, Universe: r.templateOf().Universe().Save(), State: state,
	}, err
}

// ImportWorld makes a world in memory from a file that anybody may have written; a
// bad one is a *simulator.StateError and leaves nothing behind. It keeps its member
// numbers and keys where nobody has the numbers, others get new ones. Its id is the
// file's, or the one given.
func (e *Engine) ImportWorld(ctx context.Context, f File, id string, ttl time.Duration) (WorldInfo, error) {
	template, err := simulator.CompileState(f.Universe)
	if err != nil {
		return WorldInfo{}, fmt.Errorf("import world: %w", err)
	}
	if _, err := simulator.Load(f.State, template, e.opts.Faults); err != nil {
		return WorldInfo{}, fmt.Errorf("import world: %w", err)
	}
	if f.Virtual && !simulator.InSpan(f.State.Now) {
		return WorldInfo{}, fmt.Errorf("import world: %w", &simulator.StateError{Field: "now", Why: "is no instant that a clock shows"})
	}
	if id == "" {
		id = f.WorldID
	}
	members, err := e.newIdentities(&f.State, id, e.taken)
	if err != nil {
		return WorldInfo{}, err
	}
	world, err := simulator.LoadOwn(f.State.Renamed(id, members), template, e.opts.Faults)
	if err != nil {
		return WorldInfo{}, fmt.Errorf("import world: %w", err)
	}
	now := e.opts.Clock.Now()
	if !f.Virtual && now.Before(world.Now()) {
		return WorldInfo{}, fmt.Errorf("import world: %w", &simulator.StateError{Field: "now", Why: "lies ahead of the real clock it runs on"})
	}
	info, err := e.settleIn(ctx, world, NewWorld{ID: id, Virtual: f.Virtual, Start: world.Now(), TTL: ttl})
	if errors.Is(err, ErrWorldBroken) {
		err = fmt.Errorf("import world: %w", &simulator.StateError{Field: "notices", Why: "is nothing that a world could go on from"})
	}
	return info, err
}

// taken reports whether a world has a member of that number.
func (e *Engine) taken(memberNo string) bool {
	return e.ownerOf(memberNo) != nil
}
