package fault

import "countersign/simulator"

// withholdReply closes the connection without an answer (O4 of the fault model; O2
// at the earlier points). At the commit, its usual point, the money has moved and
// the client does not know: it must ask by its own order number and never charge
// again. Of a close it is the acknowledgement that is lost (O20): a client closes again,
// which is the same close, or asks. At received or before_receive nothing was done, which
// looks the same from outside. Ask for it with {"effect":"withhold_reply","operation":"charge","times":1}.
func withholdReply() entry {
	return entry{
		Description: Description{
			Name:       "withhold_reply",
			About:      "The connection is closed without an answer: after the commit, unless an earlier point is given.",
			Points:     replyPoints(),
			Operations: answering(),
			Rows:       []string{"O2", "O4", "O20"},
			Example:    simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge, Times: 1},
		},
		kind: withheld{},
	}
}

// replyPoints are where a reply can be kept back; the first is the usual one.
func replyPoints() []simulator.Point {
	return []simulator.Point{simulator.PointCommitted, simulator.PointReceived, simulator.PointBeforeReceive}
}

// withheld is the kind.
type withheld struct{}

// Apply keeps the answer back.
func (withheld) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Withhold = true
}
