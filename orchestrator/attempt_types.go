package orchestrator

import (
	"time"

	"countersign/internal/money"
)

// AttemptState is where one charge at one channel stands (reliability 4.1).
type AttemptState string

// States of an attempt. AWAITING_CODE and CONFIRMING exist at channels that want a code for every payment.
const (
	AttemptIntent       AttemptState = "INTENT"        // stored, permit not taken
	AttemptSending      AttemptState = "SENDING"       // permit taken: bytes may be on the wire
	AttemptUnknown      AttemptState = "UNKNOWN"       // no evidence yet: query
	AttemptAccepted     AttemptState = "ACCEPTED"      // the channel says processing
	AttemptAwaitingCode AttemptState = "AWAITING_CODE" // the payer is asked for a code about this payment
	AttemptConfirming   AttemptState = "CONFIRMING"    // that code is at the channel
	AttemptSucceeded    AttemptState = "SUCCEEDED"
	AttemptFailed       AttemptState = "FAILED"
	AttemptVoided       AttemptState = "VOIDED"
	AttemptLateSuccess  AttemptState = "LATE_SUCCESS" // success after FAILED or VOIDED: flagged
)

// AttemptStates lists all states, for tests of the whole table.
func AttemptStates() []AttemptState {
	return []AttemptState{
		AttemptIntent, AttemptSending, AttemptUnknown, AttemptAccepted, AttemptAwaitingCode, AttemptConfirming,
		AttemptSucceeded, AttemptFailed, AttemptVoided, AttemptLateSuccess,
	}
}

// Attempt is one charge of one payment at one channel. Number, time, amount, agreement and expiry are
// stored before the permit and never made again.
type Attempt struct {
	ID          string
	MerchantID  string
	PaymentID   string
	PayerID     string
	CardID      string
	ChannelID   string
	MemberNo    string
	OrderNo     string // unique per (channel, member_no) for ever
	OrderTime   time.Time
	Amount      money.Fen
	AgreementID string // "" when charged by elements
	AgreementNo string
	CheckNo     string
	ByElements  bool
	// ElementsPrint is the keyed hash of the elements charged by; every copy carries the same.
	ElementsPrint string
	Raw           bool // channel without any code: raw withholding
	RouteVersion  int
	DecisionID    string
	Summary       string
	State         AttemptState
	Reason        string    // neutral reason of the end
	ExpiresAt     time.Time // signed; no copy may be executed later, where honoured
	SendUntil     time.Time // latest permit's expiry
	Sends         int       // permits taken
	Written       bool      // some copy may have left
	SMS           SMS
	TriesLeft     int // -1 = unknown
	Queries       int
	LastQueryAt   time.Time
	UnknownSince  time.Time
	NotFound      NotFoundTally
	CloseAsked    bool // a close was sent at least once
	CloseWanted   bool // the merchant wants the payment closed
	EvidenceID    string
	Manual        bool
	Conflict      bool
	CreatedAt     time.Time
	EndedAt       time.Time
	Lease         Lease
	DueAt         time.Time // next query, lease end, whichever is first; zero = none
	Version       int64
}

// Live says whether the attempt can still debit: at most one per payment is.
func (a Attempt) Live() bool { return a.State.Live() }

// Live says whether an attempt in this state can still debit.
func (s AttemptState) Live() bool {
	switch s {
	case AttemptIntent, AttemptSending, AttemptUnknown, AttemptAccepted, AttemptAwaitingCode, AttemptConfirming:
		return true
	}
	return false
}

// CountsForLimits says whether the amount counts as used: all but proven non-debits do (R6).
func (a Attempt) CountsForLimits() bool {
	return a.State != AttemptFailed && a.State != AttemptVoided
}
