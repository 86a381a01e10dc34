package worldlog

import (
	"fmt"

	"countersign/internal/cardholder"
)

// plainElements are four elements in full: cardholder's own JSON is a mask.
type plainElements struct {
	Name       string `json:"name,omitempty"`
	IDType     string `json:"id_type,omitempty"`
	IDNumber   string `json:"id_number,omitempty"`
	CardNumber string `json:"card_number,omitempty"`
	Mobile     string `json:"mobile,omitempty"`
}

// reveal writes elements out.
func reveal(e cardholder.FourElements) plainElements {
	return plainElements{
		Name: e.Name.Reveal(), IDType: string(e.IDType), IDNumber: e.IDNumber.Reveal(),
		CardNumber: e.CardNumber.Reveal(), Mobile: e.Mobile.Reveal(),
	}
}

// conceal reads elements back.
func (p plainElements) conceal() (cardholder.FourElements, error) {
	e := cardholder.FourElements{IDType: cardholder.IDType(p.IDType)}
	number := func(text string) (cardholder.IDNumber, error) { return cardholder.NewIDNumberOf(e.IDType, text) }
	var err error
	if e.Name, err = optional(p.Name, cardholder.NewName); err != nil {
		return e, err
	}
	if e.IDNumber, err = optional(p.IDNumber, number); err != nil {
		return e, err
	}
	if e.CardNumber, err = optional(p.CardNumber, cardholder.NewCardNumber); err != nil {
		return e, err
	}
	e.Mobile, err = optional(p.Mobile, cardholder.NewMobile)
	return e, err
}

// optional reads a value that may be missing.
func optional[T any](text string, read func(string) (T, error)) (T, error) {
	var none T
	if text == "" {
		return none, nil
	}
	value, err := read(text)
	if err != nil {
		return none, fmt.Errorf("read logged value: %w", err)
	}
	return value, nil
}
