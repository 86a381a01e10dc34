package simulator

import (
	"fmt"
	"log/slog"
)

// Member is the number under which the platform trades at one channel for one
// merchant, with the keys of both directions.
type Member struct {
	MemberNo     string     `json:"member_no"`
	ChannelID    string     `json:"channel_id"`
	Merchant     string     `json:"merchant,omitempty"` // the merchant's id in this world
	MerchantName string     `json:"merchant_name"`      // as it stands in SMS texts
	NotifyURL    string     `json:"notify_url,omitempty"`
	Keys         MemberKeys `json:"keys"`
	// OldKeys are request keys rotated out, the newest first. It is never changed in
	// place.
	OldKeys []OldKey `json:"old_keys,omitempty"`
}

// MemberKeys are the two keys of a member: the platform signs requests with the
// first, the channel signs answers and notifications with the second.
type MemberKeys struct {
	Alg     string `json:"alg"` // HS256 or EdDSA
	Request Key    `json:"request"`
	Reply   Key    `json:"reply"`
}

// Key is one key of one direction. For HS256 Private and Public are the same 32
// bytes; for EdDSA they are an Ed25519 private (64 bytes) and public key. The
// simulator makes both pairs and hands the platform its half.
type Key struct {
	KID     string   `json:"kid"`
	Private KeyBytes `json:"private"`
	Public  KeyBytes `json:"public"`
}

// KeyBytes are key material; printers and loggers see a placeholder. Its JSON is
// base64, for the world log and the control plane's one answer that hands keys out.
type KeyBytes []byte

// hiddenKey is what printers see of a key.
const hiddenKey = "[key]"

// String hides the key.
func (KeyBytes) String() string { return hiddenKey }

// Format hides the key under every verb.
func (KeyBytes) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte(hiddenKey)) }

// LogValue hides the key.
func (KeyBytes) LogValue() slog.Value { return slog.StringValue(hiddenKey) }
