package sqlstore

import (
	o "countersign/orchestrator"
)

var (
	merchantTable = newTable("merchants", 1, func(m *o.Merchant) *int64 { return &m.Version }, func(m *o.Merchant) []field {
		return []field{
			{"id", &m.ID},
			{"name", &m.Name},
			{"brand_zh", &m.BrandZH},
			{"token_hash", &m.TokenHash},
			{"clock", &m.Clock},
			{"test_now", instant{&m.TestNow}},
			{"policy_json", document{&m.Policy}},
			{"gateway_url", &m.GatewayURL},
			{"sealed_gateway", blob{&m.SealedGateway}},
			{"webhook_url", &m.WebhookURL},
			{"sealed_webhook", blob{&m.SealedWebhook}},
			{"version", &m.Version},
			{"created_at", instant{&m.CreatedAt}},
			{"updated_at", instant{&m.UpdatedAt}},
		}
	})
	merchantByToken = merchantTable.query("WHERE token_hash = ? AND token_hash <> ''")
	merchantsByID   = merchantTable.query("ORDER BY id")
)

// merchants is orchestrator.Merchants.
type merchants struct{ rows rows[o.Merchant] }

// Merchants answers the table of merchants.
func (t *tx) Merchants() o.Merchants { return merchants{rows[o.Merchant]{t, merchantTable}} }

// Put inserts or updates.
func (m merchants) Put(row *o.Merchant) error { return m.rows.put(row) }

// Get answers one merchant.
func (m merchants) Get(id string) (o.Merchant, error) { return m.rows.one(merchantTable.get, id) }

// ByTokenHash answers the merchant with this token.
func (m merchants) ByTokenHash(hash string) (o.Merchant, error) {
	return m.rows.one(merchantByToken, hash)
}

// List answers all, by id.
func (m merchants) List() ([]o.Merchant, error) { return m.rows.many(merchantsByID) }
