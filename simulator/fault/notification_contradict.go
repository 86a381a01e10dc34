package fault

import "countersign/simulator"

// notificationContradict tells of the other end of a charge than it had (O19):
// declined where it succeeded and succeeded where it was declined, signed well, under
// an event id of its own; the true one follows by the schedule. A client must not
// believe the newest message: it queries, success wins, and it flags the conflict
// until the statement decides. Ask for it with {"effect":"notification_contradict"}
// or name the answer: succeeded or declined.
func notificationContradict() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_contradict"},
			"A notification tells of the opposite end of a charge, signed well; the true one follows by the schedule.", "O19", paramAnswer,
		),
		kind: liesAbout{lies{simulator.VariantContradict}, contradicts},
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			switch event := rule.When.EventType; {
			case event != "" && event != simulator.EventChargeSucceeded && event != simulator.EventChargeDeclined:
				return rule, wrong("when.event_type", "only the end of a charge can be contradicted")
			case rule.Answer != "" && rule.Answer != simulator.AnswerSucceeded && rule.Answer != simulator.AnswerDeclined:
				return rule, wrong(paramAnswer, "must be succeeded or declined")
			case event != "" && event == endOf(rule.Answer):
				return rule, wrong(paramAnswer, "is what the event says, so it would tell the truth")
			}
			return rule, nil
		},
	}
}

// endOf is the event that tells of an end of a charge.
func endOf(answer simulator.FaultAnswer) simulator.EventType {
	switch answer {
	case simulator.AnswerSucceeded:
		return simulator.EventChargeSucceeded
	case simulator.AnswerDeclined:
		return simulator.EventChargeDeclined
	default:
		return ""
	}
}

// contradicts reports whether the event is of a charge whose end was another.
func contradicts(rule simulator.FaultRule, at simulator.Moment) bool {
	return (at.EventType == simulator.EventChargeSucceeded || at.EventType == simulator.EventChargeDeclined) &&
		at.EventType != endOf(rule.Answer)
}
