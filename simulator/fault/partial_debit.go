package fault

import (
	"countersign/internal/money"
	"countersign/simulator"
)

// partialDebit lets the bank debit another amount than was asked (B8), less or more.
// The channel answers succeeded with that amount; ledger and statement have it too,
// and no more than it can be refunded. A client must never take this for the success it
// asked for: it compares, raises a conflict, and a person settles the difference.
// A charge of that very amount is not struck. Ask for it with
// {"effect":"partial_debit","amount":100}.
func partialDebit() entry {
	return entry{
		Description: Description{
			Name:       "partial_debit",
			About:      "The bank debits the given amount in place of what was asked; the channel answers succeeded with that amount, and refunds are bounded by it.",
			Points:     []simulator.Point{simulator.PointBank},
			Operations: []simulator.Operation{simulator.OpCharge},
			Parameters: []string{paramAmount},
			Rows:       []string{"B8"},
			Example:    simulator.FaultRule{Fault: "partial_debit", Amount: 100},
		},
		kind: debitingOther{},
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			switch {
			case rule.Amount < 1 || rule.Amount > money.Max:
				return rule, wrong(paramAmount, "must be above zero, in fen")
			case rule.Amount == rule.When.Amount:
				return rule, wrong(paramAmount, "is what is asked for: it could have no effect")
			}
			return rule, nil
		},
	}
}

// debitingOther is the kind.
type debitingOther struct{}

// Selects reports whether another amount was asked for.
func (debitingOther) Selects(rule simulator.FaultRule, at simulator.Moment) bool {
	return rule.Amount != at.Amount
}

// Apply sets the amount.
func (debitingOther) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Bank.Instead = rule.Amount
}
