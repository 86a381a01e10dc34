package fault

import "countersign/simulator"

// garbledBody breaks the JSON of the answer off in the middle of a member (O10). The
// bytes are signed as they are, the length is right: the channel itself wrote them,
// so that the reading is tested and not only the signature. A client must take the
// order for unknown and keep what came, masked. Ask for it with
// {"effect":"garbled_body","operation":"charge","times":1}.
func garbledBody() entry {
	return entry{
		Description: Description{
			Name:       "garbled_body",
			About:      "The JSON of the answer breaks off in the middle; status, length and signature are right.",
			Points:     []simulator.Point{simulator.PointCommitted},
			Operations: jsonOperations(),
			Rows:       []string{"O10"},
			Example:    simulator.FaultRule{Fault: "garbled_body", Operation: simulator.OpCharge, Times: 1},
		},
		kind: spoiling{simulator.BodyGarbled},
	}
}

// spoiling is the kind of the faults that spoil the bytes of a body.
type spoiling struct{ how simulator.SpoiltBody }

// Apply spoils, unless a rule added earlier did.
func (s spoiling) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	if to.Answer.Body == "" {
		to.Answer.Body = s.how
	}
}
