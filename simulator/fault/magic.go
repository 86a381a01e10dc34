package fault

import (
	"slices"
	"strconv"

	"countersign/internal/money"
	"countersign/simulator"
)

// Magic is the table of magic values. Worlds share it.
func (c *Catalogue) Magic() *simulator.MagicTable { return c.magic }

// magicValues lists the values: first amounts, then mobiles, then codes.
func magicValues() []simulator.MagicValue {
	return slices.Concat(magicDeclines(), magicBank(), magicReplies(), magicNotifications(), magicMobiles(), magicCodes())
}

// magicDeclines are the amounts of charges that the bank declines, one for each reason.
func magicDeclines() []simulator.MagicValue {
	var values []simulator.MagicValue
	for i, reason := range []simulator.Reason{
		simulator.ReasonInsufficientBalance, simulator.ReasonLimitSingle, simulator.ReasonLimitDaily, simulator.ReasonLimitMonthly,
		simulator.ReasonLimitCount, simulator.ReasonCardLost, simulator.ReasonCardFrozen, simulator.ReasonCardCancelled,
		simulator.ReasonCardExpired, simulator.ReasonCardUnsupported, simulator.ReasonRiskRefused,
	} {
		values = append(values, amount(simulator.FirstMagicAmount+money.Fen(i), "Declined: "+string(reason)+".",
			simulator.FaultRule{Fault: "decline", Operation: simulator.OpCharge, Reason: reason}))
	}
	return append(values, amount(88812, "Held for risk: in processing for ever, with the reason risk_held.",
		simulator.FaultRule{Fault: "decline", Operation: simulator.OpCharge, Reason: simulator.ReasonRiskHeld}))
}

// magicBank are the amounts at which the bank does something else than answer at once.
func magicBank() []simulator.MagicValue {
	return []simulator.MagicValue{
		amount(88820, "In processing for ever; nothing is debited.", simulator.FaultRule{Fault: "bank_silent"}),
		amount(88821, "In processing for a minute, then succeeded.", simulator.FaultRule{Fault: "bank_slow"}),
		amount(88822, "In processing for a minute, then declined: insufficient_balance.", simulator.FaultRule{Fault: "bank_slow"},
			simulator.FaultRule{Fault: "decline", Operation: simulator.OpCharge, Reason: simulator.ReasonInsufficientBalance}),
		amount(88823, "Debited without the channel ever learning of it; the bank gives it back after an hour.", simulator.FaultRule{Fault: "bank_reverses"}),
		amount(88824, "Declined: risk_refused; a minute later the bank debits all the same, and the order is succeeded.", simulator.FaultRule{Fault: "late_debit"}),
		amount(88825, "Succeeded with another amount: ¥888.00 is debited.", simulator.FaultRule{Fault: "partial_debit", Amount: 88800}),
		amount(88826, "The bank ends the agreement right before: declined, agreement_cancelled. By elements it succeeds.", simulator.FaultRule{Fault: "agreement_revoked"}),
		amount(88827, "In processing for a minute under a status that no list has, then succeeded.",
			simulator.FaultRule{Fault: "bank_slow"}, simulator.FaultRule{Fault: "open_enum"}),
	}
}

// magicReplies are the amounts at which the answer to the charge, or to its first
// queries, is not what a client hopes for. Each strikes an order a bounded number of
// times, so that a query finds the truth.
func magicReplies() []simulator.MagicValue {
	charge := func(fault string, point simulator.Point) simulator.FaultRule {
		return simulator.FaultRule{Fault: fault, Operation: simulator.OpCharge, Point: point, PerNumber: 1}
	}
	late := charge("slow", simulator.PointCommitted)
	late.DelayMS = 60_000
	return []simulator.MagicValue{
		amount(88830, "Succeeded, and no answer to the first copy: the connection closes.", charge("withhold_reply", simulator.PointCommitted)),
		amount(88831, "The first copy is lost: nothing is done, and the connection closes.", charge("withhold_reply", simulator.PointBeforeReceive)),
		amount(88832, "Succeeded, and a gateway answers the first copy with 502.", charge("gateway_error", simulator.PointCommitted)),
		amount(88833, "A gateway answers the first copy with 502; nothing is done.", charge("gateway_error", simulator.PointReceived)),
		amount(88834, "Succeeded, and the channel answers the first copy system_busy.", charge("system_busy", simulator.PointCommitted)),
		amount(88835, "The channel answers the first copy system_busy; nothing is done.", charge("system_busy", simulator.PointReceived)),
		amount(88836, "Succeeded; the answer comes a minute late.", late),
		amount(88837, "Succeeded; the answer is not signed.", charge("signature_missing", simulator.PointCommitted)),
		amount(88838, "Succeeded; the answer is about another order.", charge("crossed_answer", simulator.PointCommitted)),
		amount(88839, "Succeeded; the body of the answer breaks off.", charge("garbled_body", simulator.PointCommitted)),
		amount(88840, "Succeeded; the first two queries say that there is no such order.",
			simulator.FaultRule{Fault: "not_found", Operation: simulator.OpChargeQuery, PerNumber: 2}),
		amount(88841, "Succeeded; the first query says that it is in processing.",
			simulator.FaultRule{Fault: "stale_answer", Operation: simulator.OpChargeQuery, Answer: simulator.AnswerProcessing, PerNumber: 1}),
		amount(88842, "Succeeded, no answer to the first copy, and the first two queries say that there is no such order.",
			charge("withhold_reply", simulator.PointCommitted),
			simulator.FaultRule{Fault: "not_found", Operation: simulator.OpChargeQuery, PerNumber: 2}),
	}
}

// magicNotifications are the amounts of charges that succeed and are told of badly.
func magicNotifications() []simulator.MagicValue {
	once := func(name string) simulator.FaultRule {
		return simulator.FaultRule{Fault: name, Operation: simulator.OpNotification, PerNumber: 1}
	}
	late := once("notification_late")
	late.DelayMS = 60_000
	return []simulator.MagicValue{
		amount(88850, "Succeeded; no notification ever arrives.", simulator.FaultRule{Fault: "notification_drop"}),
		amount(88851, "Succeeded; the notification comes twice.", once("notification_duplicate")),
		amount(88852, "Succeeded; the notification comes a minute late.", late),
		amount(88853, "Succeeded; the notification comes before the answer.", once("notification_early")),
		amount(88854, "Succeeded; a notification says declined, the true one follows by the schedule.", once("notification_contradict")),
		amount(88855, "Succeeded; the first notification is signed with a key that nobody has.", once("notification_wrong_key")),
		amount(88856, "Succeeded; the notification says another amount. Who acknowledges it gets no other.", once("notification_wrong_amount")),
		amount(88857, "Succeeded; the notification comes after the next one of the member, or a minute late.", once("notification_reorder")),
	}
}

// magicMobiles are the last four digits of registered mobiles whose SMS have a hard way.
func magicMobiles() []simulator.MagicValue {
	return []simulator.MagicValue{
		mobile("8801", "The first SMS for a number is lost; the next one arrives.", simulator.FaultRule{Fault: "sms_lose", PerNumber: 1}),
		mobile("8802", "SMS arrive a minute late.", simulator.FaultRule{Fault: "sms_late", DelayMS: 60_000}),
		mobile("8803", "SMS arrive twice.", simulator.FaultRule{Fault: "sms_duplicate"}),
		mobile("8804", "The first SMS for a number arrives after the second, or a minute late.", simulator.FaultRule{Fault: "sms_reorder", PerNumber: 1}),
		mobile("8805", "No SMS ever arrives.", simulator.FaultRule{Fault: "sms_lose"}),
		mobile("8806", "Every code begins with 0.", simulator.FaultRule{Fault: "code_leading_zero"}),
	}
}

// magicCodes are codes that are judged by what they say. No channel draws one.
func magicCodes() []simulator.MagicValue {
	const anyLength = " At codes of another length: as many nines, and the same last digit."
	return []simulator.MagicValue{
		{Kind: simulator.MagicCode, Value: "999991", Outcome: "code_expired; no try is used up." + anyLength},
		{Kind: simulator.MagicCode, Value: "999992", Outcome: "code_exhausted: the number of tries is used up at once." + anyLength},
	}
}

// amount makes the row of an amount.
func amount(fen money.Fen, outcome string, rules ...simulator.FaultRule) simulator.MagicValue {
	for i := range rules {
		rules[i].When.Amount = fen
	}
	return simulator.MagicValue{Kind: simulator.MagicAmount, Value: strconv.FormatInt(int64(fen), 10), Outcome: outcome, Rules: rules}
}

// mobile makes the row of a registered mobile.
func mobile(last4, outcome string, rule simulator.FaultRule) simulator.MagicValue {
	return simulator.MagicValue{Kind: simulator.MagicMobile, Value: last4, Outcome: outcome, Rules: []simulator.FaultRule{rule}}
}
