package fault

import (
	"slices"
	"time"

	"countersign/simulator"
)

// lateDebit breaks the contract (B2): the bank does not answer in time, the channel
// says declined (for the reason given, risk_refused unless said otherwise), and the
// bank debits delay_ms later all the same, a minute unless said otherwise. The
// order then answers succeeded and a notification says so. A client must take the
// late success for what it is, refund once what it had published as failed, and
// raise an alarm about the channel. Nothing happens late when the bank would refuse
// by then. Ask for it with {"effect":"late_debit","delay_ms":60000}.
func lateDebit() entry {
	return entry{
		Description: Description{
			Name:       "late_debit",
			About:      "The channel declines at once; the bank debits delay_ms later all the same, and the order turns to succeeded. This breaks the contract.",
			Points:     []simulator.Point{simulator.PointBank},
			Operations: []simulator.Operation{simulator.OpCharge},
			Parameters: []string{paramDelay, paramReason},
			Rows:       []string{"B2"},
			Example:    simulator.FaultRule{Fault: "late_debit", DelayMS: 60_000},
		},
		kind:     debitingLate{},
		complete: completeLateDebit,
	}
}

// completeLateDebit fills in delay and reason. Held for risk is no decline.
func completeLateDebit(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
	if rule.Reason == "" {
		rule.Reason = simulator.ReasonRiskRefused
	}
	if rule.Reason == simulator.ReasonRiskHeld || !slices.Contains(reasonsFor(simulator.OpCharge), rule.Reason) {
		return rule, wrong(paramReason, "no channel declines a charge for that reason")
	}
	return usualDelay(time.Minute)(rule)
}

// debitingLate is the kind.
type debitingLate struct{}

// Apply sets when the bank debits, and what the channel says before.
func (debitingLate) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Bank.Late, to.Bank.LateReason = delayOf(rule), rule.Reason
}
