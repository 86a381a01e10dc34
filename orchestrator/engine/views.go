package engine

import (
	"time"

	"countersign/internal/money"
	"countersign/orchestrator"
)

// CardView is a card as merchants see it.
type CardView struct {
	ID           string
	PayerID      string
	Bank         string
	CardType     string
	MaskedNumber string
	MaskedMobile string
	State        orchestrator.CardState
	ElementsKept bool
	Existing     bool // bound before: 200, not 201
}

// AgreementView is an agreement without its channel (T11).
type AgreementView struct {
	ID       string
	State    orchestrator.AgreementState
	SignedAt time.Time
	EndedAt  time.Time
}

// Failure says why something failed and whether a new try is allowed.
type Failure struct {
	Code      string
	Retryable bool
	Message   orchestrator.Text
}

// CheckoutView is a landing.
type CheckoutView struct {
	ID           string
	Mode         orchestrator.CheckoutMode
	Prompt       *orchestrator.Text // what the code box says; nil when silent
	DecisionID   string
	RouteVersion int
	ExpiresAt    time.Time
}

// VerificationView is a verification.
type VerificationView struct {
	ID           string
	Status       orchestrator.VerificationStatus
	CodeRequired *orchestrator.Prompt
	Failure      *Failure
	NextCheckAt  time.Time
}

// PaymentView is a payment. It never names a channel (T11).
type PaymentView struct {
	ID              string
	MerchantOrderNo string
	PayerID         string
	CardID          string
	Amount          money.Fen
	Status          orchestrator.PaymentStatus
	RouteVersion    int
	CodeRequired    *orchestrator.Prompt
	Failure         *Failure
	NextCheckAt     time.Time // while processing
	Flags           []string  // late_success, conflict, manual
	CreatedAt       time.Time
	CompletedAt     time.Time
	Existing        bool // the merchant order number was known: 200, not 201
}

// SyncView is the result of one sync item.
type SyncView struct {
	ItemID string
	CardID string
	Result orchestrator.SyncResult
}

// MerchantView is a merchant as the operator sees it, without secrets.
type MerchantView struct {
	ID               string
	Name             string
	Clock            orchestrator.ClockMode
	Routing          orchestrator.RoutingPolicy
	KeepElements     bool
	Notices          bool
	SMSPerCardDay    int
	SMSPerChannelDay int
	Channels         []string
}

// ChannelView is a channel as the operator sees it, without keys.
type ChannelView struct {
	Config      orchestrator.ChannelConfig // SealedKeys is empty
	State       orchestrator.ChannelState  // maintenance by a configured window included
	BreakerOpen bool
	NotifyURL   string
}

// StoryView is all that happened under one reference (T14).
type StoryView struct {
	Payment  orchestrator.Payment
	Attempts []orchestrator.Attempt
	Signings []orchestrator.Signing
	Notices  []orchestrator.Notice
	Events   []orchestrator.Event
}

// ClockView is a merchant's clock, and how busy the platform is for that merchant.
type ClockView struct {
	Now       time.Time
	Virtual   bool
	NextDue   time.Time // zero = nothing waits
	Activity  int64     // rises with every piece of work begun or ended
	Busy      int       // pieces of work running that wait for no peer
	OpenCalls int       // outbound calls waiting for a peer
	Fired     []string  // what a Set or Next began, in order
}
