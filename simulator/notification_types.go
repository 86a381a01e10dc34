package simulator

import (
	"fmt"
	"time"

	"countersign/internal/chance"
)

// EventType names what a notification tells.
type EventType string

// The events a channel notifies about.
const (
	EventChargeSucceeded EventType = "charge.succeeded"
	EventChargeDeclined  EventType = "charge.declined"
	EventSigningSigned   EventType = "signing.signed"
	EventAgreementEnded  EventType = "agreement.ended"
	EventRefundSucceeded EventType = "refund.succeeded"
)

// Event is the content of a notification: what was so when it happened.
type Event struct {
	EventID   string         `json:"event_id"`
	Type      EventType      `json:"type"`
	ChannelID string         `json:"channel_id"`
	MemberNo  string         `json:"member_no"`
	At        time.Time      `json:"at"`
	Charge    *ChargeView    `json:"charge,omitempty"`
	Signing   *SigningView   `json:"signing,omitempty"`
	Agreement *AgreementView `json:"agreement,omitempty"`
	Refund    *RefundView    `json:"refund,omitempty"`
}

// Delivery is one try to tell a member of an event. Copies above 1 asks for the same
// notification that many times, each with a fresh jti.
type Delivery struct {
	Event   Event // the true one
	URL     string
	Attempt int // from 1
	Copies  int
	Rows    []int64 // the journal rows of the copies, fewer than copies in a burst

	Variant NoticeVariant
	// Lie is what the message says instead of the event; nil when it says the event.
	Lie *Event
	// Signer is the member_no whose key signs, if that is not the member's own.
	Signer string
	// Skew is by how much the clock of the signature is ahead.
	Skew time.Duration
	// Of and SignedAt, of a replay: the attempt whose bytes go out again, and the
	// instant in its signature.
	Of       int
	SignedAt time.Time
}

// Said is what the message says.
func (d *Delivery) Said() Event {
	if d.Lie != nil {
		return *d.Lie
	}
	return d.Event
}

// JTI is the id in the signature of a copy (from 1), given the attempt and the
// instant it was signed for: the same for ever, so that a replay carries the very
// bytes, also after a restart.
func (d *Delivery) JTI(attempt, number int, signedAt time.Time) string {
	const width = 20
	moment := fmt.Sprintf("%d/%d/%d/%s", attempt, number, signedAt.UnixNano(), d.Variant)
	if d.Variant == VariantReplay {
		moment = fmt.Sprintf("%d/1/%d/", attempt, signedAt.UnixNano())
	}
	return "ntf_" + chance.Digits(0, "jti/"+d.Event.EventID, moment, width)
}

// DeliveryOutcome is how a delivery ended.
type DeliveryOutcome string

// The ends of a delivery. Pending: not answered yet. Dropped: a fault lost it.
const (
	DeliveryPending         DeliveryOutcome = "pending"
	DeliveryAcknowledged    DeliveryOutcome = "acknowledged"
	DeliveryNotAcknowledged DeliveryOutcome = "not_acknowledged"
	DeliveryDropped         DeliveryOutcome = "dropped"
)

// DeliveryRecord is one finished or pending delivery, for the delivery log.
type DeliveryRecord struct {
	Cursor    int64           `json:"cursor"` // from 1 in its world
	EventID   string          `json:"event_id"`
	Type      EventType       `json:"type"`
	ChannelID string          `json:"channel_id"`
	MemberNo  string          `json:"member_no"`
	Ref       string          `json:"ref"` // order, sign, agreement or refund number
	Attempt   int             `json:"attempt"`
	At        time.Time       `json:"at"`
	Variant   NoticeVariant   `json:"variant,omitempty"`
	Copies    int             `json:"copies"`
	Outcome   DeliveryOutcome `json:"outcome"`
	Status    int             `json:"status,omitempty"` // of HTTP; 0 when there was no answer
	Faults    []FaultStrike   `json:"faults,omitempty"`
	PlanID    string          `json:"plan_id,omitempty"` // whose sending it was
	Rows      []int64         `json:"rows,omitempty"`    // in the journal
	Cause     int64           `json:"cause,omitempty"`   // journal row of the call that caused the event
}

// whole reports whether an event is of a known type and has the view its type tells of.
func (e *Event) whole() bool {
	switch e.Type {
	case EventChargeSucceeded, EventChargeDeclined:
		return e.Charge != nil
	case EventRefundSucceeded:
		return e.Refund != nil
	case EventSigningSigned:
		return e.Signing != nil
	case EventAgreementEnded:
		return e.Agreement != nil
	}
	return false
}
