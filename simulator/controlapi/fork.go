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
		if options.ID, err = freeID(wanted.WorldId); err != nil {
			return nil, err
		}
		if c := wanted.Clock; c != nil {
			virtual := c.Mode == control.ClockVirtual
			options.Virtual, options.Start = &virtual, value(c.Start)
			if problem := simulator.CheckInstant("clock.start", options.Start); problem != nil && c.Start != nil {
				return nil, problem
			}
		}
		made, err := s.config.Engine.Fork(r.Context(), world, options)
		if err != nil {
			return nil, err
		}
		return s.describe(made.ID)
	})
}

// freeID is the name wanted for a world, "" for one to be made up. A word that a route
// takes is refused: the world could be neither shown nor deleted.
func freeID(wanted *string) (string, error) {
	if wanted != nil && "/v1/worlds/"+*wanted == importPath {
		return "", unprocessable("/world_id", "the word is taken by a resource of the control plane", "choose another name")
	}
	return value(wanted), nil
}
