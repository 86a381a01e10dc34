package httpapi

import (
	"time"

	"countersign/internal/chance"
	"countersign/internal/money"
	"countersign/simulator"
)

// openWord is a status that no list has, for what is not final yet.
const openWord = "in_clearing"

// misstated is an outcome as a fault has it told. What happened stays as it is: all
// that is changed is a copy.
func misstated(out *simulator.Outcome) simulator.Outcome {
	said, fault := *out, &out.Reply.Answer
	switch fault.Message {
	case simulator.MessageProcessing:
		earlier(&said)
	case simulator.MessageCrossed:
		crossed(&said)
	default:
	}
	if fault.OpenEnum {
		opened(&said)
	}
	return said
}

// earlier puts an order or a refund back into the state before its last.
func earlier(o *simulator.Outcome) {
	if o.Charge != nil {
		c := *o.Charge
		c.Status, c.Reason, c.FinishedAt, c.DebitedAt, c.Refunded = simulator.ChargeProcessing, "", time.Time{}, time.Time{}, 0
		c.ChannelRef, c.SMS, c.TriesLeft = "", nil, 0
		o.Charge = &c
	}
	if o.Refund != nil {
		r := *o.Refund
		r.Status, r.Reason, r.FinishedAt = simulator.RefundProcessing, "", time.Time{}
		o.Refund = &r
	}
}

// opened gives what is in processing a word of its own.
func opened(o *simulator.Outcome) {
	if o.Charge != nil && o.Charge.Status == simulator.ChargeProcessing {
		c := *o.Charge
		c.Status = openWord
		o.Charge = &c
	}
	if o.Refund != nil && o.Refund.Status == simulator.RefundProcessing {
		r := *o.Refund
		r.Status = openWord
		o.Refund = &r
	}
}

// crossed makes the answer one about another's number, with another's amount.
func crossed(o *simulator.Outcome) {
	if o.Check != nil {
		c := *o.Check
		c.CheckNo = another(c.CheckNo)
		o.Check = &c
	}
	if o.Signing != nil {
		s := *o.Signing
		s.SignNo = another(s.SignNo)
		if s.Agreement != nil {
			s.Agreement = crossedAgreement(s.Agreement)
		}
		o.Signing = &s
	}
	if o.Agreement != nil {
		o.Agreement = crossedAgreement(o.Agreement)
	}
	if o.Charge != nil {
		c := *o.Charge
		c.OrderNo, c.Amount = another(c.OrderNo), anotherAmount(c.Amount)
		o.Charge = &c
	}
	if o.Refund != nil {
		r := *o.Refund
		r.RefundNo, r.OrderNo, r.Amount = another(r.RefundNo), another(r.OrderNo), anotherAmount(r.Amount)
		o.Refund = &r
	}
}

// crossedAgreement is the agreement of another payer.
func crossedAgreement(of *simulator.AgreementView) *simulator.AgreementView {
	a := *of
	a.AgreementNo, a.PayerRef = another(a.AgreementNo), another(a.PayerRef)
	return &a
}

// another is a number of somebody else: always the same one for the same number.
func another(number string) string { return "other_" + chance.Digits(0, "crossed", number, 8) }

// anotherAmount is never the amount itself.
func anotherAmount(amount money.Fen) money.Fen { return amount + 100 }
