package orchestrator

import "time"

// SigningMethod is the way a card is signed at a channel (mission, table of kinds).
type SigningMethod string

// Signing methods.
const (
	MethodTexted         SigningMethod = "texted"           // the channel's side texts and checks
	MethodOwnCodeBinding SigningMethod = "own_code_binding" // element check, own code, bind without a code
	MethodOwnCode        SigningMethod = "own_code"         // element check, own code; nothing is kept there
	MethodElementCheck   SigningMethod = "element_check"    // element check alone, nobody texts
	MethodLegacy         SigningMethod = "legacy"           // bound on the evidence of former days (T7)
)

// SigningState is where a signing stands (reliability 4.2, with CHECKING and BINDING of design 3.2).
type SigningState string

// States of a signing.
const (
	SigningChecking       SigningState = "CHECKING"        // element check under way; nobody was texted
	SigningApplying       SigningState = "APPLYING"        // application sent
	SigningApplyUnknown   SigningState = "APPLY_UNKNOWN"   // its outcome is unknown: query
	SigningCodeSentState  SigningState = "CODE_SENT"       // the payer is asked
	SigningConfirming     SigningState = "CONFIRMING"      // the code is at the channel
	SigningConfirmUnknown SigningState = "CONFIRM_UNKNOWN" // the code is gone, never sent again: query
	SigningBinding        SigningState = "BINDING"         // own code right, binding sent
	SigningBindUnknown    SigningState = "BIND_UNKNOWN"    // own code is spent: query
	SigningActive         SigningState = "ACTIVE"          // signed, or own code passed where nothing is kept
	SigningFailed         SigningState = "FAILED"
	SigningLockedState    SigningState = "LOCKED"
	SigningExpiredState   SigningState = "EXPIRED"
)

// SigningStates lists all states, for tests of the whole table.
func SigningStates() []SigningState {
	return []SigningState{
		SigningChecking, SigningApplying, SigningApplyUnknown, SigningCodeSentState, SigningConfirming,
		SigningConfirmUnknown, SigningBinding, SigningBindUnknown, SigningActive, SigningFailed,
		SigningLockedState, SigningExpiredState,
	}
}

// SigningReason says why a card is signed (again) at a channel (mission, signing again).
type SigningReason string

// Reasons for signing.
const (
	ReasonFirstSigning     SigningReason = "first_signing"
	ReasonSignedElsewhere  SigningReason = "signed_elsewhere"
	ReasonExpired          SigningReason = "expired"
	ReasonCancelledAtBank  SigningReason = "cancelled_at_bank"
	ReasonTerminated       SigningReason = "terminated"
	ReasonUnknownToChannel SigningReason = "unknown_to_channel"
	ReasonRawRetired       SigningReason = "raw_retired"
)

// OwnerKind is what a signing or a check serves.
type OwnerKind string

// Owners.
const (
	OwnerPayment      OwnerKind = "payment"
	OwnerVerification OwnerKind = "verification"
	OwnerSync         OwnerKind = "sync"
)

// Owner names the payment, verification or sync item that a row serves. Its ID is the one reference
// of design T14.
type Owner struct {
	Kind OwnerKind
	ID   string
}

// Signing is one try to make a card usable at a channel. SignNo is ours and stored before the first
// call. At most one is open per (merchant, payer, card, channel).
type Signing struct {
	ID         string
	MerchantID string
	Owner      Owner
	PayerID    string
	CardID     string
	ChannelID  string
	MemberNo   string
	SignNo     string
	Method     SigningMethod
	Reason     SigningReason // why the card is signed (again)
	State      SigningState
	FailReason string
	SMS        SMS
	SMSCount   int // sent for this signing so far
	Failures   int // wrong codes; a resend keeps them
	Tries      int // allowed
	TriesLeft  int // as the channel said last; -1 = unknown
	Own        OwnCode
	CheckID    string
	CheckNo    string // of the passed element check that the own code followed
	// ElementsPrint is the keyed hash of the elements that are signed; every call carries the same.
	ElementsPrint string
	Binding       int // of the card, when it was begun
	Legacy        *LegacyEvidence
	RouteVersion  int
	ConfirmSent   bool      // a confirm or a binding went out at least once
	SentAt        time.Time // of the call whose outcome is open
	NotSigned     int       // query answers "not signed" since the confirm
	NotFound      int
	Queries       int
	Watched       bool // closed here, but the channel may still sign it
	AgreementID   string
	EvidenceID    string
	CreatedAt     time.Time
	ExpiresAt     time.Time // 30 minutes without an end
	EndedAt       time.Time
	Lease         Lease
	DueAt         time.Time // next query, lease end or expiry, whichever is first; zero = none
	Version       int64
}

// LegacyEvidence is what proves a signing of former days (T7).
type LegacyEvidence struct {
	Reference string
	SignedOn  string // business day
}

// IsOpen says whether the signing counts for "one open signing". CONFIRM_UNKNOWN and BIND_UNKNOWN count
// as closed, so that the payer may begin anew; they stay under watch.
func (s Signing) IsOpen() bool {
	switch s.State {
	case SigningChecking, SigningApplying, SigningApplyUnknown, SigningCodeSentState, SigningConfirming, SigningBinding:
		return true
	}
	return false
}

// Wanted says whether what the signing brings is still wanted: its card was not taken away since it was begun.
func (s Signing) Wanted(card Card) bool { return card.Usable() && s.Binding == card.Bindings }

// InFlight says whether a call of the signing is under way or its outcome unknown.
func (s Signing) InFlight() bool {
	switch s.State {
	case SigningChecking, SigningApplying, SigningConfirming, SigningBinding,
		SigningApplyUnknown, SigningConfirmUnknown, SigningBindUnknown:
		return true
	}
	return false
}

// Ended says whether the signing is over for its owner.
func (s Signing) Ended() bool {
	switch s.State {
	case SigningActive, SigningFailed, SigningLockedState, SigningExpiredState:
		return true
	}
	return false
}
