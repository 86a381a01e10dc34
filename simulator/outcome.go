package simulator

import (
	"time"

	"countersign/internal/money"
)

// Input is one step's cause: a command, the instant it happens at, and for
// requests what the door knows about the message.
type Input struct {
	Now     time.Time
	Command Command
	Request Request
	// Resumed is set when a request that a fault held is carried on: the point
	// it was held at (Reply.Deferred).
	Resumed Point
	// Held is the journal row of the request as it was held, 0 without one: the faults
	// that held it stand also in the row that carries it out.
	Held int64
}

// Request is what the door knows of a message. The zero value means the command
// did not come over a protocol port.
type Request struct {
	ChannelID string `json:"channel_id,omitempty"`
	MemberNo  string `json:"member_no,omitempty"`
	Method    string `json:"method,omitempty"`
	Target    string `json:"target,omitempty"` // path and query as sent
	JTI       string `json:"jti,omitempty"`    // empty: replay is not checked
	// Signature is the door's verdict: "valid", "none", or which member is wrong.
	Signature string `json:"signature,omitempty"`
	// Body is kept for the journal, which shows it masked; it is in no export.
	Body []byte `json:"-"`
}

// Outcome is what a step did. A refused message has a Problem and nothing else;
// otherwise the result of the command's own kind is set.
type Outcome struct {
	Problem *Problem

	Check     *CheckView
	Signing   *SigningView
	Agreement *AgreementView
	Charge    *ChargeView
	Refund    *RefundView
	Limits    []BankTerms
	Profile   *Profile
	Batch     *BatchView
	File      *FileView
	MessageID string          // gateway commands
	FaultID   string          // AddFault, RemoveFault
	PlanID    string          // AddNotificationPlan
	Ended     []AgreementView // CancelAtBank, ForgetAgreement: what was ended

	// Reply says how the answer is to be given; zero means at once and whole.
	Reply Reply
	// Row is the number of the journal row, for the door to add what it answered.
	Row int64
	// Effects are what the engine has to carry out, in order.
	Effects []Effect
	// Struck are the faults that struck in the step, wherever they did; for counters.
	Struck []FaultStrike

	committed bool // the command was carried out
	twice     bool // the network brings the request once more
}

// Reply is what faults want done with the answer.
type Reply struct {
	// Withheld: close the connection without an answer.
	Withheld bool
	// Hold: keep the request waiting on the world's clock before answering (or
	// before closing). Nil: do not wait.
	Hold *Hold
	// Deferred: the command was not carried out yet; after the hold it is to be
	// stepped again with Input.Resumed set to this point.
	Deferred Point
	// Answer and Wire are what faults do to the answer itself. An outcome without a
	// result and without a problem is one whose command was not carried out: then
	// they say what is answered instead.
	Answer AnswerFault
	Wire   WireFault
	// After: answer only when the first delivery of this event's notification was
	// answered or has timed out; "": do not wait for any.
	After string
}

// Hold is a wait on the world's clock. A zero Until waits for ever.
type Hold struct {
	Until time.Time
	// Rules are the fault rules that hold: removing one lets the request go.
	Rules []string
}

// CheckView is the answer to an element check.
type CheckView struct {
	CheckNo string      `json:"check_no"`
	Result  CheckResult `json:"result"`
	Reason  Reason      `json:"reason,omitempty"`
}

// SMSView says which code was sent where; never the code itself.
type SMSView struct {
	Sender       Party     `json:"sender"`
	About        About     `json:"about"`
	MaskedMobile string    `json:"masked_mobile"`
	Seq          int       `json:"seq"`
	SentAt       time.Time `json:"sent_at"`
	ExpiresAt    time.Time `json:"expires_at"`
	ResendAfter  time.Time `json:"resend_after"`
}

// SigningView is where a signing stands. TriesLeft counts while a code is out.
type SigningView struct {
	SignNo    string         `json:"sign_no"`
	Status    SigningStatus  `json:"status"`
	Reason    Reason         `json:"reason,omitempty"`
	TriesLeft int            `json:"tries_left,omitempty"`
	SMS       *SMSView       `json:"sms,omitempty"`
	Agreement *AgreementView `json:"agreement,omitempty"`
}

// AgreementView is an agreement as a channel shows it. ExpiresAt and EndedAt are
// zero when they do not apply.
type AgreementView struct {
	AgreementNo string          `json:"agreement_no"`
	ChannelID   string          `json:"channel_id"`
	MemberNo    string          `json:"member_no"`
	PayerRef    string          `json:"payer_ref"`
	SignNo      string          `json:"sign_no"`
	Bank        string          `json:"bank"`
	MaskedCard  string          `json:"masked_card"`
	Status      AgreementStatus `json:"status"`
	SignedAt    time.Time       `json:"signed_at"`
	ExpiresAt   time.Time       `json:"expires_at,omitzero"`
	EndedAt     time.Time       `json:"ended_at,omitzero"`
}

// ChargeView is where an order stands. FinishedAt is zero until it is final.
type ChargeView struct {
	OrderNo     string       `json:"order_no"`
	OrderTime   time.Time    `json:"order_time"`
	ChannelID   string       `json:"channel_id"`
	MemberNo    string       `json:"member_no"`
	Status      ChargeStatus `json:"status"`
	Reason      Reason       `json:"reason,omitempty"`
	Amount      money.Fen    `json:"amount"`
	Currency    string       `json:"currency"`
	PayerRef    string       `json:"payer_ref,omitempty"`
	AgreementNo string       `json:"agreement_no,omitempty"`
	MaskedCard  string       `json:"masked_card,omitempty"`
	Bank        string       `json:"bank,omitempty"`
	Refunded    money.Fen    `json:"refunded,omitempty"`
	TriesLeft   int          `json:"tries_left,omitempty"`
	SMS         *SMSView     `json:"sms,omitempty"`
	AcceptedAt  time.Time    `json:"accepted_at"`
	FinishedAt  time.Time    `json:"finished_at,omitzero"`
	// ChannelRef is the channel's own number for the debit, empty without one.
	ChannelRef string    `json:"channel_ref,omitempty"`
	DebitedAt  time.Time `json:"debited_at,omitzero"`
}

// RefundView is where a refund stands.
type RefundView struct {
	RefundNo   string       `json:"refund_no"`
	OrderNo    string       `json:"order_no"`
	ChannelID  string       `json:"channel_id"`
	MemberNo   string       `json:"member_no"`
	Status     RefundStatus `json:"status"`
	Reason     Reason       `json:"reason,omitempty"`
	Amount     money.Fen    `json:"amount"`
	Currency   string       `json:"currency"`
	AcceptedAt time.Time    `json:"accepted_at"`
	FinishedAt time.Time    `json:"finished_at,omitzero"`
}

// EffectKind says what an engine has to do after a step.
type EffectKind string

// EffectMessage: messages reached a handset, wake who waits. EffectDeliver: a
// notification is to be sent now. EffectDropped: a fault lost one, nothing is to be
// sent; what it would have said belongs in the journal. EffectFired: something due
// happened, for the clock's answer.
const (
	EffectMessage EffectKind = "message"
	EffectDeliver EffectKind = "deliver"
	EffectDropped EffectKind = "dropped"
	EffectFired   EffectKind = "fired"
)

// Effect is one thing to carry out or to tell.
type Effect struct {
	Kind EffectKind
	// At is when it was due.
	At time.Time
	// What describes it in words for people, without personal data.
	What string
	// Delivery is set for EffectDeliver and EffectDropped.
	Delivery *Delivery
	// Due and Number are set for EffectFired: what sort of thing, about which number.
	Due    DueKind
	Number string
}
