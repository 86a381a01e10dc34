package engine

import (
	"errors"
	"slices"

	"countersign/orchestrator"
)

// payment steps a payment in memory and records the event; the caller stores the row.
func (w *work) payment(p *orchestrator.Payment, event orchestrator.PaymentEvent, cause string) error {
	return w.paymentWith(p, orchestrator.PaymentInput{Event: event, Cause: cause})
}

func (w *work) paymentWith(p *orchestrator.Payment, in orchestrator.PaymentInput) error {
	if in.Actor == "" {
		in.Actor = w.actor
	}
	in.At = w.now
	next, event, err := p.Step(in)
	if err != nil {
		return err
	}
	*p = next
	if p.Final() {
		w.over = append(w.over, p.ID)
	}
	if event.Old == event.New && (in.Event == orchestrator.PaymentProceed || in.Event == orchestrator.PaymentAskCode) {
		return nil // nothing to tell
	}
	return w.record(event)
}

// fail ends a payment with a reason, and tells the merchant.
func (w *work) fail(p *orchestrator.Payment, reason string) error {
	if err := w.paymentWith(p, orchestrator.PaymentInput{Event: orchestrator.PaymentFail, Reason: reason}); err != nil {
		return err
	}
	if w.restored && reason == orchestrator.ReasonElementsMismatch {
		p.Retryable = true // with the elements that were confirmed before
	}
	return w.webhook(*p, "payment.failed")
}

// moveOrFail decides what follows when a payment's present channel did not do it: the next channel where that
// one cannot, a new signing where the agreement is dead, the end where it is the payer's matter.
func (w *work) moveOrFail(p *orchestrator.Payment, reason string) error {
	class := orchestrator.ClassOf(reason)
	if class == orchestrator.ClassPayer || p.Moves >= orchestrator.MaxMoves {
		return w.fail(p, reason)
	}
	p.Moves++
	if class == orchestrator.ClassChannel && !slices.Contains(p.Excluded, p.ChannelID) {
		p.Excluded = append(p.Excluded, p.ChannelID)
	}
	card, err := w.tx.Cards().Get(w.m.ID, p.CardID)
	if err != nil {
		return err
	}
	if !card.Usable() {
		err := w.fail(p, reason)
		p.Retryable = false // not with this card
		return err
	}
	wish := w.wish(*p, card)
	wish.version++
	d, err := w.route(wish)
	if err != nil {
		return err
	}
	if d.Chosen == "" {
		p.DecisionID, p.RouteVersion = d.ID, d.RouteVersion
		if d.Failure != orchestrator.FailureNoChannel {
			reason = d.Failure
		}
		return w.fail(p, reason)
	}
	return w.beginOrFail(p, card, d)
}

// beginOrFail is begin where nobody waits for a refusal: what cannot be begun fails the payment.
func (w *work) beginOrFail(p *orchestrator.Payment, card orchestrator.Card, d orchestrator.Decision) error {
	err := w.begin(p, card, d)
	switch orchestrator.CodeOf(err) {
	case "":
		return err
	case orchestrator.CodeElementsRequired:
		return w.fail(p, orchestrator.FailureElementsRequired)
	case orchestrator.CodeTooFrequent:
		return w.fail(p, orchestrator.ReasonSMSNotSent)
	default:
		return w.fail(p, orchestrator.FailureOutcomeLost)
	}
}

// afterSigning carries a change of a signing on to what it serves.
func (w *work) afterSigning(s orchestrator.Signing, old orchestrator.SigningState) error {
	if s.State == orchestrator.SigningFailed {
		if err := w.refuted(s.Owner.ID, s.CardID, s.ElementsPrint, s.FailReason); err != nil {
			return err
		}
	}
	switch s.Owner.Kind {
	case orchestrator.OwnerPayment:
		p, err := w.tx.Payments().Get(w.m.ID, s.Owner.ID)
		if err != nil {
			return err
		}
		if p.SigningID != s.ID || p.Final() || p.Phase != orchestrator.PhaseSigning || p.RouteVersion != s.RouteVersion {
			return nil // a late signing of an older route is kept as an agreement, and moves no money (R4)
		}
		if err := w.paymentAfterSigning(&p, s, old); err != nil {
			return err
		}
		return w.tx.Payments().Update(&p)
	case orchestrator.OwnerVerification:
		v, err := w.tx.Verifications().Get(w.m.ID, s.Owner.ID)
		if err != nil || v.SigningID != s.ID || v.Final() {
			return err
		}
		if err := w.verificationAfterSigning(&v, s); err != nil {
			return err
		}
		return w.tx.Verifications().Update(&v)
	default:
		return w.syncAfterSigning(s)
	}
}

// paymentAfterSigning goes on where the signing has led.
func (w *work) paymentAfterSigning(p *orchestrator.Payment, s orchestrator.Signing, old orchestrator.SigningState) error {
	switch s.State {
	case orchestrator.SigningActive:
		if old == orchestrator.SigningActive {
			return nil
		}
		return w.chargeSigned(p)
	case orchestrator.SigningCodeSentState:
		return w.payment(p, orchestrator.PaymentAskCode, "signing")
	case orchestrator.SigningFailed:
		return w.moveOrFail(p, s.FailReason)
	case orchestrator.SigningLockedState, orchestrator.SigningExpiredState:
		return w.fail(p, endOfSigning(s))
	default:
		return w.payment(p, orchestrator.PaymentProceed, "signing")
	}
}

// endOfSigning is why something fails whose signing has ended without a signature.
func endOfSigning(s orchestrator.Signing) string {
	switch {
	case s.State == orchestrator.SigningLockedState:
		return orchestrator.ReasonCodeExhausted
	case s.State == orchestrator.SigningExpiredState && s.FailReason != orchestrator.FailureSuperseded:
		return orchestrator.ReasonCodeExpired
	}
	return s.FailReason
}

// chargeSigned charges with the same step of the payer that signed, if the channel can still take the amount.
func (w *work) chargeSigned(p *orchestrator.Payment) error {
	card, good, err := w.stillGood(*p)
	if err != nil {
		return err
	}
	if !good {
		return w.moveOrFail(p, orchestrator.ReasonMaintenance)
	}
	config, err := w.channel(p.ChannelID)
	if err != nil {
		return err
	}
	if config.Profile.ChargeBy == orchestrator.ChargeByElements {
		reason, err := w.mayChargeElements(*p, card, config.Profile)
		if err != nil {
			return err
		}
		if reason != "" {
			return w.moveOrFail(p, reason)
		}
	}
	return w.charge(p, card, config)
}

// mayChargeElements says what keeps a charge by elements from being made; "" when nothing does. Check and code must be
// about the elements that the card has now: others may have taken their place in the middle of the payment.
func (w *work) mayChargeElements(p orchestrator.Payment, card orchestrator.Card, profile orchestrator.ChannelProfile) (string, error) {
	if !w.haveElements(card, p.ID) {
		return orchestrator.FailureElementsRequired, nil
	}
	s, err := w.standing(card.ID, p.ChannelID)
	if err != nil {
		return "", err
	}
	if !s.Checked() || (profile.Method() == orchestrator.MethodOwnCode && !s.CodePassed()) {
		return orchestrator.ReasonElementCheckMissing, nil
	}
	return "", nil
}

// afterCheck carries the result of an element check on.
func (w *work) afterCheck(c orchestrator.Check) error {
	if c.State == orchestrator.CheckDeclined {
		if err := w.refuted(c.Owner.ID, c.CardID, c.ElementsPrint, c.Reason); err != nil {
			return err
		}
	}
	if c.State == orchestrator.CheckPassed {
		if err := w.checked(c); err != nil {
			return err
		}
	}
	s, err := w.tx.Signings().ByCheck(w.m.ID, c.ID)
	if err == nil {
		return w.signingAfterCheck(s, c)
	}
	if !errors.Is(err, orchestrator.ErrNotFound) {
		return err
	}
	switch c.Owner.Kind {
	case orchestrator.OwnerPayment:
		return w.paymentAfterCheck(c)
	case orchestrator.OwnerVerification:
		return w.verificationAfterCheck(c)
	default:
		return w.syncAfterCheck(c)
	}
}

// checked notes a passed check at the card's standing, if it was about the elements that the card has now. A code
// given back after an earlier check does not count for it.
func (w *work) checked(c orchestrator.Check) error {
	card, err := w.confirmed(c.Owner, c.CardID, c.ElementsPrint)
	if err != nil || !card.Usable() || card.ElementsPrint != c.ElementsPrint {
		return err
	}
	s, err := w.standing(c.CardID, c.ChannelID)
	if err != nil {
		return err
	}
	s.CheckNo, s.CheckedAt = c.CheckNo, w.now
	return w.tx.Standings().Put(&s)
}

// signingAfterCheck lets the own code out, or ends the signing.
func (w *work) signingAfterCheck(s orchestrator.Signing, c orchestrator.Check) error {
	if s.State != orchestrator.SigningChecking {
		return nil
	}
	old := s.State
	var err error
	switch c.State {
	case orchestrator.CheckPassed:
		var card orchestrator.Card
		if card, err = w.tx.Cards().Get(w.m.ID, c.CardID); err != nil {
			return err
		}
		s.CheckNo = c.CheckNo
		s, err = w.sendOwnCode(s, card, orchestrator.SigningCheckPassed)
	case orchestrator.CheckDeclined, orchestrator.CheckFailed:
		s, err = w.signing(s, orchestrator.SigningInput{
			Event: orchestrator.SigningDecline, Reason: c.Reason, EvidenceID: c.EvidenceID, TriesLeft: -1,
		}, nil)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return w.afterSigning(s, old)
}

// paymentAfterCheck charges after a check inside the payment, or ends it.
func (w *work) paymentAfterCheck(c orchestrator.Check) error {
	p, err := w.tx.Payments().Get(w.m.ID, c.Owner.ID)
	if err != nil || p.CheckID != c.ID || p.Final() || p.Phase != orchestrator.PhaseChecking {
		return err
	}
	switch c.State {
	case orchestrator.CheckPassed:
		err = w.chargeSigned(&p)
	case orchestrator.CheckDeclined, orchestrator.CheckFailed:
		err = w.moveOrFail(&p, c.Reason)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return w.tx.Payments().Update(&p)
}
