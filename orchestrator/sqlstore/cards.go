package sqlstore

import (
	"errors"
	"fmt"

	o "countersign/orchestrator"
)

var (
	cardTable = newTable("cards", 2, func(c *o.Card) *int64 { return &c.Version }, func(c *o.Card) []field {
		return []field{
			{"merchant_id", &c.MerchantID},
			{"id", &c.ID},
			{"payer_id", &c.PayerID},
			{"state", &c.State},
			{"bound", derived(c.State == o.CardBound)},
			{"bank", &c.Bank},
			{"card_type", &c.CardType},
			{"fingerprint", &c.Fingerprint},
			{"elements_print", &c.ElementsPrint},
			{"confirmed_print", &c.ConfirmedPrint},
			{"masked_number", &c.MaskedNumber},
			{"masked_mobile", &c.MaskedMobile},
			{"sealed_elements", blob{&c.SealedElements}},
			{"former_mobile", &c.FormerMobile},
			{"former_elements", blob{&c.FormerElements}},
			{"sealed_open_id", blob{&c.SealedOpenID}},
			{"bindings", &c.Bindings},
			{"created_at", instant{&c.CreatedAt}},
			{"unbound_at", instant{&c.UnboundAt}},
			{"version", &c.Version},
		}
	})
	cardByFingerprint = cardTable.query("WHERE merchant_id = ? AND payer_id = ? AND fingerprint = ? AND bound = 1")
	cardTakenAway     = cardTable.query("WHERE merchant_id = ? AND payer_id = ? AND fingerprint = ? AND bound = 0 ORDER BY unbound_at DESC LIMIT 1")

	standingTable = newTable("standings", 3, func(s *o.Standing) *int64 { return &s.Version }, func(s *o.Standing) []field {
		return []field{
			{"merchant_id", &s.MerchantID},
			{"card_id", &s.CardID},
			{"channel_id", &s.ChannelID},
			{"check_no", &s.CheckNo},
			{"checked_at", instant{&s.CheckedAt}},
			{"code_passed_at", instant{&s.CodePassedAt}},
			{"code_check_no", &s.CodeCheckNo},
			{"debited_at", instant{&s.DebitedAt}},
			{"raw", &s.Raw},
			{"version", &s.Version},
		}
	})
	standingsOfCard = standingTable.query("WHERE merchant_id = ? AND card_id = ? ORDER BY channel_id")
)

// cards is orchestrator.Cards.
type cards struct{ rows[o.Card] }

// Cards answers the table of cards.
func (t *tx) Cards() o.Cards { return cards{rows[o.Card]{t, cardTable}} }

// ByFingerprint answers the payer's bound card with this number.
func (c cards) ByFingerprint(merchantID, payerID, fingerprint string) (o.Card, error) {
	return c.one(cardByFingerprint, merchantID, payerID, fingerprint)
}

// TakenAway answers the payer's unbound card with this number, the last one if there are several.
func (c cards) TakenAway(merchantID, payerID, fingerprint string) (o.Card, error) {
	return c.one(cardTakenAway, merchantID, payerID, fingerprint)
}

// forgetElements is a change of the rows, so that a stale copy cannot bring the elements back.
const forgetElements = "UPDATE cards SET sealed_elements = NULL, former_elements = NULL, version = version + 1 WHERE merchant_id = ? AND " +
	"(sealed_elements IS NOT NULL OR former_elements IS NOT NULL)"

// ForgetElements deletes the sealed elements of all cards of a merchant.
func (c cards) ForgetElements(merchantID string) error {
	if _, err := c.tx.exec(forgetElements, merchantID); err != nil {
		return fmt.Errorf("forget elements: %w", err)
	}
	return nil
}

// standings is orchestrator.Standings.
type standings struct{ rows rows[o.Standing] }

// Standings answers the table of what cards have reached.
func (t *tx) Standings() o.Standings { return standings{rows[o.Standing]{t, standingTable}} }

// Put inserts or updates.
func (s standings) Put(row *o.Standing) error { return s.rows.put(row) }

// Get answers the stored standing, or an empty one.
func (s standings) Get(merchantID, cardID, channelID string) (o.Standing, error) {
	found, err := s.rows.one(standingTable.get, merchantID, cardID, channelID)
	if errors.Is(err, o.ErrNotFound) {
		return o.Standing{MerchantID: merchantID, CardID: cardID, ChannelID: channelID}, nil
	}
	return found, err
}

// List answers a card's standings, by channel id.
func (s standings) List(merchantID, cardID string) ([]o.Standing, error) {
	return s.rows.many(standingsOfCard, merchantID, cardID)
}
