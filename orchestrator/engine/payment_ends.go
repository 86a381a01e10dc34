package engine

import (
	"context"

	"countersign/orchestrator"
)

// RetryPayment tries a failed, retryable payment again: a new attempt, never beside a live one.
func (e *Engine) RetryPayment(ctx context.Context, merchantID string, key Key, id string, cmd RetryCommand) (PaymentView, error) {
	return e.onPayment(ctx, merchantID, "retry_payment", key, id, func(w *work, p *orchestrator.Payment) error {
		if p.Status != orchestrator.PaymentFailed || !p.Retryable || p.LateSuccess {
			return wrongState("Only a failed payment that is retryable can be tried again.")
		}
		card, err := w.usableCard(p.CardID, p.PayerID)
		if err != nil {
			return err
		}
		if err := w.given(card, p.ID, cmd.Elements); err != nil {
			return err
		}
		if err := w.payment(p, orchestrator.PaymentReopen, "asked by the merchant"); err != nil {
			return err
		}
		p.PayerPresent = cmd.PayerPresent
		wish := w.wish(*p, card)
		wish.version++
		d, err := w.route(wish)
		if err != nil {
			return err
		}
		return w.begin(p, card, d)
	})
}

// ClosePayment closes a payment that is no longer wanted; final only when no attempt can still debit.
func (e *Engine) ClosePayment(ctx context.Context, merchantID string, key Key, id string) (PaymentView, error) {
	return e.onPayment(ctx, merchantID, "close_payment", key, id, func(w *work, p *orchestrator.Payment) error {
		switch {
		case p.Status == orchestrator.PaymentClosed:
			return nil
		case p.Status == orchestrator.PaymentSucceeded:
			return wrongState("The payment has succeeded.")
		case p.Status == orchestrator.PaymentFailed || p.Phase != orchestrator.PhaseCharging:
			return w.closed(p, byMerchant)
		}
		return w.closeCharge(p)
	})
}

// closeCharge closes the live attempt at its channel first; where that is not offered, the payment has to run
// its course.
func (w *work) closeCharge(p *orchestrator.Payment) error {
	a, config, err := w.attemptOf(p)
	if err != nil {
		return err
	}
	switch {
	case !a.Live():
		return w.closed(p, byMerchant)
	case a.Lease.Live(w.now):
		return inProgress()
	case a.State == orchestrator.AttemptIntent && !a.Written:
		return w.voidIntent(p, a, config, byMerchant)
	case !config.Profile.CloseOffered:
		return wrongState("The payment is on its way and cannot be called back.")
	}
	a.CloseWanted = true
	if err := w.closeWanted(a, byMerchant); err != nil {
		return err
	}
	return w.askOrder(a, config, jobCloseCharge)
}

// voidIntent ends an attempt of which no copy was written, and closes its payment.
func (w *work) voidIntent(p *orchestrator.Payment, a orchestrator.Attempt, config orchestrator.ChannelConfig, cause string) error {
	_, err := w.attempt(a, config, orchestrator.AttemptInput{Event: orchestrator.AttemptVoid, Cause: cause, TriesLeft: -1})
	if err != nil {
		return err
	}
	return w.closed(p, cause)
}

// closeWanted records that an attempt is no longer wanted.
func (w *work) closeWanted(a orchestrator.Attempt, cause string) error {
	return w.record(orchestrator.Event{
		Reference: a.PaymentID, Subject: "attempt", SubjectID: a.ID, ChannelID: a.ChannelID, Actor: w.actor, Name: "close_wanted",
		Old: string(a.State), New: string(a.State), Cause: cause,
	})
}
