package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"countersign/simulator"
)

// Bounds of snapshots: for each world, and of all worlds together.
const (
	mostSnapshots     = 20
	largestSnapshot   = 64 << 20
	snapshotsTogether = 512 << 20
)

// Errors of snapshots.
var (
	// ErrSnapshotNotFound means: the world has no snapshot of that id.
	ErrSnapshotNotFound = errors.New("no such snapshot")
	// ErrSnapshotExists means: the world has a snapshot of that id.
	ErrSnapshotExists = errors.New("a snapshot of that id exists")
	// ErrSnapshotRoom means: the world has as many snapshots as it may, or is too
	// large for one.
	ErrSnapshotRoom = errors.New("no room for another snapshot")
)

// Snapshot tells of a remembered state: when by the world's clock and in real time,
// and its size in bytes.
type Snapshot struct {
	ID      string
	At      time.Time
	TakenAt time.Time
	Bytes   int64
}

// snapshot is a remembered state, as text: nothing can change it.
type snapshot struct {
	Snapshot

	text []byte
}

// read gives the state back.
func (s *snapshot) read() (simulator.State, error) {
	var state simulator.State
	if err := json.Unmarshal(s.text, &state); err != nil {
		return state, fmt.Errorf("read snapshot: %w", err)
	}
	return state, nil
}

// snapshotLocked finds a snapshot, nil if there is none.
func (r *runner) snapshotLocked(id string) *snapshot {
	for _, s := range r.snapshots {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// snapshotOf is snapshotLocked for one who does not hold the lock.
func (r *runner) snapshotOf(id string) *snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.snapshotLocked(id)
}

// TakeSnapshot remembers a world as it is. Without an id one is made up.
func (e *Engine) TakeSnapshot(worldID, id string) (Snapshot, error) {
	r, err := e.find(worldID)
	if err != nil {
		return Snapshot{}, err
	}
	state, at, room := r.saveForSnapshot()
	if !room {
		return Snapshot{}, ErrSnapshotRoom
	}
	text, err := json.Marshal(state)
	if err != nil {
		return Snapshot{}, fmt.Errorf("take snapshot: %w", err)
	}
	taken := &snapshot{Snapshot: Snapshot{ID: id, At: at.UTC(), TakenAt: e.opts.Clock.Now().UTC(), Bytes: int64(len(text))}, text: text}
	return taken.Snapshot, e.keepSnapshot(r, taken)
}

// saveForSnapshot writes the world out, if it may have another snapshot.
func (r *runner) saveForSnapshot() (state simulator.State, at time.Time, room bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.snapshots) >= mostSnapshots {
		return state, at, false
	}
	return r.world.Save(), r.clock.Now(), true
}

// keepSnapshot puts a snapshot among those of its world, where there is room.
func (e *Engine) keepSnapshot(r *runner, taken *snapshot) error {
	if taken.Bytes > largestSnapshot || e.snapshotBytes.Add(taken.Bytes) > snapshotsTogether {
		if taken.Bytes <= largestSnapshot {
			e.snapshotBytes.Add(-taken.Bytes)
		}
		return ErrSnapshotRoom
	}
	err := r.keep(taken)
	if err != nil {
		e.snapshotBytes.Add(-taken.Bytes)
	}
	return err
}

// keep is keepSnapshot under the world's lock.
func (r *runner) keep(taken *snapshot) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.isGone:
		return ErrWorldNotFound
	case len(r.snapshots) >= mostSnapshots:
		return ErrSnapshotRoom
	case taken.ID != "" && r.snapshotLocked(taken.ID) != nil:
		return ErrSnapshotExists
	}
	for taken.ID == "" || r.snapshotLocked(taken.ID) != nil {
		r.snapshotSerial++
		taken.ID = "snp_" + strconv.Itoa(r.snapshotSerial)
	}
	r.snapshots = append(r.snapshots, taken)
	return nil
}

// Snapshots lists what a world remembers, oldest first.
func (e *Engine) Snapshots(worldID string) ([]Snapshot, error) {
	r, err := e.find(worldID)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Snapshot, 0, len(r.snapshots))
	for _, s := range r.snapshots {
		list = append(list, s.Snapshot)
	}
	return list, nil
}

// DeleteSnapshot forgets one.
func (e *Engine) DeleteSnapshot(worldID, id string) error {
	r, err := e.find(worldID)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at := slices.IndexFunc(r.snapshots, func(s *snapshot) bool { return s.ID == id })
	if at < 0 {
		return ErrSnapshotNotFound
	}
	e.snapshotBytes.Add(-r.snapshots[at].Bytes)
	r.snapshots = slices.Delete(r.snapshots, at, at+1)
	return nil
}

// forgetSnapshots lets go of all of a world that is gone.
func (e *Engine) forgetSnapshots(r *runner) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.snapshots {
		e.snapshotBytes.Add(-s.Bytes)
	}
	r.snapshots = nil
}

// Restore puts a world back to a snapshot. Member numbers and keys that it has now
// stay; members made since are gone. Requests that a fault holds are let go without
// an answer. A virtual clock goes back to where it stood; a real one goes on.
func (e *Engine) Restore(ctx context.Context, worldID, id string) error {
	r, err := e.find(worldID)
	if err != nil {
		return err
	}
	r.clockMu.Lock()
	defer r.clockMu.Unlock()
	kept := r.snapshotOf(id)
	if kept == nil {
		return ErrSnapshotNotFound
	}
	state, err := kept.read()
	if err != nil {
		return err
	}
	if err := r.putBack(simulator.LoadState{State: state}, kept.At); err != nil {
		return err
	}
	return e.failDeliveries(ctx, worldID)
}

// putBack carries the command out, lets go of what is held and turns the clock back,
// all in one moment.
func (r *runner) putBack(command simulator.LoadState, at time.Time) error {
	out, err := r.lasting(r.becomeAt(command, at))
	switch {
	case err != nil:
		return err
	case out.Problem != nil:
		return out.Problem
	}
	return nil
}

// becomeAt is putBack without the wait for the disk.
func (r *runner) becomeAt(command simulator.LoadState, at time.Time) (simulator.Outcome, func() error, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out, wait, err := r.stepLocked(simulator.Input{Command: command})
	if err == nil && out.Problem == nil {
		for p := range r.parks {
			r.abandonLocked(p)
		}
		if r.virtual != nil {
			r.virtual.Restore(at)
		}
		r.armLocked()
		r.wakeLocked()
	}
	return out, wait, err
}
