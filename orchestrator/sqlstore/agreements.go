package sqlstore

import (
	o "countersign/orchestrator"
)

var (
	agreementTable = newTable("agreements", 2, func(a *o.Agreement) *int64 { return &a.Version }, func(a *o.Agreement) []field {
		return append([]field{
			{"merchant_id", &a.MerchantID},
			{"id", &a.ID},
			{"payer_id", &a.PayerID},
			{"card_id", &a.CardID},
			{"channel_id", &a.ChannelID},
			{"member_no", &a.MemberNo},
			{"agreement_no", &a.AgreementNo},
			{"signing_id", &a.SigningID},
			{"state", &a.State},
			{"active", derived(a.State == o.AgreementActive)},
			{"signed_at", instant{&a.SignedAt}},
			{"expires_at", instant{&a.ExpiresAt}},
			{"ended_at", instant{&a.EndedAt}},
			{"queries", &a.Queries},
			{"evidence_id", &a.EvidenceID},
			{"due_at", instant{&a.DueAt}},
			{"version", &a.Version},
		}, leaseFields(&a.Lease)...)
	})
	agreementsOfCard  = agreementTable.query("WHERE merchant_id = ? AND card_id = ? ORDER BY signed_at, id")
	agreementByNumber = agreementTable.query("WHERE merchant_id = ? AND channel_id = ? AND agreement_no = ? ORDER BY rowid DESC LIMIT 1")

	checkTable = newTable("checks", 2, func(c *o.Check) *int64 { return &c.Version }, func(c *o.Check) []field {
		return append([]field{
			{"merchant_id", &c.MerchantID},
			{"id", &c.ID},
			{"owner_kind", &c.Owner.Kind},
			{"owner_id", &c.Owner.ID},
			{"card_id", &c.CardID},
			{"channel_id", &c.ChannelID},
			{"member_no", &c.MemberNo},
			{"check_no", &c.CheckNo},
			{"elements_print", &c.ElementsPrint},
			{"state", &c.State},
			{"reason", &c.Reason},
			{"sends", &c.Sends},
			{"evidence_id", &c.EvidenceID},
			{"created_at", instant{&c.CreatedAt}},
			{"ended_at", instant{&c.EndedAt}},
			{"due_at", instant{&c.DueAt}},
			{"version", &c.Version},
		}, leaseFields(&c.Lease)...)
	})
)

// agreements is orchestrator.Agreements.
type agreements struct{ rows[o.Agreement] }

// Agreements answers the table of agreements.
func (t *tx) Agreements() o.Agreements { return agreements{rows[o.Agreement]{t, agreementTable}} }

// ByCard answers all agreements a card ever had, oldest first.
func (a agreements) ByCard(merchantID, cardID string) ([]o.Agreement, error) {
	return a.many(agreementsOfCard, merchantID, cardID)
}

// ByNumber answers the agreement with the channel's number; the newest, should a channel use one twice.
func (a agreements) ByNumber(merchantID, channelID, agreementNo string) (o.Agreement, error) {
	return a.one(agreementByNumber, merchantID, channelID, agreementNo)
}

// Checks answers the table of element checks.
func (t *tx) Checks() o.Checks { return rows[o.Check]{t, checkTable} }
