package engine

import "countersign/orchestrator"

// afterAttempt carries a change of an attempt on to its payment.
func (w *work) afterAttempt(a orchestrator.Attempt, old orchestrator.Attempt) error {
	p, err := w.tx.Payments().Get(w.m.ID, a.PaymentID)
	if err != nil {
		return err
	}
	stored := p
	if err := w.paymentAfterAttempt(&p, a, old); err != nil {
		return err
	}
	if samePayment(stored, p) {
		return nil
	}
	return w.tx.Payments().Update(&p)
}

// samePayment says that nothing is to be stored.
func samePayment(a, b orchestrator.Payment) bool {
	return a.Status == b.Status && a.Phase == b.Phase && a.RouteVersion == b.RouteVersion && a.AttemptID == b.AttemptID &&
		a.Moves == b.Moves && a.LateSuccess == b.LateSuccess && a.Conflict == b.Conflict && a.Manual == b.Manual &&
		a.FailureCode == b.FailureCode
}

func (w *work) paymentAfterAttempt(p *orchestrator.Payment, a, old orchestrator.Attempt) error {
	p.Manual = p.Manual || a.Manual
	if a.Conflict && !old.Conflict {
		p.Conflict = true
	}
	if a.State == old.State && a.State != orchestrator.AttemptAwaitingCode {
		return nil
	}
	switch a.State {
	case orchestrator.AttemptSucceeded:
		return w.succeeded(p, a)
	case orchestrator.AttemptLateSuccess:
		return w.lateSuccess(p, a)
	case orchestrator.AttemptFailed:
		return w.declined(p, a)
	case orchestrator.AttemptVoided:
		return w.voided(p, a)
	case orchestrator.AttemptAwaitingCode:
		return w.payment(p, orchestrator.PaymentAskCode, "code about the payment")
	default:
		return w.payment(p, orchestrator.PaymentProceed, "charge")
	}
}

// succeeded notes the debit and tells payer and merchant.
func (w *work) succeeded(p *orchestrator.Payment, a orchestrator.Attempt) error {
	if err := w.debited(a); err != nil {
		return err
	}
	if err := w.charged(a.ChannelID, true); err != nil {
		return err
	}
	in := orchestrator.PaymentInput{Event: orchestrator.PaymentSucceed, EvidenceID: a.EvidenceID}
	if err := w.paymentWith(p, in); err != nil {
		return err
	}
	if err := w.webhook(*p, "payment.succeeded"); err != nil {
		return err
	}
	return w.tellPayer(*p)
}

// lateSuccess flags a debit that came to light after the end. What to do with it is decided elsewhere.
func (w *work) lateSuccess(p *orchestrator.Payment, a orchestrator.Attempt) error {
	if err := w.debited(a); err != nil {
		return err
	}
	in := orchestrator.PaymentInput{Event: orchestrator.PaymentLate, EvidenceID: a.EvidenceID, Cause: "debited after the end"}
	if err := w.paymentWith(p, in); err != nil {
		return err
	}
	return w.webhook(*p, "payment.late_paid")
}

// declined ends the attempt's agreement where the reason says so, and moves on or fails.
func (w *work) declined(p *orchestrator.Payment, a orchestrator.Attempt) error {
	if err := w.charged(a.ChannelID, orchestrator.ChannelDidItsWork(a.Reason)); err != nil {
		return err
	}
	if end := orchestrator.EndOfAgreement(a.Reason); end != "" && a.AgreementID != "" {
		if err := w.endAgreement(a.AgreementID, orchestrator.EventOfEnd(end), a.EvidenceID, p.ID); err != nil {
			return err
		}
	}
	if err := w.refuted(p.ID, a.CardID, a.ElementsPrint, a.Reason); err != nil {
		return err
	}
	if orchestrator.ClassOf(a.Reason) == orchestrator.ClassCheck {
		if err := w.forgetCheck(a.CardID, a.ChannelID); err != nil {
			return err
		}
	}
	if a.CloseWanted {
		return w.closed(p, byMerchant)
	}
	return w.moveOrFail(p, a.Reason)
}

// voided closes a payment that was to be closed, and fails any other: nothing was debited and nothing will be.
func (w *work) voided(p *orchestrator.Payment, a orchestrator.Attempt) error {
	switch {
	case a.CloseWanted:
		return w.closed(p, byMerchant)
	case a.SMS.Seq > 0 && a.TriesLeft == 0:
		return w.fail(p, orchestrator.ReasonCodeExhausted)
	case a.SMS.Seq > 0 && !w.now.Before(a.SMS.ExpiresAt):
		return w.fail(p, orchestrator.ReasonCodeExpired)
	default:
		return w.fail(p, orchestrator.ReasonOrderClosed)
	}
}

// Causes of a close.
const (
	byMerchant    = "closed by the merchant"
	cardTakenAway = "card taken away"
)

// closed ends a payment that is no longer wanted.
func (w *work) closed(p *orchestrator.Payment, cause string) error {
	if err := w.payment(p, orchestrator.PaymentClose, cause); err != nil {
		return err
	}
	return w.webhook(*p, "payment.closed")
}

// debited notes at the card's standing that a charge succeeded.
func (w *work) debited(a orchestrator.Attempt) error {
	s, err := w.standing(a.CardID, a.ChannelID)
	if err != nil {
		return err
	}
	s.DebitedAt, s.Raw = w.now, a.Raw
	return w.tx.Standings().Put(&s)
}

// charged notes the result of a charge in the channel's window.
func (w *work) charged(channelID string, good bool) error {
	h, err := w.tx.Healths().Get(w.m.ID, channelID)
	if err != nil {
		return err
	}
	h.MerchantID, h.ChannelID = w.m.ID, channelID
	h = h.Charged(good)
	return w.tx.Healths().Put(&h)
}

// observe notes the outcome of a call for new work at the breaker.
func (w *work) observe(channelID string, proof orchestrator.Proof) error {
	evidence := proof == orchestrator.ProofStatus || proof == orchestrator.ProofProblem
	h, err := w.tx.Healths().Get(w.m.ID, channelID)
	if err != nil {
		return err
	}
	if evidence && h.Misses == 0 && h.OpenUntil.IsZero() {
		return nil
	}
	h.MerchantID, h.ChannelID = w.m.ID, channelID
	h = h.Observe(evidence, w.now)
	return w.tx.Healths().Put(&h)
}

// endAgreement steps an agreement to its end.
func (w *work) endAgreement(id string, event orchestrator.AgreementEvent, evidenceID, reference string) error {
	a, err := w.tx.Agreements().Get(w.m.ID, id)
	if err != nil {
		return err
	}
	a, recorded, err := a.Step(orchestrator.AgreementInput{
		Event: event, Actor: w.actor, At: w.now, EvidenceID: evidenceID, Reference: reference, Draw: w.draw(a.ID, a.Queries),
	})
	if err != nil {
		return err
	}
	if err := w.tx.Agreements().Update(&a); err != nil {
		return err
	}
	return w.record(recorded)
}

// forgetCheck notes that a channel no longer knows the card's element check; the code that followed it counts no more.
func (w *work) forgetCheck(cardID, channelID string) error {
	s, err := w.standing(cardID, channelID)
	if err != nil {
		return err
	}
	s = s.Forget()
	return w.tx.Standings().Put(&s)
}
