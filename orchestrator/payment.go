package orchestrator

import "time"

// PaymentEvent is what can happen to a payment.
type PaymentEvent string

// Events of a payment.
const (
	PaymentAskCode  PaymentEvent = "ask_code"     // the payer is to type a code
	PaymentProceed  PaymentEvent = "proceed"      // nothing is asked of the payer
	PaymentSucceed  PaymentEvent = "succeed"      // an attempt has succeeded
	PaymentFail     PaymentEvent = "fail"         // every attempt is final, and none succeeded
	PaymentClose    PaymentEvent = "close"        // no longer wanted, and nothing can debit any more
	PaymentReopen   PaymentEvent = "retry"        // a new try is wanted
	PaymentLate     PaymentEvent = "late_success" // a debit after the end: flagged
	PaymentConflict PaymentEvent = "conflict"     // evidence against a success: flagged
)

// PaymentEvents lists all events, for tests of the whole table.
func PaymentEvents() []PaymentEvent {
	return []PaymentEvent{
		PaymentAskCode, PaymentProceed, PaymentSucceed, PaymentFail, PaymentClose, PaymentReopen, PaymentLate,
		PaymentConflict,
	}
}

// paymentTable: a success is never taken back, and never failed after.
var paymentTable = table[PaymentStatus, PaymentEvent]{
	PaymentProcessing: {
		PaymentAskCode: move(PaymentCodeRequired), PaymentProceed: stay[PaymentStatus](), PaymentSucceed: move(PaymentSucceeded),
		PaymentFail: move(PaymentFailed), PaymentClose: move(PaymentClosed), PaymentLate: clash[PaymentStatus](),
	},
	PaymentCodeRequired: {
		PaymentAskCode: stay[PaymentStatus](), PaymentProceed: move(PaymentProcessing), PaymentSucceed: move(PaymentSucceeded),
		PaymentFail: move(PaymentFailed), PaymentClose: move(PaymentClosed), PaymentLate: clash[PaymentStatus](),
	},
	PaymentSucceeded: {
		PaymentSucceed: stay[PaymentStatus](), PaymentConflict: clash[PaymentStatus](), PaymentLate: clash[PaymentStatus](),
	},
	PaymentFailed: {
		PaymentReopen: move(PaymentProcessing), PaymentClose: move(PaymentClosed), PaymentFail: stay[PaymentStatus](),
		PaymentLate: clash[PaymentStatus](),
	},
	PaymentClosed: {PaymentClose: stay[PaymentStatus](), PaymentLate: clash[PaymentStatus]()},
}

// PaymentInput is one event with what came along.
type PaymentInput struct {
	Event      PaymentEvent
	Actor      Actor
	At         time.Time
	Reason     string
	Cause      string
	EvidenceID string
}

// Step applies one event.
func (p Payment) Step(in PaymentInput) (Payment, Event, error) {
	c, err := paymentTable.look("payment", p.Status, in.Event)
	if err != nil {
		return p, Event{}, err
	}
	old := p.Status
	p.Status = c.next(old)
	switch in.Event {
	case PaymentFail:
		if old != PaymentFailed {
			p.FailureCode, p.Retryable = in.Reason, Retryable(in.Reason)
		}
	case PaymentReopen:
		p.FailureCode, p.Retryable, p.Excluded, p.Moves = "", false, nil, 0
		p.CompletedAt = time.Time{}
	case PaymentLate:
		p.LateSuccess = true
	case PaymentConflict:
		p.Conflict = true
	}
	if p.Final() && !c.stay {
		p.CompletedAt, p.Phase = in.At, PhaseNone
	}
	return p, Event{
		MerchantID: p.MerchantID, Reference: p.ID, Subject: "payment", SubjectID: p.ID, Actor: in.Actor,
		Name: string(in.Event), Old: string(old), New: string(p.Status), Cause: cause(in.Cause, in.Reason),
		EvidenceID: in.EvidenceID, At: in.At,
	}, nil
}
