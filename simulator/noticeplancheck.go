package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// checkPlan refuses a plan that could never match an event of this world, or whose
// sendings could not be made. Fields of the match are named as those of a rule.
func (w *World) checkPlan(p *NotificationPlan) *Problem {
	switch {
	case p.Times < 0:
		return invalid("times", "must be 1 or more")
	case len(p.Sendings) > mostSendings:
		return invalid("sendings", "must be 100 at most")
	case p.Order != OrderUsual && p.Order != OrderBeforeAnswer && p.Order != OrderAfterNext:
		return invalid("order", "must be usual, before_answer or after_next")
	case p.Order != OrderUsual && len(p.Sendings) == 0:
		return invalid("order", "nothing is sent, so there is no order")
	case p.Order == OrderBeforeAnswer && p.Sendings[0].AfterMS > 0:
		return invalid("sendings.0.after_ms", "the first goes out at once when it goes out before the answer")
	}
	if problem := p.checkExtent(); problem != nil {
		return problem
	}
	if problem := w.checkMatch(&p.Match); problem != nil {
		return problem
	}
	for i := range p.Sendings {
		if problem := w.checkSending(p, i); problem != nil {
			return problem
		}
	}
	return nil
}

// checkExtent refuses a plan that says nothing, or too much.
func (p *NotificationPlan) checkExtent() *Problem {
	copies := 0
	for i := range p.Sendings {
		copies += min(max(p.Sendings[i].Copies, 1), mostCopiesTogether)
	}
	switch {
	case len(p.Sendings) == 0 && p.ThenSchedule:
		return invalid("then_schedule", "nothing is sent before the schedule, so that the plan says nothing; leave the plan out")
	case copies > mostCopiesTogether:
		return invalid("sendings", "all copies together must be 20000 at most")
	}
	return nil
}

// checkMatch refuses a match that no event of this world could meet.
func (w *World) checkMatch(m *When) *Problem {
	if problem := checkAmounts(m); problem != nil {
		return problem
	}
	switch {
	case m.OrderNo != "" && !ValidNumber(m.OrderNo):
		return invalid("when.order_no", "no number is so: they have 4 to 64 letters, digits, hyphens or underscores")
	case m.YoungerMS != 0:
		return invalid("when.younger_than_ms", "a notification is about what has happened, not about an order's age; leave it out")
	case m.EventType != "" && !m.EventType.known():
		return invalid("when.event_type", "no such event")
	case m.EventType.withoutAmount() && m.Amount+m.AmountFrom+m.AmountTo > 0:
		return invalid("when.event_type", "such an event has no amount")
	case m.EventType == EventRefundSucceeded && m.CardLast4 != "":
		return invalid("when.card_last4", "a refund's notification knows no card")
	}
	if problem := w.checkNames(m); problem != nil {
		return problem
	}
	reason, told := "", false
	for _, id := range sortedKeys(w.channels) {
		if !w.concerns(m, id) || len(w.channels[id].profile.Notification.ScheduleSeconds) == 0 {
			continue
		}
		told = true
		if reason = w.channels[id].profile.neverTells(m.EventType); reason == "" {
			return nil
		}
	}
	if !told {
		return w.nobodyTells(m)
	}
	return invalid("when.event_type", reason)
}

// nobodyTells refuses a match that concerns only channels without a schedule: they
// notify nobody (N-1), planned or not. The field is the one that chose the channel.
func (w *World) nobodyTells(m *When) *Problem {
	field := "when.channel_id"
	if m.MemberNo != "" {
		field = "when.member_no"
	}
	return invalid(field, "the channel has no notification schedule and tells nobody; give its profile one first")
}

// checkAmounts refuses amounts that no event could have.
func checkAmounts(m *When) *Problem {
	switch {
	case m.Amount < 0 || m.AmountFrom < 0 || m.AmountTo < 0:
		return invalid("when.amount", "must be above zero")
	case m.AmountTo > 0 && m.AmountFrom > m.AmountTo:
		return invalid("when.amount_to", "is below amount_from")
	case m.Amount > 0 && (m.AmountFrom > m.Amount || m.AmountTo > 0 && m.AmountTo < m.Amount):
		return invalid("when.amount", "lies outside amount_from and amount_to")
	}
	return nil
}

// checkSending refuses a sending that could not be made.
func (w *World) checkSending(p *NotificationPlan, i int) *Problem {
	s, field := &p.Sendings[i], func(name string) string { return fmt.Sprintf("sendings.%d.%s", i, name) }
	switch {
	case s.AfterMS < 0 || s.AfterMS > longestAfter:
		return invalid(field("after_ms"), "must be 0 to 2592000000")
	case s.Copies < 0 || s.Copies > mostCopies:
		return invalid(field("copies"), "must be 1 to 10000")
	case !s.Variant.known():
		return invalid(field("variant"), "no such variant")
	case s.Variant == VariantReplay && !slices.ContainsFunc(p.Sendings[:i], isPlain):
		return invalid(field("variant"), "nothing true was sent before, so there is nothing to replay")
	}
	if p.Match.EventType != "" {
		e := eventOf(p.Match.EventType)
		e.MemberNo = p.Match.MemberNo
		if why := w.cannotVary(s.Variant, &e); why != "" {
			return invalid(field("variant"), why)
		}
	}
	if (s.Variant == VariantForeignKey || s.Variant == VariantForeignMember) && len(w.members) < 2 {
		return invalid(field("variant"), "there is no other member in this world")
	}
	return nil
}

// checkStranger refuses a rule about notifications that needs another member where
// there is none.
func (w *World) checkStranger(rule *FaultRule) *Problem {
	kind, known := w.rules.catalogue.Kind(rule.Fault)
	if !known || rule.Point != PointNotifying || len(w.members) > 1 {
		return nil
	}
	var d Disposition
	kind.Apply(*rule, Moment{}, &d)
	if v := d.Notice.Variant; v == VariantForeignKey || v == VariantForeignMember {
		return invalid("fault", "there is no other member in this world; add one first")
	}
	return nil
}

// ValidNumber reports a number as the contract has them (schema Number): 4 to 64
// letters, digits, hyphens or underscores.
func ValidNumber(text string) bool {
	const shortest, longest = 4, 64
	return len(text) >= shortest && len(text) <= longest && !strings.ContainsFunc(text, func(c rune) bool {
		return (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' && c != '-'
	})
}

// isPlain reports whether a sending is the true one.
func isPlain(s PlannedSending) bool { return s.Variant == VariantPlain }

// known reports whether an event type exists.
func (t EventType) known() bool {
	switch t {
	case EventChargeSucceeded, EventChargeDeclined, EventSigningSigned, EventAgreementEnded, EventRefundSucceeded:
		return true
	}
	return false
}

// withoutAmount reports whether events of a type say no amount.
func (t EventType) withoutAmount() bool { return t == EventSigningSigned || t == EventAgreementEnded }

// eventOf is an event of a type with nothing in it.
func eventOf(t EventType) Event {
	e := Event{Type: t}
	switch t {
	case EventChargeSucceeded, EventChargeDeclined:
		e.Charge = &ChargeView{}
	case EventRefundSucceeded:
		e.Refund = &RefundView{}
	case EventSigningSigned, EventAgreementEnded:
	}
	return e
}
