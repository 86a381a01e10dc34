package fault

import "countersign/simulator"

// notificationAltered changes the amount after the message was signed (N-9): the
// amount given, or a fen more; where there is no amount, the payer. A client must
// find that the signature does not fit the body, refuse it and change nothing. Ask
// for it with {"effect":"notification_altered"}.
func notificationAltered() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_altered"},
			"The amount (of an agreement, the payer) is changed after the notification was signed.", "N-9", paramAmount,
		),
		kind: lies{simulator.VariantAltered},
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			if rule.Amount == 0 {
				return rule, nil
			}
			return otherAmount(rule)
		},
	}
}
