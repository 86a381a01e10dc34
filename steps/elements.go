package steps

import (
	"errors"
	"fmt"

	"countersign/contract/channel"
	"countersign/contract/control"
)

// elements are the card's four elements as the channel wants them (T2).
func (w *World) elements() channel.Elements { return elementsOf(w.Card) }

func elementsOf(c control.Card) channel.Elements {
	e := c.Elements
	return channel.Elements{
		Name: e.Name, IdType: channel.ElementsIdType(e.IdType), IdNumber: e.IdNumber, CardNumber: e.CardNumber, Mobile: e.Mobile,
	}
}

// other is a card of somebody else at the same bank, or at any.
func (w *World) other() (control.Card, error) {
	for _, sameBank := range []bool{true, false} {
		for _, c := range w.Sim.People {
			if c.Elements.Name != w.Card.Elements.Name && (c.Bank == w.Card.Bank || !sameBank) && c.State == control.CardNormal {
				return c, nil
			}
		}
	}
	return control.Card{}, errors.New("the world has nobody besides the payer")
}

// wrongElements are the card's elements with one that belongs to somebody else.
func (w *World) wrongElements(which string) (channel.Elements, error) {
	e := w.elements()
	stranger, err := w.other()
	if err != nil {
		return e, err
	}
	switch which {
	case "name":
		e.Name = stranger.Elements.Name
	case "ID number":
		e.IdNumber = stranger.Elements.IdNumber
	case "card number":
		e.CardNumber = stranger.Elements.CardNumber
	case "mobile":
		e.Mobile = stranger.Elements.Mobile
	default:
		return e, fmt.Errorf("%q is none of the four elements", which)
	}
	return e, nil
}

// card finds a normal card of the people by bank and type; an empty bank or type fits all.
func (w *World) card(bank, cardType string) (control.Card, error) {
	for _, c := range w.Sim.People {
		if (bank == "" || c.Bank == bank) && (cardType == "" || string(c.CardType) == cardType) {
			return c, nil
		}
	}
	return control.Card{}, fmt.Errorf("nobody in the world has a %s card of %s", cardType, bank)
}
