package fault

import (
	"slices"

	"countersign/simulator"
)

// allOfThousand is the permille that means always.
const allOfThousand = 1000

// checkWhen refuses a selection that could never match one of the operations, and
// counters that contradict each other.
func checkWhen(when simulator.When, times int, ops []simulator.Operation) *simulator.Problem {
	counters := 0
	for _, n := range []int{when.Nth, when.Every, when.Permille} {
		if n != 0 {
			counters++
		}
	}
	switch {
	case when.Nth < 0:
		return wrong("when.nth", "must be 1 or more")
	case when.Every < 0:
		return wrong("when.every", "must be 1 or more")
	case when.Permille < 0 || when.Permille > allOfThousand:
		return wrong("when.permille", "must be 1 to 1000")
	case counters > 1:
		return wrong("when", "nth, every and permille exclude each other")
	case times < 0:
		return wrong("times", "must be 1 or more, or left out")
	case when.Amount < 0:
		return wrong("when.amount", "must be above zero")
	case when.Amount > 0 && !slices.ContainsFunc(ops, hasAmount):
		return wrong("when.amount", "the operation has no amount")
	case when.CardLast4 != "" && !isLast4(when.CardLast4):
		return wrong("when.card_last4", "must be four digits")
	case when.CardLast4 != "" && !slices.ContainsFunc(ops, hasCard):
		return wrong("when.card_last4", "the operation knows no card")
	case when.OrderNo != "" && !slices.ContainsFunc(ops, hasNumber):
		return wrong("when.order_no", "the operation has no number")
	}
	return nil
}

// isLast4 reports four ASCII digits.
func isLast4(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return len(text) == 4
}

// hasAmount reports whether requests of the operation are about an amount.
func hasAmount(op simulator.Operation) bool {
	switch op {
	case simulator.OpCharge, simulator.OpChargeQuery, simulator.OpChargeClose, simulator.OpChargeConfirm,
		simulator.OpChargeResend, simulator.OpRefund, simulator.OpNotification:
		return true
	default:
		return false
	}
}

// hasCard reports whether requests of the operation are about a card.
func hasCard(op simulator.Operation) bool {
	switch op {
	case simulator.OpAgreementTerminate, simulator.OpRefundQuery, simulator.OpLimits, simulator.OpProfile:
		return false
	default:
		return true
	}
}

// hasNumber reports whether requests of the operation carry a number of their own.
func hasNumber(op simulator.Operation) bool {
	return op != simulator.OpLimits && op != simulator.OpProfile
}
