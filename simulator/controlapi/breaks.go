package controlapi

import (
	"net/http"

	"countersign/contract/control"
	"countersign/simulator"
)

// SelfCheck is the port to whoever holds the channels' messages against their
// contract.
type SelfCheck interface {
	// Breaks lists the breaks in a world, oldest first, and how many of its messages
	// were examined; what was sent before the call is in both.
	Breaks(worldID string) (breaks []simulator.Break, checked int64)
	// Forget drops what is known of a world.
	Forget(worldID string)
}

// ListBreaks shows where the simulator left its contract in a world, and which faults
// had it do so.
func (s *Server) ListBreaks(w http.ResponseWriter, r *http.Request, world control.WorldID, params control.ListBreaksParams) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		if _, err := s.config.Engine.World(world); err != nil {
			return nil, err
		}
		made := control.BreakList{Breaks: []control.Break{}}
		if s.config.SelfCheck == nil {
			return made, nil
		}
		breaks, checked := s.config.SelfCheck.Breaks(world)
		made.Checked = checked
		pageOfBreaks(&made, breaks, &params)
		return made, nil
	})
}

// mostBreaks is how many one answer has, the document's maximum.
const mostBreaks = 10_000

// pageOfBreaks puts those that are asked for into an answer.
func pageOfBreaks(made *control.BreakList, breaks []simulator.Break, params *control.ListBreaksParams) {
	limit := mostBreaks
	if params.Limit != nil {
		limit = *params.Limit
	}
	for i := range breaks {
		b := &breaks[i]
		switch {
		case b.Serial <= value(params.After), value(params.Undeclared) && b.Declared():
		case len(made.Breaks) == limit:
			more := true
			made.Truncated = &more
			return
		default:
			made.Breaks = append(made.Breaks, breakOf(b))
			made.Cursor = &b.Serial
		}
	}
	made.Cursor = nil
}

// breakOf is the schema Break.
func breakOf(b *simulator.Break) control.Break {
	made := control.Break{
		At: b.At.UTC(), Row: b.Row, ChannelId: given(b.ChannelID), Operation: given(operationOf(b.Operation)),
		Field: given(b.Field), What: b.What,
	}
	if b.Declared() {
		made.FaultIds = &b.FaultIDs
	}
	return made
}

// forgetBreaks drops what is known of a world that ends or begins anew.
func (s *Server) forgetBreaks(world string) {
	if s.config.SelfCheck != nil {
		s.config.SelfCheck.Forget(world)
	}
}
