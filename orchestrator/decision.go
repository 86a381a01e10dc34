package orchestrator

import (
	"time"

	"countersign/internal/money"
)

// Decision is one choice of a channel with all that went into it. It is stored before anything is sent.
type Decision struct {
	ID           string
	MerchantID   string
	Owner        Owner // payment or verification; a checkout's decision has the checkout's id
	CardID       string
	RouteVersion int
	Policy       RoutingPolicy
	Amount       money.Fen
	PayerPresent bool
	Chosen       string // channel id; "" = none
	Silent       bool
	SignReason   SigningReason // when the chosen channel must be signed first
	Failure      string        // payer_needed or no_channel, when nothing was chosen
	Candidates   []Candidate
	Inputs       string // digest over all inputs: same inputs, same decision
	At           time.Time
}

// Candidate is one channel in a decision.
type Candidate struct {
	ChannelID       string        `json:"channel_id"`
	Eligible        bool          `json:"eligible"`
	Taken           bool          `json:"taken"`
	Silent          bool          `json:"silent"`
	Why             string        `json:"why"` // one reason code
	Fee             money.Fen     `json:"fee"`
	Priority        int           `json:"priority"`
	SuccessPermille int           `json:"success_permille"`
	SignReason      SigningReason `json:"sign_reason,omitempty"`
}

// Reason codes of a candidate.
const (
	WhyBest          = "best"
	WhyBestSilent    = "best_silent" // taken because silent channels come first
	WhyDisabled      = "disabled"
	WhyRetired       = "retired"
	WhyMaintenance   = "maintenance"
	WhyBreakerOpen   = "breaker_open"
	WhyBank          = "bank_unsupported"
	WhyCardType      = "card_type_unsupported"
	WhyLimitSingle   = "limit_single"
	WhyLimitDaily    = "limit_daily"
	WhyLimitMonthly  = "limit_monthly"
	WhyLimitCount    = "limit_count"
	WhyExcluded      = "declined_before" // this payment was refused there already
	WhyNotSilent     = "not_silent"
	WhyDearer        = "dearer"
	WhyLowerPriority = "lower_priority"
	WhyLessReliable  = "less_reliable"
	WhyTieBreak      = "channel_id" // equal in everything else
)

// Checkout is a landing on the payment page (T12): a decision pinned, no SMS, no money.
type Checkout struct {
	ID           string
	MerchantID   string
	PayerID      string
	CardID       string
	Amount       money.Fen
	DecisionID   string
	RouteVersion int
	Mode         CheckoutMode
	PaymentID    string // once applied for
	CreatedAt    time.Time
	ExpiresAt    time.Time
	Version      int64
}

// CheckoutMode is what the page shows.
type CheckoutMode string

// Checkout modes.
const (
	CheckoutSilent      CheckoutMode = "silent"
	CheckoutCode        CheckoutMode = "code"
	CheckoutUnavailable CheckoutMode = "unavailable"
)
