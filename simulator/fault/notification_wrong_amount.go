package fault

import "countersign/simulator"

// notificationWrongAmount tells of another amount and signs it well (N-9): the one
// given, or a fen more. The signature proves who speaks, not that he is right: a
// client must hold the amount against its own order, book nothing, and raise an
// alarm. Ask for it with {"effect":"notification_wrong_amount","amount":1}.
func notificationWrongAmount() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_wrong_amount", Amount: 1},
			"A notification says another amount than the order's, signed well.", "N-9", paramAmount,
		),
		kind:     liesAbout{lies{simulator.VariantWrongAmount}, saysAmount},
		complete: otherAmount,
	}
}

// saysAmount reports whether the event has an amount that the rule would change.
func saysAmount(rule simulator.FaultRule, at simulator.Moment) bool {
	return hasFen(at.EventType) && rule.Amount != at.Amount
}
