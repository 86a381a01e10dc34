package engine

import (
	"context"
	"time"

	"countersign/orchestrator"
)

// onPayment is the frame of the steps of a payment: read, step, store, carry out, show.
func (e *Engine) onPayment(ctx context.Context, merchantID, operation string, key Key, id string, fn func(*work, *orchestrator.Payment) error) (PaymentView, error) {
	_, err := e.command(ctx, merchantID, operation+":"+id, key, func(w *work) (string, error) {
		p, err := w.tx.Payments().Get(w.m.ID, id)
		if err != nil {
			return "", err
		}
		if err := fn(w, &p); err != nil {
			return "", err
		}
		return p.ID, w.tx.Payments().Update(&p)
	})
	switch orchestrator.CodeOf(err) {
	case orchestrator.CodeNotFound:
		return PaymentView{}, err
	case orchestrator.CodeRouteChanged: // and the new way may have come to its end as well, meanwhile
		if view, readErr := e.GetPayment(ctx, merchantID, id); readErr == nil && view.Status == orchestrator.PaymentFailed {
			return view, nil
		}
	}
	if err != nil {
		return PaymentView{}, e.withPayment(err, id)
	}
	return e.GetPayment(ctx, merchantID, id)
}

func wrongState(detail string) *orchestrator.Error {
	return orchestrator.Refuse(orchestrator.CodeWrongState, detail)
}

// ConfirmPayment is the payment confirmation (T5).
func (e *Engine) ConfirmPayment(ctx context.Context, merchantID string, key Key, id string, cmd ConfirmCommand) (PaymentView, error) {
	return e.onPayment(ctx, merchantID, "confirm_payment", key, id, func(w *work, p *orchestrator.Payment) error {
		if err := w.waitsForPayer(*p); err != nil {
			return err
		}
		switch p.Phase {
		case orchestrator.PhaseSigning:
			return w.confirmPaymentSigning(p, cmd)
		case orchestrator.PhaseCharging:
			return w.confirmCharge(p, cmd)
		}
		return inProgress()
	})
}

// waitsForPayer says whether the payer may still act on a payment: it is not over, and its card was not taken away.
func (w *work) waitsForPayer(p orchestrator.Payment) error {
	if p.Final() {
		return wrongState("The payment is over.")
	}
	_, err := w.usableCard(p.CardID, p.PayerID)
	return err
}

// confirmPaymentSigning takes a code for the signing inside a payment. A route that no longer holds is decided
// anew before the code is used up (reliability 4.5, case 9).
func (w *work) confirmPaymentSigning(p *orchestrator.Payment, cmd ConfirmCommand) error {
	s, err := w.tx.Signings().Get(w.m.ID, p.SigningID)
	if err != nil {
		return err
	}
	if err := w.mayConfirm(s, cmd); err != nil {
		return err
	}
	card, good, err := w.stillGood(*p)
	if err != nil {
		return err
	}
	if !good {
		if err := w.moveOrFail(p, orchestrator.ReasonMaintenance); err != nil || p.Final() {
			return err // with nowhere to go the payment has failed, and is answered so
		}
		w.refusal = orchestrator.Refuse(orchestrator.CodeRouteChanged, "The way of paying has changed; the code was not used.")
		return nil
	}
	next, err := w.confirmSigning(s, card, cmd)
	if err != nil {
		return err
	}
	return w.paymentAfterSigning(p, next, s.State)
}

// mayConfirm says whether a code may be tried on the signing at all.
func (w *work) mayConfirm(s orchestrator.Signing, cmd ConfirmCommand) error {
	texted := s.Method == orchestrator.MethodTexted
	switch {
	case s.State == orchestrator.SigningLockedState:
		return codeRefusal(orchestrator.ReasonCodeExhausted, 0)
	case s.Ended():
		return wrongState("This signing is over; ask for a new code.")
	case s.State != orchestrator.SigningCodeSentState && (s.State != orchestrator.SigningApplyUnknown || !texted):
		return inProgress()
	case s.Lease.Live(w.now):
		return inProgress()
	}
	return mayTry(cmd, s.SMS, w)
}

// mayTry looks at the SMS that the code is from: only the newest counts, and only while it lives.
func mayTry(cmd ConfirmCommand, sms orchestrator.SMS, w *work) error {
	if cmd.SMSSeq != 0 && cmd.SMSSeq != sms.Seq {
		return orchestrator.Refuse(orchestrator.CodeCodeSuperseded, "A newer SMS was sent; use its code.")
	}
	if sms.Expired(w.now) {
		return codeRefusal(orchestrator.ReasonCodeExpired, 0)
	}
	return nil
}

// confirmSigning takes the code: to the channel, or to our own check. Only one caller gets here, since the
// state that lets him in is gone with his commit.
func (w *work) confirmSigning(s orchestrator.Signing, card orchestrator.Card, cmd ConfirmCommand) (orchestrator.Signing, error) {
	config, err := w.channel(s.ChannelID)
	if err != nil {
		return s, err
	}
	if s.Method == orchestrator.MethodTexted {
		return w.signing(s, orchestrator.SigningInput{
			Event: orchestrator.SigningConfirmTaken, LeaseUntil: w.leaseUntil(config), TriesLeft: -1, Profile: config.Profile,
		}, func(s orchestrator.Signing) {
			w.add(job{kind: jobConfirm, id: s.ID, fence: s.Lease.Fence, code: cmd.Code})
		})
	}
	if !w.haveElements(card, s.Owner.ID) {
		return s, elementsRequired()
	}
	typed := w.e.opt.Vault.MAC(orchestrator.OwnCodePurpose(s.ID, s.SMS.Seq), []byte(cmd.Code.Reveal()))
	switch orchestrator.CheckOwnCode(s.Own, s.SMS, s.Failures, typed, w.now) {
	case orchestrator.CodeRight:
		return w.ownCodeRight(s, config)
	case orchestrator.CodeIsWrong:
		return w.ownCodeWrong(s)
	case orchestrator.CodeTooOld:
		return s, codeRefusal(orchestrator.ReasonCodeExpired, 0)
	default:
		return s, codeRefusal(orchestrator.ReasonCodeExhausted, 0)
	}
}

// ownCodeRight spends the own code: bind at the channel, or be done where nothing is kept there.
func (w *work) ownCodeRight(s orchestrator.Signing, config orchestrator.ChannelConfig) (orchestrator.Signing, error) {
	if s.Method == orchestrator.MethodOwnCode {
		if err := w.ownCodePassed(s); err != nil {
			return s, err
		}
		return w.signing(s, orchestrator.SigningInput{Event: orchestrator.SigningOwnPassed, TriesLeft: -1}, nil)
	}
	if err := w.trial(config.ChannelID); err != nil {
		return s, err
	}
	return w.signing(s, orchestrator.SigningInput{
		Event: orchestrator.SigningOwnRight, LeaseUntil: w.leaseUntil(config), TriesLeft: -1, Profile: config.Profile,
	}, func(s orchestrator.Signing) {
		w.add(job{kind: jobBind, id: s.ID, fence: s.Lease.Fence})
	})
}

// ownCodeWrong counts a wrong own code and refuses it.
func (w *work) ownCodeWrong(s orchestrator.Signing) (orchestrator.Signing, error) {
	next, err := w.signing(s, orchestrator.SigningInput{
		Event: orchestrator.SigningWrongCode, Reason: orchestrator.ReasonWrongCode, TriesLeft: -1,
	}, nil)
	if err != nil {
		return s, err
	}
	reason := orchestrator.ReasonWrongCode
	if next.State == orchestrator.SigningLockedState {
		reason = orchestrator.ReasonCodeExhausted
	}
	w.refusal = codeRefusal(reason, next.TriesLeft)
	return next, nil
}

// confirmCharge takes a code about the payment itself to a channel that wants one every time.
func (w *work) confirmCharge(p *orchestrator.Payment, cmd ConfirmCommand) error {
	a, config, err := w.attemptOf(p)
	if err != nil {
		return err
	}
	if a.State != orchestrator.AttemptAwaitingCode || a.Lease.Live(w.now) {
		return inProgress()
	}
	if err := mayTry(cmd, a.SMS, w); err != nil {
		return err
	}
	in := w.attemptInput(orchestrator.AttemptCodeGiven, config)
	next, err := w.attempt(a, config, in)
	if err != nil {
		return err
	}
	w.add(job{kind: jobConfirmCharge, id: a.ID, fence: next.Lease.Fence, code: cmd.Code})
	return w.payment(p, orchestrator.PaymentProceed, "code given")
}

// attemptOf is the payment's present attempt with its channel.
func (w *work) attemptOf(p *orchestrator.Payment) (orchestrator.Attempt, orchestrator.ChannelConfig, error) {
	a, err := w.tx.Attempts().Get(w.m.ID, p.AttemptID)
	if err != nil {
		return a, orchestrator.ChannelConfig{}, err
	}
	config, err := w.channel(a.ChannelID)
	return a, config, err
}

// ResendPayment sends a new code, or begins the signing anew where the old one is in doubt.
func (e *Engine) ResendPayment(ctx context.Context, merchantID string, key Key, id string) (PaymentView, error) {
	return e.onPayment(ctx, merchantID, "resend_payment", key, id, func(w *work, p *orchestrator.Payment) error {
		if err := w.waitsForPayer(*p); err != nil {
			return err
		}
		switch p.Phase {
		case orchestrator.PhaseCharging:
			return w.resendCharge(p)
		case orchestrator.PhaseSigning:
		default:
			return inProgress()
		}
		card, err := w.tx.Cards().Get(w.m.ID, p.CardID)
		if err != nil {
			return err
		}
		s, err := w.resendSigning(p.SigningID, card, p.RouteVersion, orchestrator.AboutPayment)
		if err != nil {
			return err
		}
		p.SigningID = s.ID
		return w.payment(p, eventOfSigning(s), "resend")
	})
}

// resendSigning sends a new code for a signing, no earlier than the gap of the profile after the SMS before it, whether
// or not that one is known to have gone out. A signing whose outcome is in doubt is asked about once, and then gives way
// to a new one: the code of the old is gone, and if it was signed after all, the channel answers so.
func (w *work) resendSigning(id string, card orchestrator.Card, routeVersion int, about orchestrator.About) (orchestrator.Signing, error) {
	s, err := w.tx.Signings().Get(w.m.ID, id)
	if err != nil {
		return s, err
	}
	config, err := w.channel(s.ChannelID)
	if err != nil {
		return s, err
	}
	if s.Lease.Live(w.now) {
		return s, inProgress()
	}
	switch s.State {
	case orchestrator.SigningCodeSentState:
	case orchestrator.SigningApplyUnknown, orchestrator.SigningConfirmUnknown, orchestrator.SigningBindUnknown:
		return w.resendInDoubt(s, card, config, routeVersion, about)
	case orchestrator.SigningExpiredState:
		return w.newSigning(s.Owner, card, config, s.Reason, routeVersion, about)
	default:
		return s, inProgress()
	}
	if w.now.Before(s.SMS.ResendAfter) {
		return s, tooEarly(s.SMS.ResendAfter, w)
	}
	if err := w.smsBudget(s.CardID, s.ChannelID); err != nil {
		return s, err
	}
	if s.Method != orchestrator.MethodTexted {
		return w.sendOwnCode(s, card, orchestrator.SigningResent)
	}
	return w.signing(s, orchestrator.SigningInput{
		Event: orchestrator.SigningResent, LeaseUntil: w.leaseUntil(config), TriesLeft: -1, Profile: config.Profile,
	}, func(s orchestrator.Signing) {
		w.add(job{kind: jobResendSigning, id: s.ID, fence: s.Lease.Fence})
	})
}

// resendInDoubt is a resend for a signing whose outcome is unknown.
func (w *work) resendInDoubt(s orchestrator.Signing, card orchestrator.Card, config orchestrator.ChannelConfig,
	routeVersion int, about orchestrator.About,
) (orchestrator.Signing, error) {
	switch {
	case w.now.Before(s.SMS.ResendAfter):
		return s, tooEarly(s.SMS.ResendAfter, w)
	case s.Queries == 0: // the answer may end the doubt
		return s, w.askSigning(s, config)
	}
	s, err := w.signing(s, superseded(orchestrator.FailureSuperseded), nil)
	if err != nil {
		return s, err
	}
	return w.newSigning(s.Owner, card, config, s.Reason, routeVersion, about)
}

func tooEarly(next time.Time, w *work) *orchestrator.Error {
	return &orchestrator.Error{
		Code: orchestrator.CodeTooFrequent, Detail: "Too early for another SMS.", RetryAfter: next.Sub(w.now),
	}
}

// resendCharge asks the channel for another SMS about the payment.
func (w *work) resendCharge(p *orchestrator.Payment) error {
	a, config, err := w.attemptOf(p)
	if err != nil {
		return err
	}
	if a.State != orchestrator.AttemptAwaitingCode || a.Lease.Live(w.now) {
		return inProgress()
	}
	if w.now.Before(a.SMS.ResendAfter) {
		return tooEarly(a.SMS.ResendAfter, w)
	}
	next, err := w.attempt(a, config, w.attemptInput(orchestrator.AttemptResend, config))
	if err != nil {
		return err
	}
	w.add(job{kind: jobResendCharge, id: a.ID, fence: next.Lease.Fence})
	return nil
}
