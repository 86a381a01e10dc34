package fault

import "countersign/simulator"

// codeUnrecorded lets the channel crash at the worst moment of a signing (B4): the bank
// took the right code and made the agreement, the channel stored nothing and
// closes without an answer. A query of the signing still says code_sent. The same
// code once more, or another application for the card, answers signed with the
// agreement that lives; asking for agreements by card finds it too. A client must
// not sign the card a second time elsewhere before it has asked. A card that has a
// live agreement is signed as ever. Ask for it with {"effect":"code_unrecorded","times":1}.
func codeUnrecorded() entry {
	return entry{
		Description: Description{
			Name:       "code_unrecorded",
			About:      "The bank makes the agreement, the channel crashes before it stores that: no answer, and the signing still says code_sent. Confirm or apply again answers signed.",
			Points:     []simulator.Point{simulator.PointBank},
			Operations: []simulator.Operation{simulator.OpSigningConfirm},
			Rows:       []string{"B4"},
			Example:    simulator.FaultRule{Fault: "code_unrecorded", Times: 1},
		},
		kind: unrecording{},
	}
}

// unrecording is the kind.
type unrecording struct{}

// Apply lets the channel crash.
func (unrecording) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Bank.Unrecorded = true
}
