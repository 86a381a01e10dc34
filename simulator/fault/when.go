package fault

import (
	"slices"
	"strings"

	"countersign/simulator"
)

// The bounds of a rule's counters, those of the contract.
const (
	allOfThousand    = 1000 // the permille that means always
	mostTimes        = 1_000_000
	mostTimesANumber = 1000
)

// checkWhen refuses a selection that could never match one of the operations, and
// counters that contradict each other.
func checkWhen(rule *simulator.FaultRule, ops []simulator.Operation) *simulator.Problem {
	for _, check := range []func(*simulator.FaultRule, []simulator.Operation) *simulator.Problem{
		checkCounters, checkPlace, checkAmounts, checkCard, checkNumber, checkEvent, checkAge,
	} {
		if problem := check(rule, ops); problem != nil {
			return problem
		}
	}
	return nil
}

// checkCounters holds nth, every, permille and the budgets to their bounds.
func checkCounters(rule *simulator.FaultRule, ops []simulator.Operation) *simulator.Problem {
	when, counters := &rule.When, 0
	for _, n := range []int{when.Nth, when.Every, when.Permille} {
		if n != 0 {
			counters++
		}
	}
	switch {
	case when.Nth < 0 || when.Nth > mostTimes:
		return wrong("when.nth", "must be 1 to 1000000")
	case when.Every < 0 || when.Every > mostTimes:
		return wrong("when.every", "must be 1 to 1000000")
	case when.Permille < 0 || when.Permille > allOfThousand:
		return wrong("when.permille", "must be 1 to 1000")
	case counters > 1:
		return wrong("when", "nth, every and permille exclude each other")
	case rule.Times < 0 || rule.Times > mostTimes:
		return wrong("times", "must be 1 to 1000000, or left out")
	case when.Nth > 0 && rule.Times > 1:
		return wrong("times", "with nth a rule strikes once only")
	}
	return checkPerNumber(rule, ops)
}

// checkPerNumber holds the budget for each number to its bounds.
func checkPerNumber(rule *simulator.FaultRule, ops []simulator.Operation) *simulator.Problem {
	switch {
	case rule.PerNumber < 0 || rule.PerNumber > mostTimesANumber:
		return wrong("per_number", "must be 1 to 1000, or left out")
	case rule.PerNumber > 0 && !slices.ContainsFunc(ops, hasNumber):
		return wrong("per_number", "the operation has no number")
	case rule.Times > 0 && rule.PerNumber > rule.Times:
		return wrong("per_number", "is above times, so that it bounds nothing")
	}
	return nil
}

// checkAmounts refuses amounts that no request or event can have.
func checkAmounts(rule *simulator.FaultRule, ops []simulator.Operation) *simulator.Problem {
	when := &rule.When
	ofRange := when.AmountFrom != 0 || when.AmountTo != 0
	switch {
	case when.Amount < 0:
		return wrong("when.amount", "must be above zero")
	case when.AmountFrom < 0:
		return wrong("when.amount_from", "must be above zero")
	case when.AmountTo < 0:
		return wrong("when.amount_to", "must be above zero")
	case when.Amount != 0 && ofRange:
		return wrong("when.amount", "give either amount or a range")
	case when.AmountTo != 0 && when.AmountFrom > when.AmountTo:
		return wrong("when.amount_from", "the range is empty: it begins above amount_to")
	case when.Amount == 0 && !ofRange:
		return nil
	}
	field := "when.amount"
	if when.AmountFrom != 0 {
		field = "when.amount_from"
	} else if when.AmountTo != 0 {
		field = "when.amount_to"
	}
	if !slices.ContainsFunc(ops, hasAmount) {
		return wrong(field, "the operation has no amount")
	}
	if event := string(when.EventType); event != "" && !strings.HasPrefix(event, "charge.") && !strings.HasPrefix(event, "refund.") {
		return wrong(field, "events of that type have no amount")
	}
	return nil
}

// checkCard refuses cards and banks where there are none.
func checkCard(rule *simulator.FaultRule, ops []simulator.Operation) *simulator.Problem {
	when := &rule.When
	switch {
	case when.CardLast4 != "" && !isLast4(when.CardLast4):
		return wrong("when.card_last4", "must be four digits")
	case when.CardLast4 != "" && !slices.ContainsFunc(ops, hasCard):
		return wrong("when.card_last4", "the operation knows no card")
	case when.Bank != "" && !slices.ContainsFunc(ops, hasCard):
		return wrong("when.bank", "the operation knows no card and no bank")
	}
	return nil
}

// checkNumber refuses a number where there is none.
func checkNumber(rule *simulator.FaultRule, ops []simulator.Operation) *simulator.Problem {
	switch number := rule.When.OrderNo; {
	case number == "":
	case !slices.ContainsFunc(ops, hasNumber):
		return wrong("when.order_no", "the operation has no number")
	case !simulator.ValidNumber(number) && !slices.ContainsFunc(ops, ofGateway):
		return wrong("when.order_no", "no number is so: they have 4 to 64 letters, digits, hyphens or underscores")
	}
	return nil
}

// ofGateway reports an operation whose number is the platform's reference, a text.
func ofGateway(op simulator.Operation) bool {
	return op == simulator.OpSendSMS || op == simulator.OpSendWeChat
}

// checkEvent refuses an event type that is none, or where no notification is met.
func checkEvent(rule *simulator.FaultRule, ops []simulator.Operation) *simulator.Problem {
	switch rule.When.EventType {
	case "":
		return nil
	case simulator.EventChargeSucceeded, simulator.EventChargeDeclined, simulator.EventSigningSigned,
		simulator.EventAgreementEnded, simulator.EventRefundSucceeded:
	default:
		return wrong("when.event_type", "no notification is of that type")
	}
	if !slices.Contains(ops, simulator.OpNotification) {
		return wrong("when.event_type", "only notifications have a type")
	}
	return nil
}

// checkAge refuses an age where nothing has begun that the request could ask after.
func checkAge(rule *simulator.FaultRule, ops []simulator.Operation) *simulator.Problem {
	switch age := rule.When.YoungerMS; {
	case age == 0:
	case age < 0 || age > longest.Milliseconds():
		return wrong("when.younger_than_ms", "must be 1 to 2592000000 milliseconds")
	case !slices.ContainsFunc(ops, hasAge):
		return wrong("when.younger_than_ms", "the operation is about nothing that began before")
	}
	return nil
}

// hasAge reports whether requests of the operation are about an order, signing or
// refund that was there before.
func hasAge(op simulator.Operation) bool {
	switch op {
	case simulator.OpSigningResend, simulator.OpSigningConfirm, simulator.OpSigningQuery, simulator.OpChargeQuery,
		simulator.OpChargeClose, simulator.OpChargeConfirm, simulator.OpChargeResend, simulator.OpRefundQuery:
		return true
	default:
		return false
	}
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
		simulator.OpChargeResend, simulator.OpRefund, simulator.OpRefundQuery, simulator.OpNotification,
		simulator.OpStatement:
		return true
	default:
		return false
	}
}

// hasCard reports whether requests of the operation are about a card.
func hasCard(op simulator.Operation) bool {
	switch op {
	case simulator.OpLimits, simulator.OpProfile, simulator.OpBindBatch, simulator.OpBindBatchQuery,
		simulator.OpAgreementFile, simulator.OpSendSMS, simulator.OpSendWeChat:
		return false
	default:
		return true
	}
}

// hasNumber reports whether requests of the operation carry a number of their own.
func hasNumber(op simulator.Operation) bool {
	return op != simulator.OpLimits && op != simulator.OpProfile
}
