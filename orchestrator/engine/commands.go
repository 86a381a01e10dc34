package engine

import (
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/money"
	"countersign/orchestrator"
)

// Key is an Idempotency-Key with the fingerprint of the request it came with (any digest of method, path
// and body; it is keyed before it is stored).
type Key struct {
	Value       string
	Fingerprint string
}

// BindCardCommand binds a card at the platform once.
type BindCardCommand struct {
	PayerID  string
	Elements cardholder.FourElements
	OpenID   string // WeChat, for notices; "" = none
}

// LandCommand is the payer landing on the payment page (T12).
type LandCommand struct {
	PayerID string
	CardID  string
	Amount  money.Fen
}

// VerificationCommand is an authentication application (T5).
type VerificationCommand struct {
	PayerID  string
	CardID   string
	Elements *cardholder.FourElements // where the merchant keeps none
}

// PaymentCommand is a payment application (T5): "get code".
type PaymentCommand struct {
	MerchantOrderNo string
	PayerID         string
	CardID          string
	CheckoutID      string // "" = routed now
	Amount          money.Fen
	PayerPresent    bool
	Elements        *cardholder.FourElements
	Summary         string
}

// ConfirmCommand carries the code that the payer typed.
type ConfirmCommand struct {
	Code   orchestrator.Secret
	SMSSeq int // 0 = not said
}

// RetryCommand tries a failed payment again.
type RetryCommand struct {
	PayerPresent bool
	Elements     *cardholder.FourElements
}

// SyncCommand is one old customer to bring along (T7).
type SyncCommand struct {
	ItemID       string
	PayerID      string
	Elements     cardholder.FourElements
	ChannelID    string
	OldReference string
	SignedOn     string // business day, 2006-01-02
}

// MerchantCommand makes or changes a merchant.
type MerchantCommand struct {
	ID               string
	Name             string
	BrandZH          string // signs the platform's SMS; "" = Name
	Token            orchestrator.Secret
	Clock            orchestrator.ClockMode // "" = system; a test clock needs Options.TestClock
	ClockStart       time.Time              // of a test clock; zero = the system's time
	Routing          orchestrator.RoutingPolicy
	KeepElements     bool
	Notices          bool
	SMSPerCardDay    int // signing SMS a card may cause in 24 hours; 0 = the default
	SMSPerChannelDay int // the same at one channel
	GatewayURL       string
	GatewayToken     orchestrator.Secret
	WebhookURL       string
	WebhookSecret    orchestrator.Secret
}

// ChannelCommand makes or changes a channel of a merchant.
type ChannelCommand struct {
	ChannelID   string
	BaseURL     string
	MemberNo    string
	Keys        orchestrator.ChannelKeys
	Profile     orchestrator.ChannelProfile
	Enabled     bool
	EnabledSaid bool // Enabled was asked for, not assumed: a retired channel refuses that
	Priority    int
	Fee         orchestrator.Fee
	NotifyURL   string
	CallTimeout time.Duration
}
