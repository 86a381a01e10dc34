package orchestrator

import (
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/money"
)

// Operation is one thing asked of a channel.
type Operation string

// Operations of the channel contract that the platform uses.
const (
	OpElementCheck       Operation = "element_check"
	OpSigningApply       Operation = "signing_apply"
	OpSigningResend      Operation = "signing_resend"
	OpSigningConfirm     Operation = "signing_confirm"
	OpSigningQuery       Operation = "signing_query"
	OpBind               Operation = "bind"
	OpAgreementQuery     Operation = "agreement_query"
	OpAgreementTerminate Operation = "agreement_terminate"
	OpCharge             Operation = "charge"
	OpChargeQuery        Operation = "charge_query"
	OpChargeClose        Operation = "charge_close"
	OpChargeConfirm      Operation = "charge_confirm"
	OpChargeResend       Operation = "charge_resend"
)

// Call is one request to a channel. Only the fields its operation needs are set.
type Call struct {
	Operation   Operation
	Number      string // check_no, sign_no, order_no or agreement_no, by operation
	OrderTime   time.Time
	Amount      money.Fen
	PayerRef    string
	AgreementNo string
	CheckNo     string
	Elements    *cardholder.FourElements
	Code        Secret
	ExpiresAt   time.Time // signed expiry of a charge
	NotAfter    time.Time // last moment to write the first byte; the client looks once more right before
	NotifyURL   string
	Summary     string
	Evidence    *BindEvidence
}

// BindEvidence says why a binding needs no code from the channel.
type BindEvidence struct {
	Kind      string // platform_verified | legacy
	Reference string
	SignedOn  string // business day, legacy only
	CheckNo   string
}

// Kinds of evidence for a binding without a code.
const (
	EvidencePlatformVerified = "platform_verified"
	EvidenceLegacy           = "legacy"
)

// Proof is what an answer proves (design 3.1). The client of a channel decides it; the rules act on it.
type Proof string

// Kinds of proof.
const (
	// ProofNone: timeout, 401, 408, 409, 425, 429, 5xx, unsigned, broken, another order: no evidence.
	ProofNone Proof = "none"
	// ProofNotWritten: the transport shows that not one byte left.
	ProofNotWritten Proof = "not_written"
	// ProofStatus: a signed 2xx that names our number; one of the reports is set.
	ProofStatus Proof = "status"
	// ProofProblem: a signed 4xx with a code (any not named under ProofNone). Says what happened to
	// *this copy*; whether it is final is the profile's matter.
	ProofProblem Proof = "problem"
)

// Reply is the outcome of a Call. There is no error besides: every failure is a kind of proof.
type Reply struct {
	Proof      Proof
	Code       string // problem code, with ProofProblem; also for logs with ProofNone
	Detail     string // why there is no proof: "timeout", "status 502", "signature"; never card data
	RetryAfter time.Duration
	Charge     *ChargeReport
	Signing    *SigningReport
	Agreement  *AgreementReport
	Check      *CheckReport
	Wire       WireTrace
}

// WireTrace is what was seen on the wire, safe to store.
type WireTrace struct {
	Status int    // HTTP status, 0 = no answer
	Digest string // hex SHA-256 of the raw body
	Masked []byte // body with every secret and personal member masked
}

// Codes of signed problems that the rules know by name.
const (
	ProblemOrderNotFound     = "order_not_found"
	ProblemSigningNotFound   = "signing_not_found"
	ProblemNotFound          = "not_found"
	ProblemAgreementNotFound = "agreement_not_found"
	ProblemLocked            = "locked"
	ProblemTooFrequent       = "too_frequent"
	ProblemMaintenance       = "maintenance"
	ProblemRequestExpired    = "request_expired"
	ProblemOrderClosed       = "order_closed"
)

// Statuses of a charge at a channel.
const (
	ChargeCodeRequired = "code_required"
	ChargeProcessing   = "processing"
	ChargeSucceeded    = "succeeded"
	ChargeDeclined     = "declined"
	ChargeClosed       = "closed"
)

// ChargeReport is a channel's word about one order.
type ChargeReport struct {
	MemberNo  string
	OrderNo   string
	OrderTime time.Time
	Amount    money.Fen
	Currency  string
	Status    string
	Reason    string // neutral reason
	TriesLeft int    // -1 = not said
	SMS       *SMSReport
}

// Statuses of a signing at a channel.
const (
	SigningCodeSent = "code_sent"
	SigningSigned   = "signed"
	SigningDeclined = "declined"
	SigningExpired  = "expired"
	SigningLocked   = "locked"
)

// SigningReport is a channel's word about one signing.
type SigningReport struct {
	SignNo    string
	Status    string
	Reason    string
	TriesLeft int // -1 = not said
	SMS       *SMSReport
	Agreement *AgreementReport
}

// SMSReport is what a channel says about a code it sent; never the code.
type SMSReport struct {
	Sender       Party
	About        About
	MaskedMobile string
	Seq          int // the channel's own count
	SentAt       time.Time
	ExpiresAt    time.Time
	ResendAfter  time.Time
}

// Statuses of an agreement at a channel.
const (
	AgreementStatusActive          = "active"
	AgreementStatusTerminated      = "terminated"
	AgreementStatusCancelledAtBank = "cancelled_at_bank"
	AgreementStatusExpired         = "expired"
)

// AgreementReport is a channel's word about one agreement.
type AgreementReport struct {
	AgreementNo string
	MemberNo    string
	PayerRef    string
	Status      string
	SignedAt    time.Time
	ExpiresAt   time.Time // zero = never by age
}

// Results of an element check.
const (
	CheckResultPassed   = "passed"
	CheckResultDeclined = "declined"
)

// CheckReport is a channel's word about the four elements.
type CheckReport struct {
	CheckNo string
	Result  string
	Reason  string
}

// Notification is a verified message from a channel: signature, window and jti are checked before.
type Notification struct {
	EventID   string
	Type      string // charge.succeeded | charge.declined | signing.signed | agreement.ended | refund.succeeded
	MemberNo  string
	Charge    *ChargeReport
	Signing   *SigningReport
	Agreement *AgreementReport
	Wire      WireTrace
}

// Types of notification.
const (
	NotifyChargeSucceeded = "charge.succeeded"
	NotifyChargeDeclined  = "charge.declined"
	NotifySigningSigned   = "signing.signed"
	NotifyAgreementEnded  = "agreement.ended"
	NotifyRefundSucceeded = "refund.succeeded"
)
