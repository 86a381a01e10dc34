package fault

import "countersign/simulator"

// hang keeps the connection open and never answers (O2, O4). The client's own
// timeout has to end the call, and what it then knows is nothing. At the commit
// the command has been carried out; at received and before_receive it never is.
// Ask for it with {"effect":"hang","operation":"charge","times":1}.
func hang() entry {
	return entry{
		Description: Description{
			Name:       "hang",
			About:      "The connection stays open and no answer comes: after the commit, unless an earlier point is given.",
			Points:     replyPoints(),
			Operations: answering(),
			Rows:       []string{"O2", "O4", "O13"},
			Example:    simulator.FaultRule{Fault: "hang", Operation: simulator.OpCharge, Times: 1},
		},
		kind: hanging{},
	}
}

// hanging is the kind.
type hanging struct{}

// Apply never answers.
func (hanging) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Hang = true
}
