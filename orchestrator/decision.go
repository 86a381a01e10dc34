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
	Failure      string        // payer_needed, elements_required or no_channel, when nothing was chosen
	Terms        RouteTerms
	Candidates   []Candidate
	Inputs       string // digest over all inputs: same inputs, same decision
	At           time.Time
}

// RouteTerms is what a decision was about, besides policy, amount and presence of the payer.
type RouteTerms struct {
	Bank           string   `json:"bank"`
	CardType       string   `json:"card_type"`
	ElementsAtHand bool     `json:"elements_at_hand,omitempty"` // kept, or given for this very payment
	Excluded       []string `json:"excluded,omitempty"`         // channels that refused this payment before, sorted
	Landed         string   `json:"landed,omitempty"`           // the channel that the landing has pinned (T12)
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
	// ElementsMissing says that the next step there needs the elements, and that there are none.
	ElementsMissing bool           `json:"elements_missing,omitempty"`
	Facts           CandidateFacts `json:"facts"`
}

// CandidateFacts is all that a decision has seen of one channel and of the card's past there. With fee, priority
// and success rate beside it, it is enough to decide again.
type CandidateFacts struct {
	Profile            string        `json:"profile,omitempty"` // digest of the configured profile
	State              ChannelState  `json:"state"`
	Maintenance        bool          `json:"maintenance,omitempty"` // a configured window covers the moment
	Breaker            BreakerState  `json:"breaker"`
	Method             SigningMethod `json:"method"`
	ChargeBy           ChargeBy      `json:"charge_by"`
	CodeOnEveryPayment bool          `json:"code_on_every_payment,omitempty"`
	FeeRule            Fee           `json:"fee_rule"`

	BankServed     bool      `json:"bank_served,omitempty"`
	CardTypeServed bool      `json:"card_type_served,omitempty"`
	Limits         Limits    `json:"limits"`
	UsedToday      money.Fen `json:"used_today,omitempty"` // amounts in doubt included; read where a limit asks
	CountToday     int       `json:"count_today,omitempty"`
	UsedMonth      money.Fen `json:"used_month,omitempty"`

	AgreementID     string         `json:"agreement_id,omitempty"` // the card's newest here
	Agreement       AgreementState `json:"agreement,omitempty"`
	AgreementLive   bool           `json:"agreement_live,omitempty"`   // one that a charge may name
	ElementsChecked bool           `json:"elements_checked,omitempty"` // an element check has passed here
	CodePassed      bool           `json:"code_passed,omitempty"`      // an own code was given back right
	SignedElsewhere bool           `json:"signed_elsewhere,omitempty"`
	RawRetired      bool           `json:"raw_retired,omitempty"` // debited raw at a channel that is gone
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

	WhyElementsMissing = "elements_missing" // needs the elements, and there are none
	WhyLanded          = "landed"           // another would do better now, but the page promised this one
	WhyNotLanded       = "not_landed"       // would do better now, but the page promised another
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
