package fault

import "countersign/simulator"

// gatewayError lets a gateway before the channel answer with its HTML page of error,
// unsigned (O7 at committed, its usual point; O8 at received; O16 on queries; O22
// without a budget: the channel is down). From outside the two points look the
// same: a client must take the order for unknown and query it. status is 502, 503,
// 504 or 500. Ask for it with {"effect":"gateway_error","operation":"charge","times":1}.
func gatewayError() entry {
	return entry{
		Description: Description{
			Name:       "gateway_error",
			About:      "A gateway answers with an HTML page and 502 (or 500, 503, 504), unsigned: after the commit, or at received with nothing done.",
			Points:     spoken(simulator.PointCommitted, simulator.PointReceived),
			Operations: answering(),
			Parameters: []string{paramStatus},
			Rows:       []string{"O7", "O8", "O16", "O22"},
			Example:    simulator.FaultRule{Fault: "gateway_error", Operation: simulator.OpCharge, Times: 1},
		},
		kind:     saying{simulator.MessageGatewayError},
		complete: needsStatus(502, 503, 504, 500),
	}
}
