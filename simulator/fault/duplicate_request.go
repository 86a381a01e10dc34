package fault

import "countersign/simulator"

// duplicateRequest lets the network bring the request twice, byte for byte (O6: a
// proxy, or an HTTP library that sends again by itself). The client gets the answer
// to the second copy: as a jti is accepted once, a signed 401 replayed, which says
// nothing about the first. A client must query, never correct its key and charge
// anew. Ask for it with {"effect":"duplicate_request","operation":"charge","times":1}.
func duplicateRequest() entry {
	return entry{
		Description: Description{
			Name:       "duplicate_request",
			About:      "The channel gets the request twice; the client gets the answer to the second copy.",
			Points:     []simulator.Point{simulator.PointBeforeReceive},
			Operations: simulator.ChannelOperations(),
			Rows:       []string{"O6"},
			Example:    simulator.FaultRule{Fault: "duplicate_request", Operation: simulator.OpCharge, Times: 1},
		},
		kind: doubling{},
	}
}

// doubling is the kind.
type doubling struct{}

// Apply brings the request again.
func (doubling) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Twice = true
}
