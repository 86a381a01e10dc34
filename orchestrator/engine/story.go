package engine

import (
	"context"
	"slices"

	"countersign/orchestrator"
)

// ExplainRoute answers every decision of a payment, oldest first, with every candidate.
func (e *Engine) ExplainRoute(ctx context.Context, paymentID string) (decisions []orchestrator.Decision, err error) {
	err = e.view(ctx, func(tx orchestrator.Tx) error {
		p, err := tx.Payments().Find(paymentID)
		if err != nil {
			return err
		}
		decisions, err = tx.Decisions().ByOwner(p.MerchantID, p.ID)
		return err
	})
	return decisions, err
}

// Story answers all that happened to a payment, in order, under its one reference (T14).
func (e *Engine) Story(ctx context.Context, paymentID string) (s StoryView, err error) {
	err = e.view(ctx, func(tx orchestrator.Tx) (err error) {
		if s.Payment, err = tx.Payments().Find(paymentID); err != nil {
			return err
		}
		m := s.Payment.MerchantID
		if s.Attempts, err = tx.Attempts().ByPayment(m, paymentID); err != nil {
			return err
		}
		if s.Signings, err = tx.Signings().ByOwner(m, paymentID); err != nil {
			return err
		}
		if s.Notices, err = tx.Notices().ByReference(m, paymentID); err != nil {
			return err
		}
		s.Events, err = tx.Events().ByReference(m, paymentID)
		return err
	})
	return s, err
}

// LatestPayments answers a merchant's newest payments, newest first.
func (e *Engine) LatestPayments(ctx context.Context, merchantID string, limit int) (list []orchestrator.Payment, err error) {
	err = e.view(ctx, func(tx orchestrator.Tx) (err error) {
		list, err = tx.Payments().Latest(merchantID, limit)
		return err
	})
	return slices.Clip(list), err
}

// QueryNow asks the channel now what became of the payment's last attempt, and answers the story after. One that has
// ended without a debit is asked about too: a success that comes to light is flagged. With nothing sent, or a debit
// known, it asks nothing.
func (e *Engine) QueryNow(ctx context.Context, paymentID string) (StoryView, error) {
	var p orchestrator.Payment
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		p, err = tx.Payments().Find(paymentID)
		return err
	})
	if err != nil {
		return StoryView{}, err
	}
	_, err = e.command(ctx, p.MerchantID, "query_now", Key{}, func(w *work) (string, error) {
		w.actor = orchestrator.ActorOperator
		p, err := w.tx.Payments().Get(w.m.ID, paymentID)
		if err != nil || p.AttemptID == "" {
			return paymentID, err
		}
		a, config, err := w.attemptOf(&p)
		if err != nil || a.Lease.Live(w.now) {
			return paymentID, err
		}
		switch a.State {
		case orchestrator.AttemptUnknown, orchestrator.AttemptAccepted, orchestrator.AttemptFailed, orchestrator.AttemptVoided:
			if a.Sends == 0 {
				return paymentID, nil
			}
			return paymentID, w.askOrder(a, config, jobQueryCharge)
		}
		return paymentID, nil
	})
	if err != nil {
		return StoryView{}, err
	}
	return e.Story(ctx, paymentID)
}
