package simulator

import "time"

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

// Delivery is one sending of a notification. Copies above 1 asks for the same
// notification that many times, each with a fresh jti.
type Delivery struct {
	Event   Event
	URL     string
	Attempt int // from 1
	Copies  int
	Rows    []int64 // the journal row of each copy
}

// DeliveryRecord is one finished or pending sending, for the delivery log.
type DeliveryRecord struct {
	EventID      string    `json:"event_id"`
	Type         EventType `json:"type"`
	MemberNo     string    `json:"member_no"`
	Ref          string    `json:"ref"` // order, sign, agreement or refund number
	Attempt      int       `json:"attempt"`
	At           time.Time `json:"at"`
	Acknowledged bool      `json:"acknowledged"`
	Status       int       `json:"status,omitempty"`
	Dropped      bool      `json:"dropped,omitempty"` // by a fault
	Pending      bool      `json:"pending,omitempty"` // not answered yet
}
