package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"countersign/internal/cardholder"
	"countersign/orchestrator"
)

// BindCard binds a card at the platform once; the same card of the same payer answers the card bound before.
func (e *Engine) BindCard(ctx context.Context, merchantID string, key Key, cmd BindCardCommand) (CardView, error) {
	if err := e.checkIdentifiers(named{"payer_id", cmd.PayerID}, named{"open_id", cmd.OpenID}); err != nil {
		return CardView{}, err
	}
	existing := false
	id, err := e.command(ctx, merchantID, "bind_card", key, func(w *work) (string, error) {
		card, known, err := w.bindCard(cmd)
		existing = known
		return card.ID, err
	})
	if err != nil {
		return CardView{}, err
	}
	view, err := e.GetCard(ctx, merchantID, id)
	view.Existing = existing
	return view, err
}

// bindCard finds or stores the card. Other elements for a known number take the place of the old ones, and
// what was checked with those counts no more.
func (w *work) bindCard(cmd BindCardCommand) (orchestrator.Card, bool, error) {
	var none orchestrator.Card
	if cmd.PayerID == "" {
		return none, false, orchestrator.RefuseField("payer_id", "The payer is missing.")
	}
	if !cmd.Elements.Complete() {
		return none, false, orchestrator.RefuseField("elements", "All four elements are needed.")
	}
	bank, cardType, ok := w.e.opt.Bins.Lookup(cmd.Elements.CardNumber)
	if !ok {
		return none, false, &orchestrator.Error{
			Code: orchestrator.CodeCardUnsupported, Field: "elements.card_number", Detail: "No known bank has issued this card.",
		}
	}
	number := w.e.fingerprint(cmd.Elements.CardNumber)
	card, err := w.tx.Cards().ByFingerprint(w.m.ID, cmd.PayerID, number)
	known := err == nil
	if err != nil && !errors.Is(err, orchestrator.ErrNotFound) {
		return none, false, err
	}
	if !known {
		card, err = w.newBinding(cmd.PayerID, number)
		if err != nil {
			return none, false, err
		}
	}
	same, err := w.sameCard(card, cmd)
	if err != nil || (known && same) {
		return card, known, err
	}
	card.Bank, card.CardType = bank, cardType
	return w.storeCard(card, cmd, known)
}

// newBinding is the row of a card that is not bound: the one that the same payer had taken away, with its history, or a
// new one. Limits and gaps that count by card so outlive an unbinding.
func (w *work) newBinding(payerID, number string) (orchestrator.Card, error) {
	card, err := w.tx.Cards().TakenAway(w.m.ID, payerID, number)
	if errors.Is(err, orchestrator.ErrNotFound) {
		card, err = orchestrator.Card{
			ID: w.e.opt.IDs.New("crd_"), MerchantID: w.m.ID, PayerID: payerID, Fingerprint: number, CreatedAt: w.now,
		}, nil
	}
	card.State = orchestrator.CardBound
	card.Bindings++
	return card, err
}

// sameCard says that there is nothing to change in a bound card's row.
func (w *work) sameCard(card orchestrator.Card, cmd BindCardCommand) (bool, error) {
	openID, err := w.e.openID(card)
	return card.ElementsPrint == w.e.elementsPrint(cmd.Elements) && (card.SealedElements != nil) == w.m.Policy.KeepElements &&
		(cmd.OpenID == "" || cmd.OpenID == openID), err
}

// storeCard fills and stores a card's row.
func (w *work) storeCard(card orchestrator.Card, cmd BindCardCommand, known bool) (orchestrator.Card, bool, error) {
	changed := known && card.ElementsPrint != w.e.elementsPrint(cmd.Elements)
	if changed {
		card = card.Replace()
	}
	if err := w.setElements(&card, cmd.Elements); err != nil {
		return card, known, err
	}
	card = card.Settle()
	if cmd.OpenID != "" {
		sealed, err := w.e.opt.Vault.Seal(openIDScope(w.m.ID, card.ID), []byte(cmd.OpenID))
		if err != nil {
			return card, known, fmt.Errorf("sealing an open id: %w", err)
		}
		card.SealedOpenID = sealed
	}
	put, event := w.tx.Cards().Update, "change_elements"
	if !known {
		event = "bind"
	}
	if card.Version == 0 {
		put = w.tx.Cards().Insert
	}
	if err := put(&card); err != nil {
		return card, known, err
	}
	if changed {
		if err := w.elementsChanged(card); err != nil {
			return card, true, err
		}
	}
	return card, known, w.record(orchestrator.Event{
		Reference: card.ID, Subject: "card", SubjectID: card.ID, Actor: w.actor, Name: event, New: string(card.State),
	})
}

// GetCard answers a card.
func (e *Engine) GetCard(ctx context.Context, merchantID, cardID string) (CardView, error) {
	var c orchestrator.Card
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		c, err = tx.Cards().Get(merchantID, cardID)
		return err
	})
	return CardView{
		ID: c.ID, PayerID: c.PayerID, Bank: c.Bank, CardType: c.CardType, MaskedNumber: c.MaskedNumber,
		MaskedMobile: c.MaskedMobile, State: c.State, ElementsKept: len(c.SealedElements) > 0,
	}, err
}

// CardAgreements lists a card's agreements without channel names (T11).
func (e *Engine) CardAgreements(ctx context.Context, merchantID, cardID string) ([]AgreementView, error) {
	var all []orchestrator.Agreement
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		if _, err = tx.Cards().Get(merchantID, cardID); err != nil {
			return err
		}
		all, err = tx.Agreements().ByCard(merchantID, cardID)
		return err
	})
	if err != nil {
		return nil, err
	}
	now, err := e.nowOf(ctx, merchantID)
	if err != nil {
		return nil, err
	}
	views := make([]AgreementView, 0, len(all))
	for _, a := range all {
		v := AgreementView{ID: a.ID, State: a.State, SignedAt: a.SignedAt, EndedAt: a.EndedAt}
		if a.State == orchestrator.AgreementActive && !a.Usable(now) {
			v.State, v.EndedAt = orchestrator.AgreementExpired, a.ExpiresAt
		}
		views = append(views, v)
	}
	return slices.Clip(views), nil
}

// usableCard finds a card that new work may start on; another payer's is as unknown as none.
func (w *work) usableCard(cardID, payerID string) (orchestrator.Card, error) {
	card, err := w.tx.Cards().Get(w.m.ID, cardID)
	if err != nil {
		return card, err
	}
	if card.PayerID != payerID {
		return card, &orchestrator.Error{Code: orchestrator.CodeNotFound, Field: "card_id", Detail: "There is no such thing."}
	}
	if !card.Usable() {
		return card, &orchestrator.Error{Code: orchestrator.CodeWrongState, Field: "card_id", Detail: "The card was taken away."}
	}
	return card, nil
}

// keep remembers elements for their owner, unless the transaction fails.
func (w *work) keep(ownerID string, el *cardholder.FourElements) {
	if el == nil {
		return
	}
	w.e.memory.put(ownerID, el)
	w.kept = append(w.kept, ownerID)
}

// given checks elements that came with a request and remembers them for its owner.
func (w *work) given(card orchestrator.Card, ownerID string, el *cardholder.FourElements) error {
	if err := w.e.checkGiven(card, el); err != nil {
		return err
	}
	w.keep(ownerID, el)
	return nil
}
