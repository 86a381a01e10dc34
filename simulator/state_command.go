package simulator

// LoadState puts a world back to a state of its own: that of a snapshot. Name, seed
// and the keys of members that are in both stay. It is the one command that may
// move a world's time back.
type LoadState struct {
	State State `json:"state"`
}

// Operation names the command.
func (LoadState) Operation() Operation { return OpControl }

// LoadOwn is Load for a state that this program wrote itself: how its parts hang
// together is checked, single values are not.
func LoadOwn(state State, template *Template, faults FaultCatalogue) (*World, error) {
	return load(state, template, faults)
}

// become replaces everything in the world by what a state says.
func (w *World) become(c LoadState) Outcome {
	state := c.State
	state.ID, state.Seed = w.id, w.seed
	state.Members = append([]MemberState(nil), state.Members...)
	for i := range state.Members {
		if m := w.members[state.Members[i].MemberNo]; m != nil {
			state.Members[i].Keys = m.Keys
		}
	}
	fresh, err := load(state, w.template, w.rules.catalogue)
	if err != nil {
		return Outcome{Problem: invalid("state", err.Error())}
	}
	*w = *fresh
	return Outcome{}
}
