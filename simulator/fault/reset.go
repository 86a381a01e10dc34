package fault

import "countersign/simulator"

// reset breaks the connection with a TCP RST in place of an answer. At
// before_receive, where nothing of the request is known, it is the nearest thing to
// a refused connection (O1) that one world of a shared port can have; but bytes
// were written, so unlike a refusal it proves nothing, and a client that takes
// every connection error for "not sent" is found out. At the commit it is O4 in
// its rudest form. Together with truncate or half_close, half of the body comes
// first (O10). Ask for it with {"effect":"reset","operation":"charge","times":1}.
func reset() entry {
	return entry{
		Description: Description{
			Name: "reset",
			About: "The connection is reset (TCP RST) before a byte of the answer: after the commit, unless an earlier point is given. " +
				"With truncate or half_close in force too, half of the body comes first.",
			Points:     replyPoints(),
			Operations: answering(),
			Rows:       []string{"O1", "O4", "O10"},
			OnSocket:   true,
			Example:    simulator.FaultRule{Fault: "reset", Operation: simulator.OpCharge, Times: 1},
		},
		kind: ending{simulator.EndingReset},
	}
}
