package orchestrator

import (
	"time"

	"countersign/internal/clock"
	"countersign/internal/money"
)

// ChannelState says whether an operator lets new work go to a channel. Queries, closes and
// terminations go on in every state.
type ChannelState string

// States of a channel. Retired is for ever; a card that was debited raw there signs again elsewhere.
const (
	ChannelEnabled     ChannelState = "enabled"
	ChannelDisabled    ChannelState = "disabled"
	ChannelMaintenance ChannelState = "maintenance"
	ChannelRetired     ChannelState = "retired"
)

// Fee is what a channel takes for one charge.
type Fee struct {
	Fixed       money.Fen `json:"fixed"`        // fen a charge
	BasisPoints int64     `json:"basis_points"` // hundredths of a per cent of the amount
}

// For is the fee on an amount, rounded up to a whole fen.
func (f Fee) For(amount money.Fen) money.Fen {
	return f.Fixed + (amount*money.Fen(f.BasisPoints)+9999)/10000
}

// ChannelConfig is one channel as one merchant uses it: where it is, under which number the platform
// trades there (member_no), and how it ranks. Keys are sealed.
type ChannelConfig struct {
	MerchantID string
	ChannelID  string
	BaseURL    string // with the world prefix, without a trailing slash
	MemberNo   string
	SealedKeys []byte // Vault.Seal of ChannelKeys, scope "channel-keys:<merchant>:<channel>"
	Profile    ChannelProfile
	// ProfileDigest names the profile's content, so that a record can say which one it went by; made when it was put.
	ProfileDigest string
	State         ChannelState
	Priority      int // lower comes first
	Fee           Fee
	NotifyURL     string        // where the channel notifies us; "" = the platform makes one
	CallTimeout   time.Duration // 0 = the platform's default
	Version       int64
	UpdatedAt     time.Time
}

// ChannelKeys are the signature keys of one member at one channel, one per direction.
type ChannelKeys struct {
	Alg        string // HS256 | EdDSA
	RequestKID string
	RequestKey Secret // base64url: HMAC key, or Ed25519 seed (32 bytes)
	ReplyKID   string
	ReplyKey   Secret // base64url: HMAC key, or Ed25519 public key; answers and notifications
}

// Access is all a client needs to speak to one channel for one merchant.
type Access struct {
	Config ChannelConfig
	Keys   ChannelKeys
	Clock  clock.Clock // the merchant's clock: signature times, and the last look before writing
}
