package orchestrator

import (
	"time"

	"countersign/internal/money"
)

// PaymentStatus is what clients see of a payment. An unknown outcome is shown as processing.
type PaymentStatus string

// Statuses of a payment.
const (
	PaymentCodeRequired PaymentStatus = "code_required"
	PaymentProcessing   PaymentStatus = "processing"
	PaymentSucceeded    PaymentStatus = "succeeded"
	PaymentFailed       PaymentStatus = "failed"
	PaymentClosed       PaymentStatus = "closed"
)

// PaymentStatuses lists all statuses, for tests of the whole table.
func PaymentStatuses() []PaymentStatus {
	return []PaymentStatus{PaymentCodeRequired, PaymentProcessing, PaymentSucceeded, PaymentFailed, PaymentClosed}
}

// Phase is what a payment or a verification is waiting for.
type Phase string

// Phases.
const (
	PhaseNone     Phase = ""
	PhaseChecking Phase = "checking" // element check inside the payment
	PhaseSigning  Phase = "signing"
	PhaseCharging Phase = "charging"
)

// Payment is one wish of a merchant to be paid. MerchantOrderNo is unique per merchant for ever. Its ID is
// the reference that runs through attempts, channel orders, SMS and notices (T14).
type Payment struct {
	ID              string
	MerchantID      string
	MerchantOrderNo string
	PayerID         string
	CardID          string
	CheckoutID      string
	Amount          money.Fen
	Summary         string
	PayerPresent    bool
	Status          PaymentStatus
	Phase           Phase
	FailureCode     string // with failed: payer_needed, no_channel, elements_required, not_sent or a neutral reason
	Retryable       bool
	RouteVersion    int
	DecisionID      string
	ChannelID       string
	SigningID       string
	CheckID         string
	AttemptID       string
	Excluded        []string // channels that said "we cannot" for this payment
	Moves           int      // automatic changes of channel since the last application or retry
	LateSuccess     bool
	Conflict        bool
	Manual          bool
	CreatedAt       time.Time
	CompletedAt     time.Time
	Version         int64
}

// Final says whether nothing more happens without a wish from outside.
func (p Payment) Final() bool {
	return p.Status == PaymentSucceeded || p.Status == PaymentFailed || p.Status == PaymentClosed
}
