package orchestrator

import "time"

// AttemptEvent is what can happen to an attempt.
type AttemptEvent string

// Events of an attempt.
const (
	AttemptPermit        AttemptEvent = "permit"          // the send permit is taken
	AttemptNotWritten    AttemptEvent = "not_written"     // proven: no byte left
	AttemptNoAnswer      AttemptEvent = "no_answer"       // timeout, 5xx, broken, lease lost: no evidence
	AttemptProcessing    AttemptEvent = "processing"      // the channel has it
	AttemptCodeWanted    AttemptEvent = "code_wanted"     // the channel texted a code about this payment
	AttemptCodeGiven     AttemptEvent = "code_given"      // the payer's code goes to the channel
	AttemptResend        AttemptEvent = "resend"          // a new SMS is asked for
	AttemptResendUndone  AttemptEvent = "resend_undone"   // proven: it did not go out, the one before is the newest
	AttemptWrongCode     AttemptEvent = "wrong_code"      // and was wrong, or too old
	AttemptSucceed       AttemptEvent = "succeed"         // evidence of the debit
	AttemptDecline       AttemptEvent = "decline"         // evidence that it never will be
	AttemptNotFound      AttemptEvent = "not_found"       // the channel does not know the order, not final yet
	AttemptNotFoundFinal AttemptEvent = "not_found_final" // and rule 4.4 is fulfilled
	AttemptCloseAcked    AttemptEvent = "close_acked"     // tombstone
	AttemptVoid          AttemptEvent = "void"            // given up before any permit
	AttemptNeverSent     AttemptEvent = "never_sent"      // every permit proven unwritten, no more tries
)

// AttemptEvents lists all events, for tests of the whole table.
func AttemptEvents() []AttemptEvent {
	return []AttemptEvent{
		AttemptPermit, AttemptNotWritten, AttemptNoAnswer, AttemptProcessing, AttemptCodeWanted, AttemptCodeGiven,
		AttemptResend, AttemptWrongCode, AttemptSucceed, AttemptDecline, AttemptNotFound, AttemptNotFoundFinal, AttemptCloseAcked,
		AttemptVoid, AttemptNeverSent, AttemptResendUndone,
	}
}

// attemptTable is reliability 4.1. Rule 1: nothing but evidence leads out of a live state. Rule 2: success
// wins in every state, and nothing leads out of SUCCEEDED.
var attemptTable = table[AttemptState, AttemptEvent]{
	AttemptIntent: {
		AttemptPermit: move(AttemptSending), AttemptVoid: move(AttemptVoided), AttemptNeverSent: move(AttemptFailed),
		AttemptSucceed: move(AttemptSucceeded), AttemptDecline: move(AttemptFailed), AttemptProcessing: move(AttemptAccepted),
		AttemptNoAnswer: stay[AttemptState](), AttemptNotWritten: stay[AttemptState](), AttemptNotFound: stay[AttemptState](),
		AttemptCloseAcked: move(AttemptVoided),
	},
	AttemptSending: {
		AttemptNotWritten: move(AttemptIntent), AttemptNoAnswer: move(AttemptUnknown), AttemptProcessing: move(AttemptAccepted),
		AttemptCodeWanted: move(AttemptAwaitingCode), AttemptSucceed: move(AttemptSucceeded), AttemptDecline: move(AttemptFailed),
		AttemptNotFound: stay[AttemptState](), AttemptCloseAcked: move(AttemptVoided),
	},
	AttemptUnknown: {
		AttemptNoAnswer: stay[AttemptState](), AttemptNotWritten: stay[AttemptState](), AttemptProcessing: move(AttemptAccepted),
		AttemptCodeWanted: move(AttemptAwaitingCode), AttemptWrongCode: move(AttemptAwaitingCode),
		AttemptSucceed: move(AttemptSucceeded), AttemptDecline: move(AttemptFailed), AttemptNotFound: stay[AttemptState](),
		AttemptNotFoundFinal: move(AttemptFailed), AttemptCloseAcked: move(AttemptVoided),
	},
	AttemptAccepted: {
		AttemptNoAnswer: stay[AttemptState](), AttemptNotWritten: stay[AttemptState](), AttemptProcessing: stay[AttemptState](),
		AttemptCodeWanted: stay[AttemptState](), AttemptWrongCode: stay[AttemptState](),
		AttemptSucceed: move(AttemptSucceeded), AttemptDecline: move(AttemptFailed), AttemptNotFound: stay[AttemptState](),
		AttemptCloseAcked: move(AttemptVoided),
	},
	AttemptAwaitingCode: {
		AttemptCodeGiven: move(AttemptConfirming), AttemptResend: stay[AttemptState](), AttemptResendUndone: stay[AttemptState](),
		AttemptCodeWanted: stay[AttemptState](), AttemptWrongCode: stay[AttemptState](),
		AttemptNoAnswer: stay[AttemptState](), AttemptNotWritten: stay[AttemptState](), AttemptProcessing: move(AttemptAccepted),
		AttemptSucceed: move(AttemptSucceeded), AttemptDecline: move(AttemptFailed), AttemptNotFound: stay[AttemptState](),
		AttemptCloseAcked: move(AttemptVoided),
	},
	AttemptConfirming: {
		AttemptWrongCode: move(AttemptAwaitingCode), AttemptCodeWanted: move(AttemptAwaitingCode),
		AttemptNotWritten: move(AttemptAwaitingCode), AttemptNoAnswer: move(AttemptUnknown), AttemptProcessing: move(AttemptAccepted),
		AttemptSucceed: move(AttemptSucceeded), AttemptDecline: move(AttemptFailed), AttemptNotFound: stay[AttemptState](),
		AttemptCloseAcked: move(AttemptVoided),
	},
	AttemptSucceeded: {
		AttemptNoAnswer: stay[AttemptState](), AttemptNotWritten: stay[AttemptState](), AttemptProcessing: stay[AttemptState](),
		AttemptCodeWanted: stay[AttemptState](), AttemptWrongCode: stay[AttemptState](), AttemptSucceed: stay[AttemptState](),
		AttemptDecline: clash[AttemptState](), AttemptNotFound: stay[AttemptState](), AttemptCloseAcked: clash[AttemptState](),
	},
	AttemptFailed:      ended(AttemptLateSuccess),
	AttemptVoided:      ended(AttemptLateSuccess),
	AttemptLateSuccess: ended(AttemptLateSuccess),
}

// ended is the row of a state without a debit: only success still means something.
func ended(late AttemptState) map[AttemptEvent]cell[AttemptState] {
	return map[AttemptEvent]cell[AttemptState]{
		AttemptSucceed: move(late), AttemptNoAnswer: stay[AttemptState](), AttemptNotWritten: stay[AttemptState](),
		AttemptProcessing: stay[AttemptState](), AttemptCodeWanted: stay[AttemptState](), AttemptWrongCode: stay[AttemptState](),
		AttemptDecline: stay[AttemptState](), AttemptNotFound: stay[AttemptState](), AttemptCloseAcked: stay[AttemptState](),
	}
}

// AttemptInput is one event with what came along.
type AttemptInput struct {
	Event      AttemptEvent
	Actor      Actor
	At         time.Time
	Reason     string
	Cause      string
	EvidenceID string
	SMS        *SMSReport
	TriesLeft  int
	Profile    ChannelProfile
	Owner      string        // of the lease, with permit and code_given
	LeaseUntil time.Time     // likewise
	Draw       uint64        // jitter of the next due time
	RetryAfter time.Duration // with resend_undone: when an SMS may be asked for again
}

// Step applies one event. The row that comes back is the whole new truth; the event is to be stored with it.
func (a Attempt) Step(in AttemptInput) (Attempt, Event, error) {
	c, err := attemptTable.look("attempt", a.State, in.Event)
	if err != nil {
		return a, Event{}, err
	}
	old := a.State
	a.State = c.next(old)
	a.Conflict = a.Conflict || c.conflict
	a = a.absorb(in, old)
	event := Event{
		MerchantID: a.MerchantID, Reference: a.PaymentID, Subject: "attempt", SubjectID: a.ID, ChannelID: a.ChannelID,
		Actor: in.Actor, Name: string(in.Event), Old: string(old), New: string(a.State),
		Cause: cause(in.Cause, in.Reason), EvidenceID: in.EvidenceID, Fence: a.Lease.Fence, At: in.At,
	}
	return a, event, nil
}

// absorb changes the row's other columns by what the event says and where it led.
func (a Attempt) absorb(in AttemptInput, old AttemptState) Attempt {
	switch in.Event {
	case AttemptPermit:
		a.Sends++
		a.SendUntil = later(a.SendUntil, a.ExpiresAt)
		a.Lease = a.Lease.Take(in.Owner, in.LeaseUntil)
		a.DueAt = in.LeaseUntil
		return a
	case AttemptCodeGiven:
		a.Lease = a.Lease.Take(in.Owner, in.LeaseUntil)
		a.DueAt = in.LeaseUntil
		return a
	case AttemptResend:
		a.SMS = a.SMS.Counted(in.Profile, in.At)
		a.Lease = a.Lease.Take(in.Owner, in.LeaseUntil)
		a.DueAt = in.LeaseUntil
		return a
	case AttemptResendUndone:
		a.SMS = a.SMS.Undone(in.At.Add(in.RetryAfter))
	case AttemptNoAnswer:
		a.Written = a.Written || old == AttemptSending
	case AttemptNotFound, AttemptNotFoundFinal:
		a.NotFound = a.NotFound.Add(in.At)
	case AttemptProcessing:
		a.NotFound.Mixed = true
	case AttemptCodeWanted, AttemptWrongCode:
		a.NotFound.Mixed = true
		a.TriesLeft = in.TriesLeft
		if in.SMS != nil || a.SMS.Seq == 0 {
			a.SMS = a.SMS.Observe(in.SMS, in.Profile, in.Profile.PaymentSender(), AboutPayment, in.At)
		}
	}
	if a.State != old {
		a.Reason = in.Reason
	}
	return a.settle(in, old)
}

// settle sets lease, due time and end once the outcome of a call is known or is known to be open.
func (a Attempt) settle(in AttemptInput, old AttemptState) Attempt {
	a.Lease = a.Lease.Free()
	if in.EvidenceID != "" && a.State != old {
		a.EvidenceID = in.EvidenceID
	}
	switch a.State {
	case AttemptUnknown, AttemptAccepted:
		if a.UnknownSince.IsZero() {
			a.UnknownSince = in.At
		}
		if old != AttemptUnknown && old != AttemptAccepted {
			a.Queries = 0
		}
		a.Manual = a.Manual || in.At.Sub(a.UnknownSince) >= ManualAfter
		a.DueAt = in.At.Add(a.queryDelay(in.Draw))
		if !a.Manual {
			a.DueAt = earlier(a.DueAt, a.UnknownSince.Add(ManualAfter))
		}
	case AttemptIntent:
		a.DueAt = in.At.Add(ResendDelay(a.Sends-1, in.Draw))
	case AttemptAwaitingCode:
		a.UnknownSince = time.Time{}
		a.DueAt = later(a.ExpiresAt, a.SMS.ExpiresAt)
		if a.Exhausted() && old != AttemptAwaitingCode { // asked again at once, and then at the pace of the schedule
			a.DueAt = in.At
		} else if a.Exhausted() || !a.DueAt.After(in.At) {
			a.DueAt = in.At.Add(PaymentDelay(a.Queries, in.Draw))
		}
	case AttemptSending, AttemptConfirming:
	default:
		a.DueAt = time.Time{}
		if a.EndedAt.IsZero() {
			a.EndedAt = in.At
		}
	}
	return a
}

// Exhausted says that the channel takes no more codes for the order, while the order itself has not ended.
func (a Attempt) Exhausted() bool {
	return a.State == AttemptAwaitingCode && a.TriesLeft == 0 && a.Reason == ReasonCodeExhausted
}

// queryDelay is the wait before the next query, longer once a person has to look.
func (a Attempt) queryDelay(draw uint64) time.Duration {
	if a.Manual {
		return manualQuery
	}
	if a.NotFound.Count >= NotFoundAnswers {
		return min(PaymentDelay(a.Queries, draw), notFoundAgain)
	}
	return PaymentDelay(a.Queries, draw)
}

// Ask takes a lease for one query or close. It changes no state; the answer does.
func (a Attempt) Ask(owner string, until, now time.Time) Attempt {
	a.Queries++
	a.LastQueryAt = now
	a.Lease = a.Lease.Take(owner, until)
	a.DueAt = until
	return a
}

// NewIntent completes a new attempt: stored before its permit, never made again. A charge that waits for
// the payer's code lives longer.
func NewIntent(a Attempt, profile ChannelProfile, now time.Time) (Attempt, Event) {
	a.State = AttemptIntent
	a.TriesLeft = -1
	a.CreatedAt = now
	a.OrderTime = now.UTC().Truncate(time.Millisecond)
	life := ChargeLife
	if profile.CodeOnEveryPayment {
		life = CodeChargeLife
	}
	a.ExpiresAt = a.OrderTime.Add(life)
	a.ByElements = profile.ChargeBy == ChargeByElements
	a.Raw = profile.Method() == MethodElementCheck
	a.DueAt = now
	return a, Event{
		MerchantID: a.MerchantID, Reference: a.PaymentID, Subject: "attempt", SubjectID: a.ID, ChannelID: a.ChannelID,
		Actor: ActorEngine, Name: "intent", New: string(AttemptIntent), At: now,
	}
}

// MayResend says whether an INTENT may take another permit: so far every copy was proven unwritten, and no
// more than three were tried, and its validity has not passed.
func (a Attempt) MayResend(now time.Time) bool {
	return a.State == AttemptIntent && !a.Written && a.Sends < maxUnsentTries && now.Before(a.ExpiresAt)
}

// PaymentSender is who texts the code of a payment.
func (p ChannelProfile) PaymentSender() Party {
	if p.PaymentCodeSender != "" {
		return p.PaymentCodeSender
	}
	return p.Sender
}

// cause joins a cause and a reason for the event's record.
func cause(why, reason string) string {
	switch {
	case why == "":
		return reason
	case reason == "":
		return why
	}
	return why + ": " + reason
}

// later is the later of two instants.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
