package fault

import "countersign/simulator"

// statementWrongAmount changes the amount of a line of a statement (K4): to that of the
// rule, else by one fen. Totals and digest go with it. The line is one that the rule
// selects, else one by the seed. A client must compare amounts and not only numbers, and
// leave the difference to a person. Ask for it with
// {"effect":"statement_wrong_amount","amount":1,"match":{"number":"ord_1"}}.
func statementWrongAmount() entry {
	return entry{
		Description: fileFault("statement_wrong_amount",
			"A line of the statement has the given amount, or one fen more; totals and digest go with it.",
			[]simulator.Operation{simulator.OpStatement}, paramAmount),
		kind: filing(func(rule simulator.FaultRule, to *simulator.FileFault) { to.Altered, to.Amount = true, rule.Amount }),
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			return rule, lineAmount(rule)
		},
	}
}
