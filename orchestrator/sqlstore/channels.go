package sqlstore

import (
	"errors"

	o "countersign/orchestrator"
)

var (
	channelTable = newTable("channels", 2, func(c *o.ChannelConfig) *int64 { return &c.Version }, func(c *o.ChannelConfig) []field {
		return []field{
			{"merchant_id", &c.MerchantID},
			{"channel_id", &c.ChannelID},
			{"base_url", &c.BaseURL},
			{"member_no", &c.MemberNo},
			{"sealed_keys", blob{&c.SealedKeys}},
			{"profile_json", document{&c.Profile}},
			{"profile_digest", &c.ProfileDigest},
			{"state", &c.State},
			{"priority", &c.Priority},
			{"fee_fixed", &c.Fee.Fixed},
			{"fee_basis_points", &c.Fee.BasisPoints},
			{"notify_url", &c.NotifyURL},
			{"call_timeout", &c.CallTimeout},
			{"version", &c.Version},
			{"updated_at", instant{&c.UpdatedAt}},
		}
	})
	channelsOfMerchant = channelTable.query("WHERE merchant_id = ? ORDER BY channel_id")

	healthTable = newTable("healths", 2, func(h *o.Health) *int64 { return &h.Version }, func(h *o.Health) []field {
		return []field{
			{"merchant_id", &h.MerchantID},
			{"channel_id", &h.ChannelID},
			{"misses", &h.Misses},
			{"open_until", instant{&h.OpenUntil}},
			{"trial", &h.Trial},
			{"window_bits", bits{&h.Window}},
			{"window_count", &h.WindowCount},
			{"version", &h.Version},
		}
	})
)

// channels is orchestrator.Channels.
type channels struct{ rows rows[o.ChannelConfig] }

// Channels answers the table of channels.
func (t *tx) Channels() o.Channels { return channels{rows[o.ChannelConfig]{t, channelTable}} }

// Put inserts or updates.
func (c channels) Put(row *o.ChannelConfig) error { return c.rows.put(row) }

// Get answers one channel of a merchant.
func (c channels) Get(merchantID, channelID string) (o.ChannelConfig, error) {
	return c.rows.Get(merchantID, channelID)
}

// List answers a merchant's channels, by id.
func (c channels) List(merchantID string) ([]o.ChannelConfig, error) {
	return c.rows.many(channelsOfMerchant, merchantID)
}

// healths is orchestrator.Healths.
type healths struct{ rows rows[o.Health] }

// Healths answers the table of breakers and success windows.
func (t *tx) Healths() o.Healths { return healths{rows[o.Health]{t, healthTable}} }

// Put inserts or updates.
func (h healths) Put(row *o.Health) error { return h.rows.put(row) }

// Get answers the stored health, or a fresh one.
func (h healths) Get(merchantID, channelID string) (o.Health, error) {
	found, err := h.rows.Get(merchantID, channelID)
	if errors.Is(err, o.ErrNotFound) {
		return o.Health{MerchantID: merchantID, ChannelID: channelID}, nil
	}
	return found, err
}
