package fault

import (
	"slices"
	"strings"

	"countersign/simulator"
)

// decline lets the bank decline for a chosen reason what it would have
// done: a charge for lack of balance, a signing because the SMS could not be
// sent (B6 of the fault model). The decline is a proper result, signed and final (risk_held excepted,
// which leaves a charge in processing). A client must show it, classify it and
// never take it for a lost answer. Ask for it with
// {"effect":"decline","operation":"charge","reason":"insufficient_balance"}.
// Reasons that would lie about an agreement are not taken: cancel the agreement.
func decline() entry {
	return entry{
		Description: Description{
			Name:       "decline",
			About:      "The bank declines for the given reason. A proper, final result; nothing is debited, signed or refunded.",
			Points:     []simulator.Point{simulator.PointBank},
			Operations: declinable(),
			Parameters: []string{paramReason},
			Rows:       []string{"B6"},
			Example:    simulator.FaultRule{Fault: "decline", Operation: simulator.OpCharge, Reason: simulator.ReasonInsufficientBalance},
		},
		kind: declining{},
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			if rule.Reason == "" {
				return rule, wrong(paramReason, "must say why the bank declines")
			}
			if !slices.Contains(everyReason(), string(rule.Reason)) {
				return rule, &simulator.Problem{
					Code: simulator.ProblemInvalidRequest, Field: paramReason, Detail: "no bank knows this word",
					Hint: "one of " + strings.Join(everyReason(), ", "),
				}
			}
			return rule, nil
		},
		fits: func(rule simulator.FaultRule, op simulator.Operation) bool {
			return slices.Contains(reasonsFor(op), rule.Reason)
		},
	}
}

// everyReason lists what a bank can say to anything, by name.
func everyReason() []string {
	var all []string
	for _, op := range declinable() {
		for _, reason := range reasonsFor(op) {
			all = append(all, string(reason))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// declinable lists the operations a bank decides about, in a fixed order. A charge
// confirmed by code is decided as a charge.
func declinable() []simulator.Operation {
	return []simulator.Operation{
		simulator.OpElementCheck, simulator.OpSigningApply, simulator.OpSigningConfirm, simulator.OpBind,
		simulator.OpCharge, simulator.OpRefund,
	}
}

// reasonsFor lists what a bank can say to an operation.
func reasonsFor(op simulator.Operation) []simulator.Reason {
	card := []simulator.Reason{
		simulator.ReasonCardLost, simulator.ReasonCardFrozen, simulator.ReasonCardCancelled,
		simulator.ReasonCardExpired, simulator.ReasonRiskRefused,
	}
	switch op {
	case simulator.OpElementCheck, simulator.OpBind, simulator.OpSigningConfirm:
		return append(card, simulator.ReasonElementsMismatch, simulator.ReasonCardUnsupported)
	case simulator.OpSigningApply:
		return append(card, simulator.ReasonElementsMismatch, simulator.ReasonCardUnsupported, simulator.ReasonSMSNotSent)
	case simulator.OpCharge:
		return append(card, simulator.ReasonInsufficientBalance, simulator.ReasonLimitSingle, simulator.ReasonLimitDaily,
			simulator.ReasonLimitMonthly, simulator.ReasonLimitCount, simulator.ReasonRiskHeld, simulator.ReasonCardUnsupported)
	case simulator.OpRefund:
		return []simulator.Reason{simulator.ReasonCardCancelled, simulator.ReasonRiskRefused}
	default:
		return nil
	}
}

// declining is the kind.
type declining struct{}

// Apply sets the reason.
func (declining) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Bank.Decline = rule.Reason
}
