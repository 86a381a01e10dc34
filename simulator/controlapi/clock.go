package controlapi

import (
	"net/http"

	"countersign/contract/control"
	"countersign/simulator/engine"
)

// GetClock shows a world's clock.
func (s *Server) GetClock(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		view, err := s.config.Engine.Clock(world)
		return clockState(&view, nil), err
	})
}

// SetClock moves a virtual clock, to an instant or to what is due next.
func (s *Server) SetClock(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		wanted, err := read[control.ClockSet](r)
		if err != nil {
			return nil, err
		}
		next := wanted.Next != nil && *wanted.Next
		if next == (wanted.To != nil) {
			return nil, unprocessable("", "exactly one of to and next is wanted", `{"next":true} or {"to":"2018-06-06T19:30:00Z"}`)
		}
		var moved engine.Moved
		if next {
			moved, err = s.config.Engine.NextClock(r.Context(), world)
		} else {
			moved, err = s.config.Engine.SetClock(r.Context(), world, *wanted.To)
		}
		return clockState(&moved.ClockView, &moved), err
	})
}

// mostFired is how many begun things one answer lists.
const mostFired = 10_000

// clockState is the schema ClockState; moved is nil when nothing was moved.
func clockState(view *engine.ClockView, moved *engine.Moved) control.ClockState {
	made := control.ClockState{
		Now: view.Now.UTC(), Virtual: view.Virtual, Activity: int64(view.Activity), Busy: view.Busy, Parked: view.Parked,
	}
	if view.NextDue != nil {
		next := view.NextDue.UTC()
		made.NextDue = &next
	}
	if moved != nil {
		fired := make([]string, 0, len(moved.Fired))
		for _, f := range moved.Fired[:min(len(moved.Fired), mostFired)] {
			fired = append(fired, f.What)
		}
		made.Fired = &fired
	}
	return made
}
