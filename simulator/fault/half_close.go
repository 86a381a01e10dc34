package fault

import "countersign/simulator"

// halfClose sends the headers and half of the body, then ends the sending side only
// (FIN). The connection stays half open until the client leaves, a minute has
// passed, or the rule goes. What came is no answer (O10): the body is shorter than its
// length, and a client that waits for the other side to close leaks a connection.
// Ask for it with {"effect":"half_close","operation":"charge","times":1}.
func halfClose() entry {
	return entry{
		Description: Description{
			Name:       "half_close",
			About:      "Headers and half of the body, then FIN of the sending side; the connection stays half open until the client leaves, for a minute at most.",
			Points:     wirePoints(),
			Operations: answering(),
			Rows:       []string{"O10"},
			OnSocket:   true,
			Example:    simulator.FaultRule{Fault: "half_close", Operation: simulator.OpCharge, Times: 1},
		},
		kind: ending{simulator.EndingHalfClose},
	}
}
