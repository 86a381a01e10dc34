package fault

import "countersign/simulator"

// redirect sends the client to another path of the same host, unsigned (O21). At
// received, its usual point, nothing was done; at committed everything was. A client
// must not follow: a request signed for one target may not go to another, and a
// charge followed is a charge sent twice. status is 307, 308, 301, 302 or 303. Ask
// for it with {"effect":"redirect","operation":"charge","times":1}.
func redirect() entry {
	return entry{
		Description: Description{
			Name:       "redirect",
			About:      "A gateway answers 307 (or 301, 302, 303, 308) to another path of the same host, unsigned; nothing is done, unless the point is committed.",
			Points:     spoken(simulator.PointReceived, simulator.PointCommitted),
			Operations: simulator.ChannelOperations(),
			Parameters: []string{paramStatus},
			Rows:       []string{"O21"},
			Example:    simulator.FaultRule{Fault: "redirect", Operation: simulator.OpCharge, Times: 1},
		},
		kind:     saying{simulator.MessageRedirect},
		complete: needsStatus(307, 308, 301, 302, 303),
	}
}
