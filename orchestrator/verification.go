package orchestrator

import "time"

// VerificationStatus is what clients see of a verification.
type VerificationStatus string

// Statuses of a verification.
const (
	VerificationCodeRequired VerificationStatus = "code_required"
	VerificationProcessing   VerificationStatus = "processing"
	VerificationVerified     VerificationStatus = "verified"
	VerificationFailed       VerificationStatus = "failed"
)

// Verification is an authentication without a payment (鉴权, T5): a card is made usable at the channel
// that routing would take.
type Verification struct {
	ID           string
	MerchantID   string
	PayerID      string
	CardID       string
	Status       VerificationStatus
	Phase        Phase
	FailureCode  string
	Retryable    bool
	RouteVersion int
	DecisionID   string
	ChannelID    string
	SigningID    string
	CheckID      string
	CreatedAt    time.Time
	CompletedAt  time.Time
	Version      int64
}

// Final says whether the verification is over.
func (v Verification) Final() bool {
	return v.Status == VerificationVerified || v.Status == VerificationFailed
}

// VerificationEvent is what can happen to a verification.
type VerificationEvent string

// Events of a verification.
const (
	VerificationAskCode VerificationEvent = "ask_code"
	VerificationProceed VerificationEvent = "proceed"
	VerificationSucceed VerificationEvent = "succeed"
	VerificationFail    VerificationEvent = "fail"
)

// verificationTable: an ended verification stays as it is; a new one is applied for.
var verificationTable = table[VerificationStatus, VerificationEvent]{
	VerificationProcessing: {
		VerificationAskCode: move(VerificationCodeRequired), VerificationProceed: stay[VerificationStatus](),
		VerificationSucceed: move(VerificationVerified), VerificationFail: move(VerificationFailed),
	},
	VerificationCodeRequired: {
		VerificationAskCode: stay[VerificationStatus](), VerificationProceed: move(VerificationProcessing),
		VerificationSucceed: move(VerificationVerified), VerificationFail: move(VerificationFailed),
	},
	VerificationVerified: {VerificationSucceed: stay[VerificationStatus]()},
	VerificationFailed:   {VerificationFail: stay[VerificationStatus]()},
}

// VerificationInput is one event with what came along.
type VerificationInput struct {
	Event  VerificationEvent
	Actor  Actor
	At     time.Time
	Reason string
}

// Step applies one event.
func (v Verification) Step(in VerificationInput) (Verification, Event, error) {
	c, err := verificationTable.look("verification", v.Status, in.Event)
	if err != nil {
		return v, Event{}, err
	}
	old := v.Status
	v.Status = c.next(old)
	if in.Event == VerificationFail && !c.stay {
		v.FailureCode, v.Retryable = in.Reason, Retryable(in.Reason)
	}
	if v.Final() && !c.stay {
		v.CompletedAt, v.Phase = in.At, PhaseNone
	}
	return v, Event{
		MerchantID: v.MerchantID, Reference: v.ID, Subject: "verification", SubjectID: v.ID, Actor: in.Actor,
		Name: string(in.Event), Old: string(old), New: string(v.Status), Cause: in.Reason, At: in.At,
	}, nil
}
