package sqlstore

import (
	o "countersign/orchestrator"
)

var (
	paymentTable = newTable("payments", 2, func(p *o.Payment) *int64 { return &p.Version }, func(p *o.Payment) []field {
		return []field{
			{"merchant_id", &p.MerchantID},
			{"id", &p.ID},
			{"merchant_order_no", &p.MerchantOrderNo},
			{"payer_id", &p.PayerID},
			{"card_id", &p.CardID},
			{"checkout_id", &p.CheckoutID},
			{"amount", &p.Amount},
			{"summary", &p.Summary},
			{"payer_present", &p.PayerPresent},
			{"status", &p.Status},
			{"open", derived(!p.Final())},
			{"phase", &p.Phase},
			{"failure_code", &p.FailureCode},
			{"retryable", &p.Retryable},
			{"route_version", &p.RouteVersion},
			{"decision_id", &p.DecisionID},
			{"channel_id", &p.ChannelID},
			{"signing_id", &p.SigningID},
			{"check_id", &p.CheckID},
			{"attempt_id", &p.AttemptID},
			{"excluded_json", document{&p.Excluded}},
			{"moves", &p.Moves},
			{"late_success", &p.LateSuccess},
			{"conflict", &p.Conflict},
			{"manual", &p.Manual},
			{"created_at", instant{&p.CreatedAt}},
			{"completed_at", instant{&p.CompletedAt}},
			{"version", &p.Version},
		}
	})
	paymentByOrder = paymentTable.query("WHERE merchant_id = ? AND merchant_order_no = ?")
	paymentByID    = paymentTable.query("WHERE id = ? LIMIT 1")
	paymentsNewest = paymentTable.query("WHERE merchant_id = ? ORDER BY rowid DESC LIMIT ?")

	paymentsOpen = paymentTable.query("WHERE merchant_id = ? AND card_id = ? AND open = 1 ORDER BY rowid")

	verificationTable = newTable("verifications", 2, func(v *o.Verification) *int64 { return &v.Version }, func(v *o.Verification) []field {
		return []field{
			{"merchant_id", &v.MerchantID},
			{"id", &v.ID},
			{"payer_id", &v.PayerID},
			{"card_id", &v.CardID},
			{"status", &v.Status},
			{"open", derived(!v.Final())},
			{"phase", &v.Phase},
			{"failure_code", &v.FailureCode},
			{"retryable", &v.Retryable},
			{"route_version", &v.RouteVersion},
			{"decision_id", &v.DecisionID},
			{"channel_id", &v.ChannelID},
			{"signing_id", &v.SigningID},
			{"check_id", &v.CheckID},
			{"created_at", instant{&v.CreatedAt}},
			{"completed_at", instant{&v.CompletedAt}},
			{"version", &v.Version},
		}
	})
	verificationsOpen = verificationTable.query("WHERE merchant_id = ? AND card_id = ? AND open = 1 ORDER BY rowid")
)

// payments is orchestrator.Payments.
type payments struct{ rows[o.Payment] }

// Payments answers the table of payments.
func (t *tx) Payments() o.Payments { return payments{rows[o.Payment]{t, paymentTable}} }

// ByOrderNo finds by the merchant's order number.
func (p payments) ByOrderNo(merchantID, merchantOrderNo string) (o.Payment, error) {
	return p.one(paymentByOrder, merchantID, merchantOrderNo)
}

// Find looks in all merchants, for the operator.
func (p payments) Find(id string) (o.Payment, error) { return p.one(paymentByID, id) }

// Latest answers a merchant's newest payments first.
func (p payments) Latest(merchantID string, limit int) ([]o.Payment, error) {
	return p.many(paymentsNewest, merchantID, max(limit, 0))
}

// OpenOfCard answers a card's payments that are not over, oldest first.
func (p payments) OpenOfCard(merchantID, cardID string) ([]o.Payment, error) {
	return p.many(paymentsOpen, merchantID, cardID)
}

// verifications is orchestrator.Verifications.
type verifications struct{ rows[o.Verification] }

// Verifications answers the table of verifications.
func (t *tx) Verifications() o.Verifications {
	return verifications{rows[o.Verification]{t, verificationTable}}
}

// OpenOfCard answers a card's verifications that are not over, oldest first.
func (v verifications) OpenOfCard(merchantID, cardID string) ([]o.Verification, error) {
	return v.many(verificationsOpen, merchantID, cardID)
}
