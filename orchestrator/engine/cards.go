package engine

import (
	"context"
	"errors"
	"slices"

	"countersign/internal/cardholder"
	"countersign/orchestrator"
)

// BindCard binds a card at the platform once; the same card of the same payer answers the card bound before.
func (e *Engine) BindCard(ctx context.Context, merchantID string, key Key, cmd BindCardCommand) (CardView, error) {
	existing := false
	id, _, err := e.command(ctx, merchantID, "bind_card", key, func(w *work) (string, error) {
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
	if known && card.ElementsPrint == w.e.elementsPrint(cmd.Elements) && (card.SealedElements != nil) == w.m.Policy.KeepElements &&
		(cmd.OpenID == "" || cmd.OpenID == card.WeChatOpenID) {
		return card, true, nil
	}
	if !known {
		card = orchestrator.Card{
			ID: w.e.opt.IDs.New("crd_"), MerchantID: w.m.ID, PayerID: cmd.PayerID, State: orchestrator.CardBound,
			Fingerprint: number, CreatedAt: w.now,
		}
	}
	card.Bank, card.CardType = bank, cardType
	return w.storeCard(card, cmd, known)
}

// storeCard fills and stores a card's row.
func (w *work) storeCard(card orchestrator.Card, cmd BindCardCommand, known bool) (orchestrator.Card, bool, error) {
	changed := known && card.ElementsPrint != w.e.elementsPrint(cmd.Elements)
	card.ElementsPrint = w.e.elementsPrint(cmd.Elements)
	card.MaskedNumber, card.MaskedMobile = cmd.Elements.CardNumber.Masked(), cmd.Elements.Mobile.Masked()
	card.SealedElements = nil
	if cmd.OpenID != "" {
		card.WeChatOpenID = cmd.OpenID
	}
	if w.m.Policy.KeepElements {
		sealed, err := w.e.sealElements(w.m.ID, card.ID, cmd.Elements)
		if err != nil {
			return card, known, err
		}
		card.SealedElements = sealed
	}
	if !known {
		if err := w.tx.Cards().Insert(&card); err != nil {
			return card, false, err
		}
		return card, false, w.record(orchestrator.Event{
			Reference: card.ID, Subject: "card", SubjectID: card.ID, Actor: w.actor, Name: "bind", New: string(card.State),
		})
	}
	if err := w.tx.Cards().Update(&card); err != nil {
		return card, true, err
	}
	if changed {
		if err := w.forgetChecks(card.ID); err != nil {
			return card, true, err
		}
	}
	return card, true, w.record(orchestrator.Event{
		Reference: card.ID, Subject: "card", SubjectID: card.ID, Actor: w.actor, Name: "change_elements", New: string(card.State),
	})
}

// forgetChecks makes the card's element checks count no more: they were about other elements.
func (w *work) forgetChecks(cardID string) error {
	all, err := w.tx.Standings().List(w.m.ID, cardID)
	if err != nil {
		return err
	}
	for _, s := range all {
		s.CheckNo = ""
		if err := w.tx.Standings().Put(&s); err != nil {
			return err
		}
	}
	return nil
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

// UnbindCard takes a card away: its elements are forgotten, its agreements terminated at their channels. A
// repeat answers the same.
func (e *Engine) UnbindCard(ctx context.Context, merchantID, cardID string) (CardView, error) {
	_, _, err := e.command(ctx, merchantID, "unbind_card", Key{}, func(w *work) (string, error) {
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
	card.State, card.UnboundAt, card.SealedElements = orchestrator.CardUnbound, w.now, nil
	if err := w.tx.Cards().Update(&card); err != nil {
		return err
	}
	all, err := w.tx.Agreements().ByCard(w.m.ID, cardID)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.State != orchestrator.AgreementActive {
			continue
		}
		next, event, err := a.Step(orchestrator.AgreementInput{
			Event: orchestrator.AgreementRevoke, Actor: w.actor, At: w.now, Reference: cardID, Draw: w.draw(a.ID, 0),
		})
		if err != nil {
			return err
		}
		if err := w.askAgreement(next); err != nil {
			return err
		}
		if err := w.record(event); err != nil {
			return err
		}
	}
	return w.record(orchestrator.Event{
		Reference: cardID, Subject: "card", SubjectID: cardID, Actor: w.actor, Name: "unbind",
		Old: string(orchestrator.CardBound), New: string(orchestrator.CardUnbound),
	})
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
