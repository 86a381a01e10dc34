package simulator

import (
	"time"

	"countersign/internal/money"
)

// Point is where on its way a request can meet a fault.
type Point string

// The points, in the order a request passes them. Before receive: nothing of the
// request is known to the channel. Received: known, not carried out. Bank: on the
// way from channel to bank. Committed: carried out, not answered. Notifying:
// around a notification.
const (
	PointBeforeReceive Point = "before_receive"
	PointReceived      Point = "received"
	PointBank          Point = "bank"
	PointCommitted     Point = "committed"
	PointNotifying     Point = "notifying"
)

// FaultRule is operation × point × effect × when × budget × expiry. Empty
// Operation means any; empty Point means the fault's usual one.
type FaultRule struct {
	ID        string    `json:"id"`
	Fault     string    `json:"fault"` // name in the catalogue
	Operation Operation `json:"operation,omitempty"`
	// Operations is what an Operation of "any" means for this fault; the catalogue
	// fills it in.
	Operations []Operation `json:"operations,omitempty"`
	Point      Point       `json:"point,omitempty"`
	When       When        `json:"when"`
	Times      int         `json:"times,omitempty"`     // how often it may strike; 0: no bound
	ExpiresAt  time.Time   `json:"expires_at,omitzero"` // zero: never

	// The parameters some faults take.
	Reason  Reason `json:"reason,omitempty"`
	DelayMS int64  `json:"delay_ms,omitempty"` // milliseconds
	Copies  int    `json:"copies,omitempty"`
}

// When selects the requests a rule strikes. Zero members select all. Of those
// selected, Nth strikes only the nth, Every each nth, Permille so many in a
// thousand by the world's seed; at most one of the three may be set.
type When struct {
	ChannelID string    `json:"channel_id,omitempty"`
	MemberNo  string    `json:"member_no,omitempty"`
	OrderNo   string    `json:"order_no,omitempty"` // order, sign, check or refund number
	CardLast4 string    `json:"card_last4,omitempty"`
	Amount    money.Fen `json:"amount,omitempty"`
	Nth       int       `json:"nth,omitempty"`
	Every     int       `json:"every,omitempty"`
	Permille  int       `json:"permille,omitempty"`
}

// Moment is what is known where a fault could strike.
type Moment struct {
	Now       time.Time
	Point     Point
	Operation Operation
	ChannelID string
	MemberNo  string
	OrderNo   string
	CardLast4 string
	Amount    money.Fen
}

// Disposition is what the faults of one moment want done. A FaultKind sets the
// members that are its own; several may strike at once.
type Disposition struct {
	Decline     Reason        // the bank declines, for this reason
	Maintenance bool          // the channel says it is in maintenance
	Withhold    bool          // close without an answer
	Hang        bool          // never answer
	Slow        time.Duration // answer after this long
	Drop        bool          // do not send the notification
	Copies      int           // send the notification this many times more
	Late        time.Duration // send the notification this much later

	droppedBy string // the rule that set Drop
}

// FaultKind is one kind of fault.
type FaultKind interface {
	// Apply writes what the rule wants into the disposition.
	Apply(rule FaultRule, at Moment, to *Disposition)
}

// FaultCatalogue is the port through which the kinds of fault come in.
type FaultCatalogue interface {
	// Kind finds a kind by name.
	Kind(name string) (FaultKind, bool)
	// Complete fills a rule's defaults in and refuses one that could have no
	// effect, with a problem that names the field.
	Complete(rule FaultRule) (FaultRule, *Problem)
}

// FaultStrike records that a rule struck.
type FaultStrike struct {
	RuleID string `json:"rule_id"`
	Fault  string `json:"fault"`
	Point  Point  `json:"point"`
}

// FaultView is a rule in force and what it has done so far.
type FaultView struct {
	FaultRule
	Matched int  `json:"matched"`
	Struck  int  `json:"struck"`
	Spent   bool `json:"spent"` // budget used up, or past its expiry
}
