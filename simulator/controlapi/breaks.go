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
		for i := range breaks {
			if !value(params.Undeclared) || !breaks[i].Declared() {
				made.Breaks = append(made.Breaks, breakOf(&breaks[i]))
			}
		}
		return made, nil
	})
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
