package simulator

import (
	"time"

	"countersign/internal/chance"
	"countersign/internal/money"
)

// cannotVary says why an event cannot go out in a variant, "" when it can.
func (w *World) cannotVary(v NoticeVariant, e *Event) string {
	switch v {
	case VariantContradict:
		if e.Charge == nil {
			return "only the end of a charge can be contradicted"
		}
	case VariantWrongAmount:
		if e.Charge == nil && e.Refund == nil {
			return "the event has no amount"
		}
	case VariantForeignKey, VariantForeignMember:
		if w.otherMember(e.MemberNo) == nil {
			return "there is no other member in this world"
		}
	default:
	}
	return ""
}

// otherMember is another member, of the same channel if there is one: the one that
// follows by its stable name, so that everybody has a stranger of his own.
func (w *World) otherMember(memberNo string) *member {
	own := w.members[memberNo]
	var near, far []*member
	for _, m := range w.membersByName() {
		switch {
		case m == own:
		case own != nil && m.channel == own.channel:
			near = append(near, m)
		default:
			far = append(far, m)
		}
	}
	if len(near) == 0 {
		near = far
	}
	for _, m := range near {
		if own != nil && m.name() > own.name() {
			return m
		}
	}
	if len(near) == 0 {
		return nil
	}
	return near[0]
}

// lie is what a variant says instead of the event; nil when it says the same.
func (w *World) lie(v NoticeVariant, say *NoticeFault, truth *Event) *Event {
	e := truth.copied()
	switch v {
	case VariantStale:
		e.backInTime()
	case VariantContradict:
		e.contradict(say.Answer)
	case VariantWrongAmount, VariantAltered:
		e.otherAmount(say.Amount)
	case VariantForeignMember:
		e.MemberNo = w.otherMember(truth.MemberNo).MemberNo
	default:
		return nil
	}
	if v.ownEvent() {
		const width = 14
		e.EventID = "evt_" + chance.Digits(w.seed, "lie/"+truth.EventID, string(v), width)
	}
	return &e
}

// copied is the event with views of its own.
func (e *Event) copied() Event {
	c := *e
	c.Charge, c.Signing, c.Agreement, c.Refund = own(e.Charge), own(e.Signing), own(e.Agreement), own(e.Refund)
	return c
}

// own copies what a pointer points to.
func own[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// backInTime tells of the state before: an order still processing, a code just
// sent, an agreement still alive.
func (e *Event) backInTime() {
	switch {
	case e.Charge != nil:
		e.Charge.Status, e.Charge.Reason = ChargeProcessing, ""
	case e.Signing != nil:
		e.Signing.Status, e.Signing.Agreement = SigningCodeSent, nil
	case e.Agreement != nil:
		e.Agreement.Status, e.Agreement.EndedAt = AgreementActive, time.Time{}
	case e.Refund != nil:
		e.Refund.Status = RefundProcessing
	}
}

// contradict tells of another end of a charge than it had: the one asked for, or
// the opposite.
func (e *Event) contradict(answer FaultAnswer) {
	if answer == "" {
		answer = AnswerDeclined
		if e.Type == EventChargeDeclined {
			answer = AnswerSucceeded
		}
	}
	if answer == AnswerDeclined {
		e.Type, e.Charge.Status, e.Charge.Reason = EventChargeDeclined, ChargeDeclined, ReasonInsufficientBalance
		return
	}
	e.Type, e.Charge.Status, e.Charge.Reason = EventChargeSucceeded, ChargeSucceeded, ""
}

// otherAmount tells of another amount: the one given, or a fen more. An event
// without an amount is told of another payer.
func (e *Event) otherAmount(amount money.Fen) {
	change := func(told *money.Fen) {
		if amount == 0 || amount == *told {
			amount = *told + 1
		}
		*told = amount
	}
	const stranger = "somebody_else"
	switch {
	case e.Charge != nil:
		change(&e.Charge.Amount)
	case e.Refund != nil:
		change(&e.Refund.Amount)
	case e.Agreement != nil:
		e.Agreement.PayerRef = stranger
	case e.Signing != nil && e.Signing.Agreement != nil:
		e.Signing.Agreement = own(e.Signing.Agreement)
		e.Signing.Agreement.PayerRef = stranger
	case e.Signing != nil:
		e.Signing.SignNo = stranger
	}
}
