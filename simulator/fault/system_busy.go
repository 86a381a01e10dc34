package fault

import "countersign/simulator"

// systemBusy lets the channel say that it is busy and does not know the result: a
// signed 503 with the code system_busy (O7 at committed, its usual point; O8 at
// received). Signed or not, it is no evidence: the code is on no final list, and a
// client must query. Ask for it with
// {"effect":"system_busy","operation":"charge","point":"received","permille":20}.
func systemBusy() entry {
	return entry{
		Description: Description{
			Name:       "system_busy",
			About:      "The channel answers 503 system_busy, signed; the result is unknown. After the commit, or at received with nothing done.",
			Points:     spoken(simulator.PointCommitted, simulator.PointReceived),
			Operations: answering(),
			Rows:       []string{"O7", "O8"},
			Example:    simulator.FaultRule{Fault: "system_busy", Operation: simulator.OpCharge, Times: 1},
		},
		kind: saying{simulator.MessageBusy},
	}
}
