package fault

import (
	"slices"

	"countersign/simulator"
)

// crossedAnswer lets the channel answer with what belongs to another request: the
// number is another's, so is the amount, and the signature is right (O12). A client
// must compare number, amount and member with what it asked, and take its order for
// unknown. Ask for it with {"effect":"crossed_answer","operation":"charge","times":1}.
func crossedAnswer() entry {
	return entry{
		Description: Description{
			Name:       "crossed_answer",
			About:      "The answer is signed and right, but about another number.",
			Points:     []simulator.Point{simulator.PointCommitted},
			Operations: numbered(),
			Rows:       []string{"O12"},
			Example:    simulator.FaultRule{Fault: "crossed_answer", Operation: simulator.OpCharge, Times: 1},
		},
		kind: saying{simulator.MessageCrossed},
	}
}

// numbered are the operations whose answers name a number of their own.
func numbered() []simulator.Operation {
	return slices.DeleteFunc(jsonOperations(), func(op simulator.Operation) bool {
		return !hasNumber(op) || op == simulator.OpBindBatch || op == simulator.OpBindBatchQuery
	})
}
