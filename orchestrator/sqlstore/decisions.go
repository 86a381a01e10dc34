package sqlstore

import (
	o "countersign/orchestrator"
)

var (
	decisionTable = newTable("decisions", 2, nil, func(d *o.Decision) []field {
		return []field{
			{"merchant_id", &d.MerchantID},
			{"id", &d.ID},
			{"owner_kind", &d.Owner.Kind},
			{"owner_id", &d.Owner.ID},
			{"card_id", &d.CardID},
			{"route_version", &d.RouteVersion},
			{"policy", &d.Policy},
			{"amount", &d.Amount},
			{"payer_present", &d.PayerPresent},
			{"chosen", &d.Chosen},
			{"silent", &d.Silent},
			{"sign_reason", &d.SignReason},
			{"failure", &d.Failure},
			{"terms_json", document{&d.Terms}},
			{"candidates_json", document{&d.Candidates}},
			{"inputs", &d.Inputs},
			{"at", instant{&d.At}},
		}
	})
	decisionsOfOwner = decisionTable.query("WHERE merchant_id = ? AND owner_id = ? ORDER BY route_version, rowid")

	checkoutTable = newTable("checkouts", 2, func(c *o.Checkout) *int64 { return &c.Version }, func(c *o.Checkout) []field {
		return []field{
			{"merchant_id", &c.MerchantID},
			{"id", &c.ID},
			{"payer_id", &c.PayerID},
			{"card_id", &c.CardID},
			{"amount", &c.Amount},
			{"decision_id", &c.DecisionID},
			{"route_version", &c.RouteVersion},
			{"mode", &c.Mode},
			{"payment_id", &c.PaymentID},
			{"created_at", instant{&c.CreatedAt}},
			{"expires_at", instant{&c.ExpiresAt}},
			{"version", &c.Version},
		}
	})

	syncTable = newTable("sync_items", 2, func(s *o.SyncItem) *int64 { return &s.Version }, func(s *o.SyncItem) []field {
		return []field{
			{"merchant_id", &s.MerchantID},
			{"id", &s.ID},
			{"batch_id", &s.BatchID},
			{"item_id", &s.ItemID},
			{"payer_id", &s.PayerID},
			{"card_id", &s.CardID},
			{"channel_id", &s.ChannelID},
			{"signing_id", &s.SigningID},
			{"check_id", &s.CheckID},
			{"legacy_json", document{&s.Legacy}},
			{"result", &s.Result},
			{"reason", &s.Reason},
			{"created_at", instant{&s.CreatedAt}},
			{"version", &s.Version},
		}
	})
	syncsOfBatch = syncTable.query("WHERE merchant_id = ? AND batch_id = ? ORDER BY rowid")
)

// decisions is orchestrator.Decisions.
type decisions struct{ rows rows[o.Decision] }

// Decisions answers the table of decisions, which triggers keep from change.
func (t *tx) Decisions() o.Decisions { return decisions{rows[o.Decision]{t, decisionTable}} }

// Insert stores a decision.
func (d decisions) Insert(row *o.Decision) error { return d.rows.add(row) }

// Get answers one decision.
func (d decisions) Get(merchantID, id string) (o.Decision, error) { return d.rows.Get(merchantID, id) }

// ByOwner answers an owner's decisions, by route version.
func (d decisions) ByOwner(merchantID, ownerID string) ([]o.Decision, error) {
	return d.rows.many(decisionsOfOwner, merchantID, ownerID)
}

// Checkouts answers the table of landings.
func (t *tx) Checkouts() o.Checkouts { return rows[o.Checkout]{t, checkoutTable} }

// syncs is orchestrator.Syncs.
type syncs struct{ rows[o.SyncItem] }

// Syncs answers the table of items of legacy syncs.
func (t *tx) Syncs() o.Syncs { return syncs{rows[o.SyncItem]{t, syncTable}} }

// ByBatch answers a batch's items in the order of insertion.
func (s syncs) ByBatch(merchantID, batchID string) ([]o.SyncItem, error) {
	return s.many(syncsOfBatch, merchantID, batchID)
}
