package fault

import "countersign/simulator"

// unknownCode lets the channel refuse with a code of no list: a signed 400 (O9). At
// received, its usual point, nothing was done, at committed everything was, and the
// client cannot tell: only codes of the final list prove something. It must take
// the order for unknown. Ask for it with
// {"effect":"unknown_code","operation":"charge","point":"committed","times":1}.
func unknownCode() entry {
	return entry{
		Description: Description{
			Name:       "unknown_code",
			About:      "The channel answers 400 with a code that no list has, signed. Nothing is done, unless the point is committed.",
			Points:     spoken(simulator.PointReceived, simulator.PointCommitted),
			Operations: simulator.ChannelOperations(),
			Rows:       []string{"O9"},
			Example:    simulator.FaultRule{Fault: "unknown_code", Operation: simulator.OpCharge, Times: 1},
		},
		kind: saying{simulator.MessageUnknownCode},
	}
}
