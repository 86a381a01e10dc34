package fault

import (
	"slices"

	"countersign/simulator"
)

// saying is the kind of all faults that put a message in the place of the truth.
type saying struct{ message simulator.AnswerMessage }

// Apply says it, unless a rule added earlier has spoken.
func (s saying) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Answer.Say(s.message, rule.Status)
}

// spoken are the points where a message can stand in the place of the truth.
func spoken(usual, other simulator.Point) []simulator.Point { return []simulator.Point{usual, other} }

// jsonOperations are the operations whose answers are JSON: all but the files.
func jsonOperations() []simulator.Operation {
	return slices.DeleteFunc(simulator.ChannelOperations(), func(op simulator.Operation) bool {
		return op == simulator.OpStatement || op == simulator.OpAgreementFile
	})
}
