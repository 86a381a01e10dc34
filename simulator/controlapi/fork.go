package controlapi

import (
	"net/http"
	"time"

	"countersign/contract/control"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// ForkWorld makes a second world in the state of the first.
func (s *Server) ForkWorld(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusCreated, func() (any, error) {
		wanted, err := read[control.ForkRequest](r)
		if err != nil {
			return nil, err
		}
		options := engine.ForkOptions{
			SnapshotID: value(wanted.SnapshotId), TTL: time.Duration(value(wanted.TtlSeconds)) * time.Second,
		}
		if options.ID, err = s.freeID(world, wanted.WorldId); err != nil {
			return nil, err
		}
		if c := wanted.Clock; c != nil {
			virtual := c.Mode == control.ClockVirtual
			options.Virtual, options.Start = &virtual, value(c.Start)
		}
		made, err := s.config.Engine.Fork(r.Context(), world, options)
		if err != nil {
			return nil, err
		}
		return s.describe(made.ID)
	})
}

// freeID is the name wanted for a world, "" for one to be made up. A name with
// somebody's card number in it is refused.
func (s *Server) freeID(world string, wanted *string) (string, error) {
	if wanted == nil {
		return "", nil
	}
	foreign := false
	err := s.config.Engine.Read(world, func(w *simulator.World) { foreign = w.Template().NamesForeignCard(*wanted) })
	if err == nil && foreign {
		err = foreignID()
	}
	return *wanted, err
}
