package fault

import (
	"countersign/simulator"
)

// notice describes a fault around a notification.
func notice(example simulator.FaultRule, about, row string, parameters ...string) Description {
	return Description{
		Name: example.Fault, About: about, Points: []simulator.Point{simulator.PointNotifying},
		Operations: []simulator.Operation{simulator.OpNotification},
		Rows:       []string{row}, Example: example, Parameters: parameters,
	}
}

// lies is the kind of the faults that send another variant. Of several the first
// added counts.
type lies struct{ variant simulator.NoticeVariant }

// Apply chooses the variant and what it says.
func (l lies) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	if to.Notice.Variant == simulator.VariantPlain {
		to.Notice.Variant, to.Notice.Answer, to.Notice.Amount = l.variant, rule.Answer, rule.Amount
	}
}

// liesAbout is lies for events that the variant can be told of only sometimes.
type liesAbout struct {
	lies

	can func(rule simulator.FaultRule, at simulator.Moment) bool
}

// Selects reports whether the event can be told of in the variant.
func (l liesAbout) Selects(rule simulator.FaultRule, at simulator.Moment) bool {
	return l.can(rule, at)
}

// hasFen reports whether an event of a type says an amount.
func hasFen(event simulator.EventType) bool {
	return event != simulator.EventSigningSigned && event != simulator.EventAgreementEnded
}

// otherAmount wants an amount above zero if one is given, and an event that says one.
func otherAmount(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
	switch {
	case rule.Amount < 0:
		return rule, wrong(paramAmount, "must be an amount in fen above zero, or left out")
	case !hasFen(rule.When.EventType):
		return rule, wrong("when.event_type", "such an event has no amount")
	case rule.Amount > 0 && rule.Amount == rule.When.Amount:
		return rule, wrong(paramAmount, "is the amount that the rule selects, so it would tell the truth")
	}
	return rule, nil
}
