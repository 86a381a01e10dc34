package sqlstore

import (
	"fmt"
	"time"

	o "countersign/orchestrator"
)

var (
	signingTable = newTable("signings", 2, func(s *o.Signing) *int64 { return &s.Version }, func(s *o.Signing) []field {
		fields := []field{
			{"merchant_id", &s.MerchantID},
			{"id", &s.ID},
			{"owner_kind", &s.Owner.Kind},
			{"owner_id", &s.Owner.ID},
			{"payer_id", &s.PayerID},
			{"card_id", &s.CardID},
			{"channel_id", &s.ChannelID},
			{"member_no", &s.MemberNo},
			{"sign_no", &s.SignNo},
			{"method", &s.Method},
			{"reason", &s.Reason},
			{"state", &s.State},
			{"is_open", derived(s.IsOpen())},
			{"fail_reason", &s.FailReason},
			{"sms_count", &s.SMSCount},
			{"failures", &s.Failures},
			{"tries", &s.Tries},
			{"tries_left", &s.TriesLeft},
			{"own_hash", blob{&s.Own.Hash}},
			{"own_spent", &s.Own.Spent},
			{"check_id", &s.CheckID},
			{"check_no", &s.CheckNo},
			{"elements_print", &s.ElementsPrint},
			{"binding", &s.Binding},
			{"legacy_json", document{&s.Legacy}},
			{"route_version", &s.RouteVersion},
			{"confirm_sent", &s.ConfirmSent},
			{"sent_at", instant{&s.SentAt}},
			{"not_signed", &s.NotSigned},
			{"not_found", &s.NotFound},
			{"queries", &s.Queries},
			{"watched", &s.Watched},
			{"agreement_id", &s.AgreementID},
			{"evidence_id", &s.EvidenceID},
			{"created_at", instant{&s.CreatedAt}},
			{"expires_at", instant{&s.ExpiresAt}},
			{"ended_at", instant{&s.EndedAt}},
			{"due_at", instant{&s.DueAt}},
			{"version", &s.Version},
		}
		return append(append(fields, smsFields(&s.SMS)...), leaseFields(&s.Lease)...)
	})
	signingOpen     = signingTable.query("WHERE merchant_id = ? AND payer_id = ? AND card_id = ? AND channel_id = ? AND is_open = 1")
	signingBySignNo = signingTable.query("WHERE merchant_id = ? AND channel_id = ? AND sign_no = ?")
	signingByCheck  = signingTable.query("WHERE merchant_id = ? AND check_id = ? AND check_id <> '' ORDER BY rowid DESC LIMIT 1")
	signingsByOwner = signingTable.query("WHERE merchant_id = ? AND owner_id = ? ORDER BY rowid")
)

const (
	smsOfCard    = "SELECT coalesce(sum(sms_count), 0) FROM signings WHERE merchant_id = ? AND card_id = ? AND created_at >= ?"
	smsOfChannel = smsOfCard + " AND channel_id = ?"
	nextSMS      = "SELECT coalesce(max(sms_resend_after), 0) FROM signings WHERE merchant_id = ? AND card_id = ? AND created_at >= ? " +
		"AND channel_id = ? AND sms_count > 0 AND state <> ?"
)

// signings is orchestrator.Signings.
type signings struct{ rows[o.Signing] }

// Signings answers the table of signings.
func (t *tx) Signings() o.Signings { return signings{rows[o.Signing]{t, signingTable}} }

// Open answers the one open signing of payer, card and channel.
func (s signings) Open(merchantID, payerID, cardID, channelID string) (o.Signing, error) {
	return s.one(signingOpen, merchantID, payerID, cardID, channelID)
}

// BySignNo finds by our own number.
func (s signings) BySignNo(merchantID, channelID, signNo string) (o.Signing, error) {
	return s.one(signingBySignNo, merchantID, channelID, signNo)
}

// ByCheck answers the signing that an element check serves.
func (s signings) ByCheck(merchantID, checkID string) (o.Signing, error) {
	return s.one(signingByCheck, merchantID, checkID)
}

// ByOwner answers an owner's signings, oldest first.
func (s signings) ByOwner(merchantID, ownerID string) ([]o.Signing, error) {
	return s.many(signingsByOwner, merchantID, ownerID)
}

// SMSSince counts the SMS that a card's signings caused.
func (s signings) SMSSince(merchantID, cardID, channelID string, since time.Time) (int, error) {
	query, arguments := smsOfCard, []any{merchantID, cardID, nanoseconds(since)}
	if channelID != "" {
		query, arguments = smsOfChannel, append(arguments, channelID)
	}
	var count int
	if err := s.tx.row(query, arguments, []any{&count}); err != nil {
		return 0, fmt.Errorf("count SMS: %w", err)
	}
	return count, nil
}

// NextSMS answers when the gap after the card's SMS at a channel ends, of signings that were not completed.
func (s signings) NextSMS(merchantID, cardID, channelID string, since time.Time) (at time.Time, err error) {
	arguments := []any{merchantID, cardID, nanoseconds(since), channelID, string(o.SigningActive)}
	if err := s.tx.row(nextSMS, arguments, []any{instant{&at}}); err != nil {
		return at, fmt.Errorf("find the gap after an SMS: %w", err)
	}
	return at, nil
}
