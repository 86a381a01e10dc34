package orchestrator

import "time"

// SigningEvent is what can happen to a signing.
type SigningEvent string

// Events of a signing.
const (
	SigningCheckPassed   SigningEvent = "check_passed"    // element check passed: the own code may go out
	SigningCodeOut       SigningEvent = "code_sent"       // the channel says a code is out
	SigningResent        SigningEvent = "resend"          // a new SMS is asked for
	SigningConfirmTaken  SigningEvent = "confirm"         // the payer's code goes to the channel
	SigningOwnRight      SigningEvent = "own_code_right"  // own code right: bind
	SigningOwnPassed     SigningEvent = "own_code_passed" // own code right, and nothing is kept at the channel
	SigningSign          SigningEvent = "signed"
	SigningDecline       SigningEvent = "declined"
	SigningWrongCode     SigningEvent = "wrong_code"
	SigningCodeTooOld    SigningEvent = "code_expired"
	SigningLock          SigningEvent = "locked"
	SigningNoAnswer      SigningEvent = "no_answer"
	SigningNotWritten    SigningEvent = "not_written"
	SigningNotSigned     SigningEvent = "not_signed"       // query after a lost confirm: not yet
	SigningNotSignedOver SigningEvent = "not_signed_final" // and long enough: the payer may try again
	SigningNotFound      SigningEvent = "not_found"
	SigningNotFoundOver  SigningEvent = "not_found_final"
	SigningExpire        SigningEvent = "expire"        // 30 minutes without an end, or the channel says so
	SigningSupersede     SigningEvent = "supersede"     // a newer signing takes its place
	SigningResendUndone  SigningEvent = "resend_undone" // proven: no new SMS went out, the one before is the newest
)

// SigningEvents lists all events, for tests of the whole table.
func SigningEvents() []SigningEvent {
	return []SigningEvent{
		SigningCheckPassed, SigningCodeOut, SigningResent, SigningConfirmTaken, SigningOwnRight, SigningOwnPassed,
		SigningSign, SigningDecline, SigningWrongCode, SigningCodeTooOld, SigningLock, SigningNoAnswer,
		SigningNotWritten, SigningNotSigned, SigningNotSignedOver, SigningNotFound, SigningNotFoundOver,
		SigningExpire, SigningSupersede, SigningResendUndone,
	}
}

// signingTable is reliability 4.2 with the states of design 3.2. ACTIVE is reached by evidence only, and from
// every state: what the channel has signed is signed.
var signingTable = table[SigningState, SigningEvent]{
	SigningChecking: {
		SigningCheckPassed: move(SigningCodeSentState), SigningDecline: move(SigningFailed), SigningNoAnswer: stay[SigningState](),
		SigningExpire: move(SigningExpiredState), SigningSupersede: move(SigningExpiredState),
	},
	SigningApplying: {
		SigningCodeOut: move(SigningCodeSentState), SigningSign: move(SigningActive), SigningDecline: move(SigningFailed),
		SigningLock: move(SigningLockedState), SigningNoAnswer: move(SigningApplyUnknown), SigningNotWritten: move(SigningFailed),
		SigningExpire: move(SigningExpiredState),
	},
	SigningApplyUnknown: {
		SigningCodeOut: move(SigningCodeSentState), SigningConfirmTaken: move(SigningConfirming), SigningSign: move(SigningActive),
		SigningDecline: move(SigningFailed), SigningLock: move(SigningLockedState), SigningNoAnswer: stay[SigningState](),
		SigningNotWritten: stay[SigningState](), SigningNotFound: stay[SigningState](), SigningNotFoundOver: move(SigningFailed),
		SigningExpire: move(SigningExpiredState), SigningSupersede: move(SigningExpiredState),
	},
	SigningCodeSentState: {
		SigningResent: stay[SigningState](), SigningResendUndone: stay[SigningState](), SigningCodeOut: stay[SigningState](),
		SigningConfirmTaken: move(SigningConfirming),
		SigningOwnRight:     move(SigningBinding), SigningOwnPassed: move(SigningActive), SigningSign: move(SigningActive),
		SigningWrongCode: stay[SigningState](), SigningCodeTooOld: stay[SigningState](), SigningLock: move(SigningLockedState),
		SigningDecline: move(SigningFailed), SigningNoAnswer: stay[SigningState](), SigningNotWritten: stay[SigningState](),
		SigningNotFound: stay[SigningState](), SigningExpire: move(SigningExpiredState), SigningSupersede: move(SigningExpiredState),
	},
	SigningConfirming: {
		SigningSign: move(SigningActive), SigningWrongCode: move(SigningCodeSentState), SigningCodeTooOld: move(SigningCodeSentState),
		SigningLock: move(SigningLockedState), SigningDecline: move(SigningFailed), SigningNoAnswer: move(SigningConfirmUnknown),
		SigningNotWritten: move(SigningCodeSentState), SigningExpire: move(SigningExpiredState), SigningCodeOut: stay[SigningState](),
	},
	SigningConfirmUnknown: {
		SigningSign: move(SigningActive), SigningNotSigned: stay[SigningState](), SigningNotSignedOver: move(SigningCodeSentState),
		SigningLock: move(SigningLockedState), SigningDecline: move(SigningFailed), SigningNoAnswer: stay[SigningState](),
		SigningNotWritten: stay[SigningState](), SigningNotFound: stay[SigningState](), SigningNotFoundOver: move(SigningExpiredState),
		SigningCodeOut: stay[SigningState](), SigningWrongCode: stay[SigningState](),
		SigningExpire: move(SigningExpiredState), SigningSupersede: move(SigningExpiredState),
	},
	SigningBinding: {
		SigningSign: move(SigningActive), SigningDecline: move(SigningFailed), SigningNoAnswer: move(SigningBindUnknown),
		SigningNotWritten: move(SigningFailed), SigningExpire: move(SigningExpiredState),
	},
	SigningBindUnknown: {
		SigningSign: move(SigningActive), SigningDecline: move(SigningFailed), SigningNoAnswer: stay[SigningState](),
		SigningNotWritten: stay[SigningState](), SigningNotFound: stay[SigningState](), SigningNotFoundOver: move(SigningFailed),
		SigningExpire: move(SigningExpiredState), SigningSupersede: move(SigningExpiredState),
	},
	SigningActive:       over(stay[SigningState]()),
	SigningFailed:       over(move(SigningActive)),
	SigningLockedState:  over(move(SigningActive)),
	SigningExpiredState: over(move(SigningActive)),
}

// over is the row of an ended state: only "signed" still means something there. A confirm is forbidden.
func over(signed cell[SigningState]) map[SigningEvent]cell[SigningState] {
	row := map[SigningEvent]cell[SigningState]{SigningSign: signed}
	for _, e := range []SigningEvent{
		SigningCodeOut, SigningDecline, SigningWrongCode, SigningCodeTooOld, SigningLock, SigningNoAnswer,
		SigningNotWritten, SigningNotSigned, SigningNotSignedOver, SigningNotFound, SigningNotFoundOver,
		SigningExpire, SigningSupersede,
	} {
		row[e] = stay[SigningState]()
	}
	return row
}

// SigningInput is one event with what came along.
type SigningInput struct {
	Event       SigningEvent
	Actor       Actor
	At          time.Time
	Reason      string
	Cause       string
	EvidenceID  string
	SMS         *SMSReport
	OwnSMS      *SMS // with check_passed and resend of an own code
	OwnHash     []byte
	TriesLeft   int
	AgreementID string
	Profile     ChannelProfile
	Owner       string    // of the lease, when a call follows
	LeaseUntil  time.Time // zero = no call follows
	Draw        uint64
	RetryAfter  time.Duration // with resend_undone: when an SMS may be asked for again
}

// Step applies one event. "Not signed" and "not found" become final by themselves once enough answers over
// enough time have come.
func (s Signing) Step(in SigningInput) (Signing, Event, error) {
	if hard := s.harden(in.Event, in.At); hard != in.Event {
		in.Event, in.Reason = hard, hardReason(hard)
	}
	c, err := signingTable.look("signing", s.State, in.Event)
	if err != nil {
		return s, Event{}, err
	}
	old := s.State
	s.State = c.next(old)
	if in.Event == SigningWrongCode && s.State == SigningCodeSentState {
		s = s.countWrong(in)
	}
	s = s.absorb(in, old)
	event := Event{
		MerchantID: s.MerchantID, Reference: s.Owner.ID, Subject: "signing", SubjectID: s.ID, ChannelID: s.ChannelID,
		Actor: in.Actor, Name: string(in.Event), Old: string(old), New: string(s.State),
		Cause: cause(in.Cause, in.Reason), EvidenceID: in.EvidenceID, Fence: s.Lease.Fence, At: in.At,
	}
	return s, event, nil
}

// Bounds for hardening answers of queries.
const (
	notSignedAfter  = 10 * time.Second
	notSignedTwice  = 2
	signingNotFound = 3
	notFoundAfter   = 15 * time.Second
)

// harden turns a repeated "not signed" or "not found" into its final form. No money hangs on it: a signing
// that comes true after all is found by its notification or by the next query.
func (s Signing) harden(event SigningEvent, at time.Time) SigningEvent {
	switch {
	case event == SigningNotSigned && s.NotSigned+1 >= notSignedTwice && !at.Before(s.SentAt.Add(notSignedAfter)):
		if !at.Before(s.ExpiresAt) {
			return SigningExpire
		}
		return SigningNotSignedOver
	case event == SigningNotFound && s.NotFound+1 >= signingNotFound && !at.Before(s.SentAt.Add(notFoundAfter)):
		return SigningNotFoundOver
	}
	return event
}

// hardReason is the reason of a hardened event.
func hardReason(event SigningEvent) string {
	switch event {
	case SigningNotFoundOver:
		return FailureOutcomeLost
	case SigningExpire:
		return ReasonCodeExpired
	}
	return ""
}

// countWrong counts a wrong code and locks at the last allowed one.
func (s Signing) countWrong(in SigningInput) Signing {
	s.Failures++
	s.TriesLeft = max(s.Tries-s.Failures, 0)
	if in.TriesLeft >= 0 && in.TriesLeft < s.TriesLeft {
		s.TriesLeft = in.TriesLeft
	}
	if s.TriesLeft == 0 {
		s.State = SigningLockedState
	}
	return s
}

// absorb changes the row's other columns by what the event says and where it led.
func (s Signing) absorb(in SigningInput, old SigningState) Signing {
	switch in.Event {
	case SigningCheckPassed, SigningResent:
		s.SMSCount++
		if in.OwnSMS != nil {
			s.SMS, s.Own = *in.OwnSMS, OwnCode{Hash: in.OwnHash}
		} else {
			s.SMS = s.SMS.Counted(in.Profile, in.At)
		}
	case SigningCodeOut:
		if s.SMSCount == 0 {
			s.SMSCount = 1
		}
		if in.TriesLeft >= 0 {
			s.TriesLeft = in.TriesLeft
		}
		s.SMS = s.SMS.Observe(in.SMS, in.Profile, in.Profile.Sender, AboutSigning, in.At)
	case SigningResendUndone:
		s.SMS, s.SMSCount = s.SMS.Undone(in.At.Add(in.RetryAfter)), max(s.SMSCount-1, 0)
	case SigningOwnRight, SigningOwnPassed:
		s.Own = OwnCode{Spent: true}
		s.ConfirmSent = true
	case SigningConfirmTaken:
		s.ConfirmSent = true
		s.NotSigned = 0
	case SigningNotSigned:
		s.NotSigned++
	case SigningNotFound:
		s.NotFound++
	case SigningSign:
		s.AgreementID = in.AgreementID
	}
	if textedNobody(old, in.Event) {
		s.SMSCount, s.SMS.ResendAfter = max(s.SMSCount-1, 0), time.Time{}
	}
	return s.settle(in, old)
}

// textedNobody says that an application, counted as an SMS in advance, is proven to have texted nobody: it was
// declined, not written, or answered with an agreement that lives already.
func textedNobody(old SigningState, event SigningEvent) bool {
	return old == SigningApplying && (event == SigningDecline || event == SigningNotWritten || event == SigningSign)
}

// settle sets lease, due time and end.
func (s Signing) settle(in SigningInput, old SigningState) Signing {
	if in.EvidenceID != "" && s.State != old {
		s.EvidenceID = in.EvidenceID
	}
	if s.Ended() && s.State != SigningActive && s.FailReason == "" {
		s.FailReason = in.Reason
	}
	if !in.LeaseUntil.IsZero() {
		s.Lease = s.Lease.Take(in.Owner, in.LeaseUntil)
		s.DueAt, s.SentAt = in.LeaseUntil, in.At
		return s
	}
	s.Lease = s.Lease.Free()
	if s.State != old {
		s.Queries = 0
	}
	switch s.State {
	case SigningApplyUnknown, SigningConfirmUnknown, SigningBindUnknown:
		s.DueAt = in.At.Add(SigningDelay(s.Queries, in.Draw))
	case SigningCodeSentState, SigningChecking:
		s.DueAt = s.ExpiresAt
	case SigningApplying, SigningConfirming, SigningBinding:
	default:
		s = s.end(in)
	}
	return s
}

// end closes the signing; one that may still come true at the channel stays under watch for a day.
func (s Signing) end(in SigningInput) Signing {
	s.Own.Hash = nil
	if s.EndedAt.IsZero() {
		s.EndedAt = in.At
	}
	s.Watched = s.State != SigningActive && s.ConfirmSent && s.Method != MethodOwnCode &&
		in.At.Before(s.EndedAt.Add(WatchFor))
	s.DueAt = time.Time{}
	if s.Watched {
		s.DueAt = in.At.Add(max(SigningDelay(s.Queries, in.Draw), time.Minute))
	}
	return s
}

// Ask takes a lease for one query. It changes no state; the answer does.
func (s Signing) Ask(owner string, until time.Time) Signing {
	s.Queries++
	s.Lease = s.Lease.Take(owner, until)
	s.DueAt = until
	return s
}

// NewSigning completes a new signing before its first call. state is CHECKING, APPLYING, CODE_SENT (own code,
// card checked before) or BINDING (legacy evidence).
func NewSigning(s Signing, state SigningState, profile ChannelProfile, now time.Time) (Signing, Event) {
	s.State = state
	s.CreatedAt = now
	s.ExpiresAt = now.Add(SigningLifetime)
	s.Tries = profile.Code.Tries
	if profile.PlatformSMS {
		s.Tries = OwnCodeTries
	}
	if s.Tries == 0 {
		s.Tries = OwnCodeTries
	}
	s.TriesLeft = s.Tries
	s.DueAt = s.ExpiresAt
	return s, Event{
		MerchantID: s.MerchantID, Reference: s.Owner.ID, Subject: "signing", SubjectID: s.ID, ChannelID: s.ChannelID,
		Actor: ActorEngine, Name: "begin", New: string(state), Cause: string(s.Reason), At: now,
	}
}
