package engine

import (
	"countersign/internal/cardholder"
	"countersign/orchestrator"
)

// setElements puts elements into a card's row: sealed where the merchant keeps them, and in any case as a keyed
// hash and masked. The caller stores the row.
func (w *work) setElements(card *orchestrator.Card, el cardholder.FourElements) error {
	card.ElementsPrint = w.e.elementsPrint(el)
	card.MaskedNumber, card.MaskedMobile = el.CardNumber.Masked(), el.Mobile.Masked()
	card.SealedElements = nil
	if !w.m.Policy.KeepElements {
		return nil
	}
	sealed, err := w.e.sealElements(w.m.ID, card.ID, el)
	card.SealedElements = sealed
	return err
}

// elementsChanged ends what was about the card's former elements: checks count no more, nor the codes that followed
// them, and signings that wait give way.
func (w *work) elementsChanged(card orchestrator.Card) error {
	if err := w.forgetChecks(card.ID); err != nil {
		return err
	}
	return w.dropSignings(card, orchestrator.FailureSuperseded)
}

// forgetChecks makes the card's element checks count no more, nor the codes that followed them.
func (w *work) forgetChecks(cardID string) error {
	all, err := w.tx.Standings().List(w.m.ID, cardID)
	if err != nil {
		return err
	}
	for _, s := range all {
		s = s.Forget()
		if err := w.tx.Standings().Put(&s); err != nil {
			return err
		}
	}
	return nil
}

// dropSignings ends the card's signings that only wait for the payer. One whose call is under way runs its course.
func (w *work) dropSignings(card orchestrator.Card, reason string) error {
	configs, err := w.tx.Channels().List(w.m.ID)
	if err != nil {
		return err
	}
	for _, config := range configs {
		s, waits, err := w.waiting(card.PayerID, card.ID, config.ChannelID)
		if err != nil {
			return err
		}
		if !waits {
			continue
		}
		if err := w.giveWay(s, reason); err != nil {
			return err
		}
	}
	return nil
}

// confirmed notes that elements of a card were confirmed, by a passed check or a completed signing, and answers the
// card. Those that a sync has brought along take the place of the card's own now: the bank has spoken for them.
func (w *work) confirmed(owner orchestrator.Owner, cardID, imprint string) (orchestrator.Card, error) {
	card, err := w.tx.Cards().Get(w.m.ID, cardID)
	if err != nil || !card.Usable() {
		return card, err
	}
	before := card.ElementsPrint
	if el, ok := w.e.memory.get(owner.ID); ok && owner.Kind == orchestrator.OwnerSync && w.e.elementsPrint(el) == imprint && before != imprint {
		if err := w.setElements(&card, el); err != nil {
			return card, err
		}
	}
	if card.ElementsPrint != imprint || (card.ConfirmedPrint == imprint && before == imprint) {
		return card, nil
	}
	card.ConfirmedPrint = imprint
	card = card.Settle()
	if err := w.tx.Cards().Update(&card); err != nil {
		return card, err
	}
	if before == imprint {
		return card, nil
	}
	if err := w.elementsChanged(card); err != nil {
		return card, err
	}
	return card, w.record(orchestrator.Event{
		Reference: owner.ID, Subject: "card", SubjectID: card.ID, Actor: w.actor, Name: "change_elements",
		New: string(card.State), Cause: "confirmed by a sync",
	})
}

// refuted gives a card its confirmed elements back, when others that were bound in their place have turned out wrong: a slip
// of the payer's must not cost what the bank has confirmed before.
func (w *work) refuted(reference, cardID, imprint, reason string) error {
	if reason != orchestrator.ReasonElementsMismatch {
		return nil
	}
	card, err := w.tx.Cards().Get(w.m.ID, cardID)
	if err != nil || !card.Usable() {
		return err
	}
	card, back := card.Refute(imprint)
	if !back {
		return nil
	}
	w.restored = true
	if err := w.tx.Cards().Update(&card); err != nil {
		return err
	}
	return w.record(orchestrator.Event{
		Reference: reference, Subject: "card", SubjectID: card.ID, Actor: w.actor, Name: "change_elements",
		New: string(card.State), Cause: "the confirmed ones again: the others were wrong",
	})
}
