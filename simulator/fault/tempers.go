package fault

import (
	"slices"
	"strings"

	"countersign/simulator"
)

// OddityVariable is the environment variable that sets the rate of an oddity in the demo
// world, in permille.
func OddityVariable(name string) string { return "COUNTERSIGN_ODDITY_" + strings.ToUpper(name) }

// Oddities lists what real channels do now and then although nothing is wrong (3.1 of
// the fault model). The proposals of that list are the realistic rates. That a card
// which is signed already answers so, and that a request which contradicts itself is
// refused, are no oddities: channels always do it.
func (c *Catalogue) Oddities() []simulator.Oddity { return c.oddities }

// allOddities makes the table.
func allOddities() []simulator.Oddity {
	return slices.Concat(oddReplies(), oddNotifications(), oddMessages(), oddTexts(), oddKeys())
}

// oddReplies are about answers that do not come, or do not say what became of the order.
func oddReplies() []simulator.Oddity {
	deciding := []simulator.Operation{
		simulator.OpCharge, simulator.OpChargeConfirm, simulator.OpSigningConfirm, simulator.OpRefund,
	}
	return []simulator.Oddity{
		odd("reply_withheld", "The connection closes without an answer after a charge, a refund or a confirmed code was carried out.",
			50, 200, "O4", simulator.FaultRule{Fault: "withhold_reply"}, deciding...),
		odd("reply_late", "The answer comes 60 to 90 s late: after the longest time that any profile here publishes.",
			30, 100, "O5", simulator.FaultRule{Fault: "slow", DelayMS: 60_000, JitterMS: 30_000}, deciding...),
		odd("query_not_found", "A query of an order, signing or refund that is there is answered not found in its first 10 s.",
			50, 250, "O17", simulator.FaultRule{Fault: "not_found", When: simulator.When{YoungerMS: 10_000}},
			simulator.OpChargeQuery, simulator.OpSigningQuery, simulator.OpRefundQuery),
		odd("busy_done", "The channel says that it is busy and does not know the result; the request was carried out.",
			20, 100, "O7", simulator.FaultRule{Fault: "system_busy", Point: simulator.PointCommitted}, deciding...),
		odd("busy_undone", "The channel says that it is busy and does not know the result; nothing was done.",
			20, 100, "O8", simulator.FaultRule{Fault: "system_busy", Point: simulator.PointReceived}, deciding...),
	}
}

// oddNotifications are about notifications.
func oddNotifications() []simulator.Oddity {
	return []simulator.Oddity{
		odd("notification_early", "A notification goes out before the answer to the request that caused it.",
			100, 300, "N-2", simulator.FaultRule{Fault: "notification_early"}),
		odd("notification_duplicated", "A notification is sent twice.",
			100, 300, "N-4", simulator.FaultRule{Fault: "notification_duplicate"}),
		odd("notification_reordered", "A notification is sent after its successor, or a minute late when none comes.",
			100, 300, "N-5", simulator.FaultRule{Fault: "notification_reorder"}),
		odd("notification_lost", "A delivery of a notification is lost; the schedule goes on.",
			10, 200, "N-1", simulator.FaultRule{Fault: "notification_drop"}),
	}
}

// oddMessages are about the shape of answers. Clients are tolerant.
func oddMessages() []simulator.Oddity {
	return []simulator.Oddity{
		odd("extra_fields", "An answer has members that the contract does not name.",
			100, 400, "3.1", simulator.FaultRule{Fault: "extra_fields"}),
		odd("field_order", "The members of an answer come in another order.",
			100, 400, "3.1", simulator.FaultRule{Fault: "field_order"}),
		odd("open_enum", "The status of an order or a refund in processing is a word that no list has; final states keep theirs.",
			100, 400, "3.1", simulator.FaultRule{Fault: "open_enum"}),
	}
}

// oddTexts are about SMS and the codes in them.
func oddTexts() []simulator.Oddity {
	return []simulator.Oddity{
		odd("sms_late", "An SMS takes up to 15 s.",
			1000, 1000, "B3", simulator.FaultRule{Fault: "sms_late", JitterMS: 15_000}, simulator.AnyOperation, simulator.OpSendSMS),
		odd("sms_lost", "An SMS never arrives.",
			20, 150, "B3", simulator.FaultRule{Fault: "sms_lose"}, simulator.AnyOperation, simulator.OpSendSMS),
		odd("sms_twice", "An SMS arrives twice.",
			20, 150, "B3", simulator.FaultRule{Fault: "sms_duplicate"}, simulator.AnyOperation, simulator.OpSendSMS),
		odd("leading_zero", "A code begins with 0.",
			200, 500, "3.1", simulator.FaultRule{Fault: "code_leading_zero"}),
	}
}

// oddKeys are about keys.
func oddKeys() []simulator.Oddity {
	return []simulator.Oddity{
		odd("key_rotation", "After a request the member has new keys, once in 500 requests; the old request key is taken for five minutes more. "+
			"A client has to fetch the new ones: GET the world shows them.",
			2, 4, "K1", simulator.FaultRule{Fault: "key_rotate"}),
	}
}

// odd makes a row. Without operations the rule is about any.
func odd(name, about string, realistic, hostile int, row string, rule simulator.FaultRule, ops ...simulator.Operation) simulator.Oddity {
	made := simulator.Oddity{Name: name, About: about, Rows: []string{row}, Realistic: realistic, Hostile: hostile}
	if len(ops) == 0 {
		ops = []simulator.Operation{simulator.AnyOperation}
	}
	for _, op := range ops {
		one := rule
		one.ID, one.Operation = "temper_"+name, op
		if op != simulator.AnyOperation {
			one.ID += "_" + string(op)
		}
		made.Rules = append(made.Rules, one)
	}
	return made
}
