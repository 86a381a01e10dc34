package engine

import (
	"errors"
	"time"

	"countersign/orchestrator"
)

// mayBegin says whether a new signing of the card may begin at the channel: not within the gap after an SMS of an
// earlier one, whatever became of it (S4), nor while a termination is under way there. A signing that was completed holds
// nobody back: its payer has answered, and what comes next is about something else.
func (w *work) mayBegin(cardID, channelID string) error {
	next, err := w.tx.Signings().NextSMS(w.m.ID, cardID, channelID, w.now.Add(-24*time.Hour))
	if err != nil {
		return err
	}
	if w.now.Before(next) {
		return tooEarly(next, w)
	}
	if err := w.nothingRevoking(cardID, channelID); err != nil {
		return err
	}
	return w.smsBudget(cardID, channelID)
}

// nothingRevoking refuses to sign while an agreement of the card is being terminated at the channel: a new one might be
// the old one, answered once more.
func (w *work) nothingRevoking(cardID, channelID string) error {
	all, err := w.tx.Agreements().ByCard(w.m.ID, cardID)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.ChannelID == channelID && a.State == orchestrator.AgreementRevoking {
			return inProgress()
		}
	}
	return nil
}

// waiting finds the open signing of a card at a channel, if it only waits for the payer: no call is under way whose
// outcome it must hear.
func (w *work) waiting(payerID, cardID, channelID string) (s orchestrator.Signing, waits bool, err error) {
	s, err = w.tx.Signings().Open(w.m.ID, payerID, cardID, channelID)
	if errors.Is(err, orchestrator.ErrNotFound) {
		return orchestrator.Signing{}, false, nil
	}
	switch s.State {
	case orchestrator.SigningCodeSentState, orchestrator.SigningApplyUnknown, orchestrator.SigningChecking:
		waits = true
	}
	return s, waits, err
}

// giveWay ends a signing that only waits for its payer, and carries that on to what it served: nothing may wait for
// a signing that is over (V2).
func (w *work) giveWay(s orchestrator.Signing, reason string) error {
	next, err := w.signing(s, superseded(reason), nil)
	if err != nil {
		return err
	}
	return w.afterSigning(next, s.State)
}

// superseded is the event that ends a signing in favour of something else.
func superseded(reason string) orchestrator.SigningInput {
	return orchestrator.SigningInput{Event: orchestrator.SigningSupersede, Reason: reason, TriesLeft: -1}
}
