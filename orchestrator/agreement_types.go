package orchestrator

import "time"

// AgreementState is where an agreement stands as the platform knows it.
type AgreementState string

// States of an agreement.
const (
	AgreementActive           AgreementState = "active"
	AgreementRevoking         AgreementState = "revoking" // terminate sent or to be sent; no charge any more
	AgreementTerminated       AgreementState = "terminated"
	AgreementCancelledAtBank  AgreementState = "cancelled_at_bank"
	AgreementExpired          AgreementState = "expired"
	AgreementUnknownToChannel AgreementState = "unknown_to_channel"
)

// AgreementStates lists all states, for tests of the whole table.
func AgreementStates() []AgreementState {
	return []AgreementState{
		AgreementActive, AgreementRevoking, AgreementTerminated, AgreementCancelledAtBank,
		AgreementExpired, AgreementUnknownToChannel,
	}
}

// Agreement (协议) is a binding at one channel. At most one is active per (merchant, payer, card, channel).
type Agreement struct {
	ID          string
	MerchantID  string
	PayerID     string
	CardID      string
	ChannelID   string
	MemberNo    string
	AgreementNo string // the channel's number
	SigningID   string
	State       AgreementState
	SignedAt    time.Time
	ExpiresAt   time.Time // by age; zero = never
	EndedAt     time.Time
	Queries     int
	EvidenceID  string
	Lease       Lease
	DueAt       time.Time // next terminate or query; zero = none
	Version     int64
}

// Usable says whether a charge may name the agreement at now: alive and not too old.
func (a Agreement) Usable(now time.Time) bool {
	return a.State == AgreementActive && (a.ExpiresAt.IsZero() || now.Before(a.ExpiresAt))
}

// CheckState is where an element check stands.
type CheckState string

// States of an element check.
const (
	CheckSending  CheckState = "SENDING"
	CheckUnknown  CheckState = "UNKNOWN" // asked again under the same number, which answers the same
	CheckPassed   CheckState = "PASSED"
	CheckDeclined CheckState = "DECLINED"
	CheckFailed   CheckState = "FAILED" // no answer could be had, and nothing depends on it
)

// CheckStates lists all states, for tests of the whole table.
func CheckStates() []CheckState {
	return []CheckState{CheckSending, CheckUnknown, CheckPassed, CheckDeclined, CheckFailed}
}

// Check is one element check at one channel.
type Check struct {
	ID         string
	MerchantID string
	Owner      Owner
	CardID     string
	ChannelID  string
	MemberNo   string
	CheckNo    string
	// ElementsPrint is the keyed hash of what is checked; every try sends the same.
	ElementsPrint string
	State         CheckState
	Reason        string
	Sends         int
	EvidenceID    string
	CreatedAt     time.Time
	EndedAt       time.Time
	Lease         Lease
	DueAt         time.Time
	Version       int64
}
