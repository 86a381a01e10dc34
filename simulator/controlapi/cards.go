package controlapi

import (
	"context"
	"net/http"
	"strings"

	"countersign/contract/control"
	"countersign/internal/cardholder"
	"countersign/internal/httpjson"
	"countersign/internal/money"
	"countersign/simulator"
)

// testRegion is the unassigned region code that invented ID numbers begin with.
const testRegion = "990000"

// IssueCard lets a bank issue a card.
func (s *Server) IssueCard(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusCreated, func() (any, error) {
		wanted, err := read[control.CardRequest](r)
		if err != nil {
			return nil, err
		}
		return s.issueCard(r.Context(), world, &wanted)
	})
}

// issueCard puts a card at its bank and shows it.
func (s *Server) issueCard(ctx context.Context, world string, wanted *control.CardRequest) (any, error) {
	elements, err := s.invented(world, &wanted.Elements)
	if err != nil {
		return nil, err
	}
	account := simulator.Account{
		Holder: elements, Balance: money.Fen(value(wanted.Balance)), State: simulator.CardNormal, DebitNotice: value(wanted.DebitNotice),
	}
	if err := s.do(ctx, world, simulator.PutAccount{Account: account}); err != nil {
		return nil, err
	}
	return s.card(world, elements.CardNumber)
}

// ChangeCard changes a card at its bank.
func (s *Server) ChangeCard(w http.ResponseWriter, r *http.Request, world control.WorldID, cardNumber string) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		wanted, err := read[control.CardChange](r)
		if err != nil {
			return nil, err
		}
		card, err := s.testCard(world, "card_number", cardNumber)
		if err != nil {
			return nil, err
		}
		change := simulator.ChangeAccount{CardNumber: card, DebitNotice: wanted.DebitNotice}
		if wanted.Balance != nil {
			balance := money.Fen(*wanted.Balance)
			change.Balance = &balance
		}
		if wanted.State != nil {
			state := simulator.CardState(*wanted.State)
			change.State = &state
		}
		if wanted.Mobile != nil {
			mobile, err := cardholder.NewMobile(*wanted.Mobile)
			if err != nil {
				return nil, unprocessable("/mobile", "11 digits from 13 on are wanted", "")
			}
			change.Mobile = &mobile
		}
		if err := s.do(r.Context(), world, change); err != nil {
			return nil, err
		}
		return s.card(world, card)
	})
}

// CancelAtBank lets the customer end agreements at the bank.
func (s *Server) CancelAtBank(w http.ResponseWriter, r *http.Request, world control.WorldID, cardNumber string) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		wanted, err := read[control.CancelRequest](r)
		if err != nil {
			return nil, err
		}
		card, err := s.testCard(world, "card_number", cardNumber)
		if err != nil {
			return nil, err
		}
		channelID := value(wanted.ChannelId)
		known, reached := false, channelID == ""
		if err := s.config.Engine.Read(world, func(w *simulator.World) {
			_, known = w.Account(card)
			if !reached {
				_, reached = w.Channel(channelID)
			}
		}); err != nil {
			return nil, err
		}
		if !known {
			return nil, httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "no bank knows the card")
		}
		if !reached {
			return nil, unprocessable("/channel_id", "no such channel in this world", "")
		}
		out, err := s.config.Engine.Do(r.Context(), world, simulator.Input{
			Command: simulator.CancelAtBank{CardNumber: card, ChannelID: channelID},
		})
		if err != nil {
			return nil, err
		}
		return control.Cancelled{Ended: len(out.Ended)}, nil // none alive is no error here
	})
}

// ForgetAgreement lets a channel lose the agreements of a card.
func (s *Server) ForgetAgreement(w http.ResponseWriter, r *http.Request, world control.WorldID, channelID string) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		wanted, err := read[control.ForgetRequest](r)
		if err != nil {
			return nil, err
		}
		card, err := s.testCard(world, "/card_number", wanted.CardNumber)
		if err != nil {
			return nil, err
		}
		if _, err := s.channel(world, channelID); err != nil {
			return nil, err
		}
		out, err := s.config.Engine.Do(r.Context(), world, simulator.Input{
			Command: simulator.ForgetAgreement{ChannelID: channelID, CardNumber: card},
		})
		if err != nil {
			return nil, err
		}
		return control.Cancelled{Ended: len(out.Ended)}, nil
	})
}

// testCard takes a card number that this world may hold. It is asked before
// anything is written down, also before the world's log.
func (s *Server) testCard(world, field, text string) (cardholder.CardNumber, error) {
	card, err := cardholder.NewCardNumber(text)
	if err != nil {
		return card, unprocessable(field, "13 to 19 digits are wanted", "")
	}
	allowed := false
	if err := s.config.Engine.Read(world, func(w *simulator.World) { allowed = w.Template().CardAllowed(card) }); err != nil {
		return card, err
	}
	if !allowed {
		p := httpjson.NewProblem(http.StatusUnprocessableEntity, codeNotTestData, "this could be somebody's card; it was not kept")
		p.Field = field
		return card, hint(p, "use a known BIN of six digits followed by 000000, or list the number in allow_cards when you make the world")
	}
	return card, nil
}

// invented takes four elements that are nobody's.
func (s *Server) invented(world string, e *control.Elements) (cardholder.FourElements, error) {
	made := cardholder.FourElements{IDType: cardholder.IDType(e.IdType)}
	var err error
	if made.CardNumber, err = s.testCard(world, "/elements/card_number", e.CardNumber); err != nil {
		return made, err
	}
	if e.IdType != control.ResidentId {
		return made, unprocessable("/elements/id_type", "a bank's record here is of a resident ID card", "other types are for requests that are to be declined")
	}
	if !strings.HasPrefix(e.IdNumber, testRegion) {
		p := httpjson.NewProblem(http.StatusUnprocessableEntity, codeNotTestData, "this could be somebody's ID number; it was not kept")
		p.Field = "/elements/id_number"
		return made, hint(p, "invented ID numbers begin with the unassigned region code 990000")
	}
	if made.IDNumber, err = cardholder.NewIDNumber(e.IdNumber); err != nil {
		return made, unprocessable("/elements/id_number", "18 characters with a date of birth and a right check character are wanted", "")
	}
	if made.Name, err = cardholder.NewName(e.Name); err != nil {
		return made, unprocessable("/elements/name", "1 to 60 characters without control characters are wanted", "")
	}
	if made.Mobile, err = cardholder.NewMobile(e.Mobile); err != nil {
		return made, unprocessable("/elements/mobile", "11 digits from 13 on are wanted", "")
	}
	return made, nil
}

// card shows one card.
func (s *Server) card(world string, number cardholder.CardNumber) (any, error) {
	var card simulator.Card
	known := false
	if err := s.config.Engine.Read(world, func(w *simulator.World) { card, known = w.Card(number) }); err != nil {
		return nil, err
	}
	if !known {
		return nil, httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "no bank knows the card")
	}
	return cardOf(&card), nil
}

// cardOf is the schema Card. The elements are shown whole: they are invented, and
// whoever drives the world has to type them.
func cardOf(card *simulator.Card) control.Card {
	e := &card.Holder
	return control.Card{
		Elements: control.Elements{
			Name: e.Name.Reveal(), IdType: control.ElementsIdType(e.IDType), IdNumber: e.IDNumber.Reveal(),
			CardNumber: e.CardNumber.Reveal(), Mobile: e.Mobile.Reveal(),
		},
		Bank: card.Bank, CardType: control.CardCardType(card.CardType), Balance: int64(card.Balance),
		State: control.CardState(card.State), DebitNotice: card.DebitNotice, LuhnValid: e.CardNumber.LuhnOK(),
	}
}
