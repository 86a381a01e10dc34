package controlapi

import (
	"net/http"
	"time"

	"countersign/contract/control"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// Bounds of the clock's operations.
const (
	usualDrain = 5 * time.Second // real time; the document's default of drain_ms
	usualDue   = 100
	// mostHappened is how many begun things one answer lists.
	mostHappened = 10_000
)

// GetClock shows a world's clock.
func (s *Server) GetClock(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		view, err := s.config.Engine.Clock(world)
		return clockState(&view, nil), err
	})
}

// SetClock moves a virtual clock to an instant, by a duration or to what is due
// next, and answers when the world is settled.
func (s *Server) SetClock(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		wanted, err := read[control.ClockSet](r)
		if err != nil {
			return nil, err
		}
		move, err := moveOf(&wanted)
		if err != nil {
			return nil, err
		}
		moved, err := s.config.Engine.MoveClock(r.Context(), world, move)
		return clockState(&moved.ClockView, &moved), err
	})
}

// moveOf is the move a request asks for. It names the member that is one too many.
func moveOf(wanted *control.ClockSet) (engine.Move, error) {
	drain := usualDrain
	if wanted.DrainMs != nil {
		drain = time.Duration(*wanted.DrainMs) * time.Millisecond
	}
	move := engine.Move{To: wanted.To, Next: wanted.Next != nil && *wanted.Next, Drain: &drain}
	if wanted.ByMs != nil {
		move.By = time.Duration(*wanted.ByMs) * time.Millisecond
	}
	const hint = `{"by_ms":600000}, {"to":"2018-06-06T19:30:00Z"} or {"next":true}`
	switch {
	case move.To != nil && wanted.ByMs != nil:
		return move, unprocessable("/by_ms", "exactly one of to, by_ms and next is wanted", hint)
	case move.Next && (move.To != nil || wanted.ByMs != nil):
		return move, unprocessable("/next", "exactly one of to, by_ms and next is wanted", hint)
	case !move.Next && move.To == nil && wanted.ByMs == nil:
		return move, unprocessable("/to", "one of to, by_ms and next is wanted", hint)
	}
	return move, nil
}

// ListDue lists what will happen by itself.
func (s *Server) ListDue(w http.ResponseWriter, r *http.Request, world control.WorldID, params control.ListDueParams) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		limit := usualDue
		if params.Limit != nil {
			limit = *params.Limit
		}
		list, err := s.config.Engine.Due(world, limit)
		return control.DueList{Due: dueThings(list)}, err
	})
}

// clockState is the schema ClockState; moved is nil when nothing was moved.
func clockState(view *engine.ClockView, moved *engine.Moved) control.ClockState {
	settled := view.Settled()
	made := control.ClockState{
		Now: view.Now.UTC(), Virtual: view.Virtual, Activity: int64(view.Activity), Busy: view.Busy, Parked: view.Parked,
		Settled: &settled,
	}
	if view.NextDue != nil {
		next := view.NextDue.UTC()
		made.NextDue = &next
	}
	if moved != nil {
		shown := moved.Fired[:min(len(moved.Fired), mostHappened)]
		fired, happened := make([]string, 0, len(shown)), dueThings(shown)
		for _, f := range shown {
			fired = append(fired, f.What)
		}
		made.Fired, made.Happened = &fired, &happened
	}
	return made
}

// dueThings are things as the wire has them.
func dueThings(list []simulator.DueThing) []control.DueThing {
	made := make([]control.DueThing, 0, len(list))
	for _, t := range list {
		thing := control.DueThing{At: t.At.UTC(), Kind: control.DueThingKind(t.Kind), What: t.What}
		if t.Number != "" {
			thing.Number = &t.Number
		}
		made = append(made, thing)
	}
	return made
}
