package controlapi

import (
	"net/http"

	"countersign/contract/control"
	"countersign/simulator/engine"
)

// TakeSnapshot remembers the world as it is.
func (s *Server) TakeSnapshot(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusCreated, func() (any, error) {
		wanted, err := read[control.SnapshotRequest](r)
		if err != nil {
			return nil, err
		}
		taken, err := s.config.Engine.TakeSnapshot(world, value(wanted.SnapshotId))
		if err != nil {
			return nil, err
		}
		return snapshotOf(&taken), nil
	})
}

// ListSnapshots lists what the world remembers.
func (s *Server) ListSnapshots(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		all, err := s.config.Engine.Snapshots(world)
		list := control.SnapshotList{Snapshots: []control.Snapshot{}}
		for i := range all {
			list.Snapshots = append(list.Snapshots, snapshotOf(&all[i]))
		}
		return list, err
	})
}

// DeleteSnapshot forgets one.
func (s *Server) DeleteSnapshot(w http.ResponseWriter, r *http.Request, world control.WorldID, snapshotID control.SnapshotID) {
	s.answer(w, r, http.StatusNoContent, func() (any, error) {
		return nil, s.config.Engine.DeleteSnapshot(world, snapshotID)
	})
}

// RestoreSnapshot puts the world back.
func (s *Server) RestoreSnapshot(w http.ResponseWriter, r *http.Request, world control.WorldID, snapshotID control.SnapshotID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		if err := s.config.Engine.Restore(r.Context(), world, snapshotID); err != nil {
			return nil, err
		}
		return s.describe(world)
	})
}

// snapshotOf is the schema Snapshot.
func snapshotOf(s *engine.Snapshot) control.Snapshot {
	return control.Snapshot{SnapshotId: s.ID, At: s.At, TakenAt: s.TakenAt, Bytes: s.Bytes}
}
