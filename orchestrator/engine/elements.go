package engine

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"countersign/internal/cardholder"
	"countersign/orchestrator"
)

// plainElements is the form in which elements are sealed.
type plainElements struct {
	Name       string `json:"n"`
	IDType     string `json:"t"`
	IDNumber   string `json:"i"`
	CardNumber string `json:"c"`
	Mobile     string `json:"m"`
}

// elementsScope binds sealed elements to merchant and card.
func elementsScope(merchantID, cardID string) string { return "elements:" + merchantID + ":" + cardID }

// sealElements encrypts the four elements for one card's row.
func (e *Engine) sealElements(merchantID, cardID string, el cardholder.FourElements) ([]byte, error) {
	plain, err := json.Marshal(plainElements{
		Name: el.Name.Reveal(), IDType: string(el.IDType), IDNumber: el.IDNumber.Reveal(),
		CardNumber: el.CardNumber.Reveal(), Mobile: el.Mobile.Reveal(),
	})
	if err != nil {
		return nil, fmt.Errorf("encoding elements: %w", err)
	}
	sealed, err := e.opt.Vault.Seal(elementsScope(merchantID, cardID), plain)
	if err != nil {
		return nil, fmt.Errorf("sealing elements: %w", err)
	}
	return sealed, nil
}

// openElements decrypts the four elements of a card's row.
func (e *Engine) openElements(card orchestrator.Card) (cardholder.FourElements, error) {
	var el cardholder.FourElements
	plain, err := e.opt.Vault.Open(elementsScope(card.MerchantID, card.ID), card.SealedElements)
	if err != nil {
		return el, fmt.Errorf("opening elements: %w", err)
	}
	var p plainElements
	if err := json.Unmarshal(plain, &p); err != nil {
		return el, fmt.Errorf("decoding elements of card %s failed", card.ID) // the cause could quote content
	}
	el.IDType = cardholder.IDType(p.IDType)
	if el.Name, err = cardholder.NewName(p.Name); err != nil {
		return el, err
	}
	if el.IDNumber, err = cardholder.NewIDNumberOf(el.IDType, p.IDNumber); err != nil {
		return el, err
	}
	if el.CardNumber, err = cardholder.NewCardNumber(p.CardNumber); err != nil {
		return el, err
	}
	el.Mobile, err = cardholder.NewMobile(p.Mobile)
	return el, err
}

// elementsFor finds the elements that a step was begun with, by their keyed hash: given for this payment, or kept. A
// refusal says when they are not at hand, also because others have taken their place meanwhile.
func (e *Engine) elementsFor(card orchestrator.Card, ownerID, imprint string) (cardholder.FourElements, error) {
	if el, ok := e.memory.get(ownerID); ok && e.elementsPrint(el) == imprint {
		return el, nil
	}
	if len(card.SealedElements) == 0 || card.ElementsPrint != imprint {
		return cardholder.FourElements{}, orchestrator.Refuse(orchestrator.CodeElementsRequired,
			"The elements of this card are not kept; give them with the request.")
	}
	return e.openElements(card)
}

// fingerprint is the keyed hash by which a card number is found.
func (e *Engine) fingerprint(number cardholder.CardNumber) string {
	return hex.EncodeToString(e.opt.Vault.MAC("card-number", []byte(number.Reveal())))
}

// openIDScope binds a sealed open id to merchant and card.
func openIDScope(merchantID, cardID string) string { return "open-id:" + merchantID + ":" + cardID }

// openID decrypts the WeChat open id of a card's row; "" when there is none.
func (e *Engine) openID(card orchestrator.Card) (string, error) {
	if len(card.SealedOpenID) == 0 {
		return "", nil
	}
	plain, err := e.opt.Vault.Open(openIDScope(card.MerchantID, card.ID), card.SealedOpenID)
	if err != nil {
		return "", fmt.Errorf("opening an open id: %w", err)
	}
	return string(plain), nil
}

// elementsPrint is the keyed hash of all four, to compare given elements with those of the card.
func (e *Engine) elementsPrint(el cardholder.FourElements) string {
	all, _ := json.Marshal([]string{
		el.Name.Reveal(), string(el.IDType), el.IDNumber.Reveal(), el.CardNumber.Reveal(), el.Mobile.Reveal(),
	}) // strings always encode
	return hex.EncodeToString(e.opt.Vault.MAC("elements", all))
}

// checkGiven compares elements that came with a request with those of the card.
func (e *Engine) checkGiven(card orchestrator.Card, given *cardholder.FourElements) error {
	if given == nil || e.elementsPrint(*given) == card.ElementsPrint {
		return nil
	}
	return &orchestrator.Error{
		Code: orchestrator.CodeElementsMismatch, Field: "elements", Detail: "These are not the elements this card was bound with.",
	}
}
