package fault

import (
	"countersign/internal/money"
	"countersign/simulator"
)

// statementExtraLine adds a line to a file that nothing stands behind (K4): a debit of
// an order number that the member has never used, or a signing it has never asked
// for. Number and, unless the rule says it, amount are drawn by the seed. A client must
// raise an alarm and must not book it. Ask for it with
// {"effect":"statement_extra_line","amount":100}.
func statementExtraLine() entry {
	return entry{
		Description: fileFault("statement_extra_line",
			"The file has one line more, with a number the member has never used; totals and digest include it.", bothFiles(), paramAmount),
		kind: filing(func(rule simulator.FaultRule, to *simulator.FileFault) { to.Extra, to.Amount = true, rule.Amount }),
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			if problem := lineAmount(rule); problem != nil {
				return rule, problem
			}
			if rule.Amount > 0 && rule.Operation == simulator.OpAgreementFile {
				return rule, wrong(paramAmount, "the lines of an agreement file have no amount")
			}
			return rule, nil
		},
	}
}

// lineAmount holds the amount of a line to what a charge can be.
func lineAmount(rule simulator.FaultRule) *simulator.Problem {
	if rule.Amount < 0 || rule.Amount > money.Max {
		return wrong(paramAmount, "must be above zero, in fen")
	}
	return nil
}
