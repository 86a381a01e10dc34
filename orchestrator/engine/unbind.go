package engine

import (
	"context"

	"countersign/orchestrator"
)

// UnbindCard takes a card away: its elements are forgotten, its agreements terminated at their channels, and what
// waits for the payer ends. A repeat answers the same.
func (e *Engine) UnbindCard(ctx context.Context, merchantID, cardID string) (CardView, error) {
	_, err := e.command(ctx, merchantID, "unbind_card", Key{}, func(w *work) (string, error) {
		return cardID, w.unbindCard(cardID)
	})
	if err != nil {
		return CardView{}, err
	}
	return e.GetCard(ctx, merchantID, cardID)
}

func (w *work) unbindCard(cardID string) error {
	card, err := w.tx.Cards().Get(w.m.ID, cardID)
	if err != nil || !card.Usable() {
		return err
	}
	card.State, card.UnboundAt = orchestrator.CardUnbound, w.now
	card.SealedElements, card.SealedOpenID, card.ConfirmedPrint = nil, nil, ""
	card.FormerElements, card.FormerMobile = nil, ""
	if err := w.tx.Cards().Update(&card); err != nil {
		return err
	}
	if err := w.endOpenWork(card); err != nil {
		return err
	}
	if err := w.forgetChecks(cardID); err != nil {
		return err
	}
	if err := w.revokeAll(card); err != nil {
		return err
	}
	return w.record(orchestrator.Event{
		Reference: cardID, Subject: "card", SubjectID: cardID, Actor: w.actor, Name: "unbind",
		Old: string(orchestrator.CardBound), New: string(orchestrator.CardUnbound),
	})
}

// endOpenWork ends what would go on with the card: payments and verifications first, so that the end of a signing
// moves nothing any more.
func (w *work) endOpenWork(card orchestrator.Card) error {
	payments, err := w.tx.Payments().OpenOfCard(w.m.ID, card.ID)
	if err != nil {
		return err
	}
	for _, p := range payments {
		if err := w.endPayment(p); err != nil {
			return err
		}
	}
	verifications, err := w.tx.Verifications().OpenOfCard(w.m.ID, card.ID)
	if err != nil {
		return err
	}
	for _, v := range verifications {
		if err := w.verification(&v, orchestrator.VerificationFail, orchestrator.FailureCardUnbound); err != nil {
			return err
		}
		if err := w.tx.Verifications().Update(&v); err != nil {
			return err
		}
	}
	return w.dropSignings(card, orchestrator.FailureCardUnbound)
}

// endPayment closes a payment of a card that was taken away. A charge that may have left runs its course, or is closed
// at its channel where it still waits for the payer.
func (w *work) endPayment(p orchestrator.Payment) error {
	if p.Phase != orchestrator.PhaseCharging {
		if err := w.closed(&p, cardTakenAway); err != nil {
			return err
		}
		return w.tx.Payments().Update(&p)
	}
	a, config, err := w.attemptOf(&p)
	if err != nil {
		return err
	}
	switch a.State {
	case orchestrator.AttemptIntent:
		if err := w.voidIntent(&p, a, config, cardTakenAway); err != nil {
			return err
		}
		return w.tx.Payments().Update(&p)
	case orchestrator.AttemptAwaitingCode, orchestrator.AttemptConfirming:
		return w.withdraw(a, config)
	}
	return nil
}

// withdraw has an order closed that waits for a code of the payer. Where a call is under way or the channel offers no
// close, it only notes that the order is no longer wanted: no code is taken for it any more.
func (w *work) withdraw(a orchestrator.Attempt, config orchestrator.ChannelConfig) error {
	a.CloseWanted = true
	if err := w.closeWanted(a, cardTakenAway); err != nil {
		return err
	}
	if a.Lease.Live(w.now) || !config.Profile.CloseOffered {
		return w.tx.Attempts().Update(&a)
	}
	return w.askOrder(a, config, jobCloseCharge)
}

// revokeAll has the card's agreements terminated at their channels.
func (w *work) revokeAll(card orchestrator.Card) error {
	all, err := w.tx.Agreements().ByCard(w.m.ID, card.ID)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.State != orchestrator.AgreementActive {
			continue
		}
		if err := w.revoke(a, card.ID); err != nil {
			return err
		}
	}
	return nil
}

// revoke begins the termination of a stored agreement.
func (w *work) revoke(a orchestrator.Agreement, reference string) error {
	next, event, err := a.Step(orchestrator.AgreementInput{
		Event: orchestrator.AgreementRevoke, Actor: w.actor, At: w.now, Reference: reference, Draw: w.draw(a.ID, 0),
	})
	if err != nil {
		return err
	}
	if err := w.askAgreement(next); err != nil {
		return err
	}
	return w.record(event)
}
