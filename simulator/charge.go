package simulator

import (
	"time"

	"countersign/internal/money"
)

// applyCharge takes an order. An order number is unique per member and channel for
// ever; what a repeat is answered depends on the profile. A decline is a result:
// the order exists and is final. A problem means this copy left no trace.
func (w *World) applyCharge(m *member, c ApplyCharge) Outcome {
	content := c.contentOf()
	if known := m.charges[c.OrderNo]; known != nil {
		return w.repeatCharge(m, known, content)
	}
	if problem := w.acceptable(m, c); problem != nil {
		return Outcome{Problem: problem}
	}
	o := newCharge(m, c.OrderNo, c.NotifyURL, content)
	o.orderTime, o.accepted, o.amount = c.OrderTime.UnixNano(), w.now.UnixNano(), c.Amount
	w.stand(o, ChargeProcessing, "")
	m.keepCharge(o)
	if reason := w.entitle(m, o, c); reason != "" {
		w.decline(o, reason)
		return w.chargeOutcome(o)
	}
	if m.channel.profile.CodeOnEveryPayment {
		w.stand(o, ChargeCodeRequired, "")
		o.more().code = &codeState{profile: m.channel.profile}
		w.textPaymentCode(o)
		return w.chargeOutcome(o)
	}
	w.debitOrWait(o)
	return w.chargeOutcome(o)
}

// acceptable refuses what leaves no trace: shapes the channel does not take, and a
// request that arrives after its own expiry, where the profile honours that.
func (w *World) acceptable(m *member, c ApplyCharge) *Problem {
	p := m.channel.profile
	byAgreement := c.AgreementNo != ""
	switch {
	case c.Currency != money.Currency:
		return invalid("currency", "must be CNY")
	case !c.Amount.Positive():
		return invalid("amount", "must be above zero, in fen")
	case byAgreement && !c.Elements.IsZero():
		return invalid("elements", "give either agreement_no or elements")
	case p.ChargeBy == ByAgreement && !byAgreement:
		return invalid("agreement_no", "this channel charges by agreement")
	case p.ChargeBy == ByElements && c.Elements.CardNumber.IsZero():
		return invalid("elements", "this channel charges by the four elements")
	case p.ExpiryHonoured && !c.ExpiresAt.IsZero() && !w.now.Before(c.ExpiresAt):
		w.blame(VerdictAfterExpiry, c.OrderNo)
		return refuse(ProblemRequestExpired, "arrived after expires_at; nothing was done")
	}
	return nil
}

// keepCharge stores an order.
func (m *member) keepCharge(o *charge) {
	if m.charges == nil {
		m.charges = map[string]*charge{}
	}
	m.charges[o.orderNo] = o
}

// repeatCharge answers an order number that is known.
func (w *World) repeatCharge(m *member, known *charge, content digest) Outcome {
	switch {
	case known.tombstone():
		return Outcome{Problem: refuse(ProblemOrderClosed, "the order number was closed before it arrived")}
	case known.content != content.short():
		w.blame(VerdictOtherContent, known.orderNo)
		return Outcome{Problem: refuse(ProblemNumberReused, "order_no was used with other content")}
	case !m.channel.profile.Idempotent:
		return Outcome{Problem: refuse(ProblemNumberReused, "order_no was used; query it")}
	}
	w.ageCharge(known)
	return w.chargeOutcome(known)
}

// entitle finds account and agreement of an order and says why it may not be
// charged, "" if it may.
func (w *World) entitle(m *member, o *charge, c ApplyCharge) Reason {
	if c.AgreementNo == "" {
		return w.entitleByElements(m, o, c)
	}
	g := w.memberAgreement(m, c.AgreementNo)
	if g == nil || g.payerRef != c.PayerRef {
		o.more().payerRef = c.PayerRef
		return ReasonAgreementMissing
	}
	o.agreement, o.account = g, g.account
	if g.status == AgreementTerminated && !c.OrderTime.Before(g.ended.Truncate(time.Second)) {
		w.blame(VerdictChargedAfterTermination, c.OrderNo)
	}
	return agreementReason(g.status)
}

// entitleByElements is raw withholding (裸代扣): the elements must have passed a
// check, which runs inside the charge when none is named and none was made (T1
// holds there too), and must still match the bank's record today.
func (w *World) entitleByElements(m *member, o *charge, c ApplyCharge) Reason {
	o.more().payerRef = c.PayerRef
	if c.CheckNo != "" && !m.hasPassed(c.Elements, c.CheckNo) {
		return ReasonElementCheckMissing
	}
	o.account = w.account(c.Elements.CardNumber.Reveal())
	if _, reason := w.compareElements(m, c.Elements); reason != "" {
		return reason
	}
	m.notePassed(c.Elements)
	return ""
}

// textPaymentCode issues a code and sends the SMS about the payment.
func (w *World) textPaymentCode(o *charge) {
	m, code := o.member, o.code()
	p := code.profile
	parts := w.partsFor(m, o.account, p, p.PaymentCodeSender)
	parts.amount = o.amount
	way := w.passageNow(o.account.Holder.Mobile)
	parts.code = o.code().issue(w.seed, "charge/"+m.name()+"/"+o.orderNo, w.now, way.LeadingZero)
	parts.lifetime = time.Duration(p.Code.LifetimeSeconds) * time.Second
	w.textAccount(m, o.account, p.PaymentCodeSender, AboutPayment, o.orderNo, paymentText(parts), way)
}

// findCharge finds an order by number and time; both must be the stored ones,
// since networks identify a transaction by both.
func (m *member) findCharge(orderNo string, orderTime time.Time) *charge {
	if o := m.charges[orderNo]; o != nil && o.orderTime == orderTime.UnixNano() {
		return o
	}
	return nil
}

// orderNotFound is the problem of findCharge.
func orderNotFound() Outcome {
	return Outcome{Problem: refuse(ProblemOrderNotFound, "no order of that number and time")}
}

// queryCharge answers where an order stands.
func (w *World) queryCharge(m *member, c QueryCharge) Outcome {
	o := m.findCharge(c.OrderNo, c.OrderTime)
	if o == nil {
		return orderNotFound()
	}
	w.ageCharge(o)
	return w.chargeOutcome(o)
}

// closeCharge lays a tombstone: an order not seen yet can never come afterwards.
// One that waits for a code ends; one the bank has or had keeps its status.
func (w *World) closeCharge(m *member, c CloseCharge) Outcome {
	if !m.channel.profile.CloseOffered {
		return Outcome{Problem: refuse(ProblemCloseNotOffered, "this channel closes no orders")}
	}
	o := m.charges[c.OrderNo]
	if o != nil {
		w.ageCharge(o)
	}
	switch {
	case o == nil:
		o = newCharge(m, c.OrderNo, "", digest{})
		o.orderTime, o.accepted = c.OrderTime.UnixNano(), w.now.UnixNano()
		w.stand(o, ChargeClosed, "")
		w.endAt(o, o.accepted)
		m.keepCharge(o)
	case o.orderTime != c.OrderTime.UnixNano():
		return orderNotFound()
	case o.status == ChargeCodeRequired:
		w.finish(o, ChargeClosed, "")
	}
	return w.chargeOutcome(o)
}

// confirmCharge brings the code; a right one is spent and the bank debits.
func (w *World) confirmCharge(m *member, c ConfirmCharge) Outcome {
	o := m.findCharge(c.OrderNo, c.OrderTime)
	if o == nil {
		return orderNotFound()
	}
	if w.ageCharge(o); o.status != ChargeCodeRequired {
		if o.reason == ReasonCodeExhausted {
			w.blame(VerdictConfirmExhausted, o.orderNo)
		}
		return w.chargeOutcome(o)
	}
	switch w.tryCode(o.code(), c.Code) {
	case codeTooOld:
		w.stand(o, ChargeCodeRequired, ReasonCodeExpired)
	case codeWrong:
		w.stand(o, ChargeCodeRequired, ReasonWrongCode)
		if o.code().triesLeft() == 0 {
			w.decline(o, ReasonCodeExhausted)
		}
	case codeRight:
		w.chargeAfterCode(o)
	}
	return w.chargeOutcome(o)
}

// chargeAfterCode debits, unless the agreement died while the payer typed.
func (w *World) chargeAfterCode(o *charge) {
	if o.agreement != nil {
		if reason := agreementReason(o.agreement.status); reason != "" {
			w.decline(o, reason)
			return
		}
	}
	w.debitOrWait(o)
}

// resendCharge sends a payment code once more.
func (w *World) resendCharge(m *member, c ResendChargeCode) Outcome {
	o := m.findCharge(c.OrderNo, c.OrderTime)
	if o == nil {
		return orderNotFound()
	}
	if o.code() == nil && !m.channel.profile.CodeOnEveryPayment {
		return Outcome{Problem: refuse(ProblemCodeNotOffered, "this channel texts no code for payments")}
	}
	if w.ageCharge(o); o.status != ChargeCodeRequired {
		return w.chargeOutcome(o)
	}
	if wait := o.code().tooSoon(w.now); wait > 0 {
		w.blame(VerdictResendBeforeGap, o.orderNo)
		return Outcome{Problem: tooFrequent(wait)}
	}
	w.stand(o, ChargeCodeRequired, "")
	w.textPaymentCode(o)
	return w.chargeOutcome(o)
}

// ageCharge ends an order whose code nobody brought.
func (w *World) ageCharge(o *charge) {
	if o.status == ChargeCodeRequired && w.now.UnixNano() >= o.accepted+int64(signingLife) {
		w.decline(o, ReasonCodeExpired)
	}
}
