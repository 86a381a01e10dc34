package simulator

import (
	"time"

	"countersign/internal/money"
)

// Point is where on its way a request can meet a fault.
type Point string

// The points, in the order a request passes them. Before receive: nothing of the
// request is known to the channel. Received: known, not carried out. Bank: on the
// way from channel to bank. Committed: carried out, not answered. Texting: an SMS is
// about to go out. Notifying: around a notification. Statement: while a file is made.
const (
	PointBeforeReceive Point = "before_receive"
	PointReceived      Point = "received"
	PointBank          Point = "bank"
	PointCommitted     Point = "committed"
	PointTexting       Point = "texting"
	PointNotifying     Point = "notifying"
	PointStatement     Point = "statement"
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
	Times      int         `json:"times,omitempty"`      // how often it may strike; 0: no bound
	PerNumber  int         `json:"per_number,omitempty"` // how often for one number; 0: no bound
	ExpiresAt  time.Time   `json:"expires_at,omitzero"`  // zero: never
	Off        bool        `json:"off,omitempty"`        // switched off; counters stay
	Source     FaultSource `json:"source,omitempty"`

	// The parameters some faults take.
	Reason   Reason      `json:"reason,omitempty"`
	DelayMS  int64       `json:"delay_ms,omitempty"`  // milliseconds
	JitterMS int64       `json:"jitter_ms,omitempty"` // up to so many milliseconds more, by the seed
	SkewMS   int64       `json:"skew_ms,omitempty"`   // by how many milliseconds a clock is ahead
	Copies   int         `json:"copies,omitempty"`
	Status   int         `json:"status,omitempty"` // of HTTP
	Amount   money.Fen   `json:"amount,omitempty"`
	Answer   FaultAnswer `json:"answer,omitempty"`
}

// FaultSource is who made a rule: a person, or the world's temper.
type FaultSource string

// The sources of rules. Magic values are rules of a fixed table and in no list.
const (
	SourceRule   FaultSource = ""
	SourceTemper FaultSource = "temper"
	SourceMagic  FaultSource = "magic"
)

// FaultAnswer is what a fault that lies has the channel say.
type FaultAnswer string

// What a stale or contradicting message says.
const (
	AnswerNotFound   FaultAnswer = "not_found"
	AnswerProcessing FaultAnswer = "processing"
	AnswerSucceeded  FaultAnswer = "succeeded"
	AnswerDeclined   FaultAnswer = "declined"
)

// When selects the requests a rule strikes. Zero members select all. Of those
// selected, Nth strikes only the nth, Every each nth, Permille so many in a
// thousand by the world's seed; at most one of the three may be set.
type When struct {
	ChannelID  string    `json:"channel_id,omitempty"`
	MemberNo   string    `json:"member_no,omitempty"`
	Merchant   string    `json:"merchant,omitempty"`
	OrderNo    string    `json:"order_no,omitempty"` // order, sign, check or refund number
	CardLast4  string    `json:"card_last4,omitempty"`
	Bank       string    `json:"bank,omitempty"`
	Amount     money.Fen `json:"amount,omitempty"`
	AmountFrom money.Fen `json:"amount_from,omitempty"`
	AmountTo   money.Fen `json:"amount_to,omitempty"`
	EventType  EventType `json:"event_type,omitempty"`
	// YoungerMS: only orders, signings and refunds that the channel took in less than so
	// many milliseconds ago.
	YoungerMS int64 `json:"younger_than_ms,omitempty"`
	Nth       int   `json:"nth,omitempty"`
	Every     int   `json:"every,omitempty"`
	Permille  int   `json:"permille,omitempty"`
}

// Moment is what is known where a fault could strike.
type Moment struct {
	Now       time.Time
	Point     Point
	Operation Operation
	ChannelID string
	MemberNo  string
	Merchant  string
	OrderNo   string
	CardLast4 string
	Bank      string
	Amount    money.Fen
	EventType EventType // at notifying
	// Began is when the channel took the order, signing or refund in that the request asks
	// after, in nanoseconds since 1970; 0 where it is not known.
	Began int64
	// MobileLast4 is of the handset that is texted, at texting.
	MobileLast4 string
	// ByAgreement is set at the bank for a charge by agreement.
	ByAgreement bool
	// Status is where the order, signing or refund stands that the answer tells of, at
	// committed; empty where there is none.
	Status string

	// Seed and Strike are what a fault may draw chance from: the world's seed, and
	// the number of the strike within its rule.
	Seed   uint64
	Strike int
}

// Disposition is what the faults of one moment want done. A FaultKind sets the
// members that are its own; several may strike at once.
type Disposition struct {
	Maintenance bool          // the channel says it is in maintenance
	Withhold    bool          // close without an answer
	Hang        bool          // never answer
	Slow        time.Duration // answer after this long
	Twice       bool          // the network brings the request a second time

	Answer AnswerFault
	Wire   WireFault
	Bank   BankFault
	Text   TextFault
	Key    KeyFault
	Notice NoticeFault
	File   FileFault
}

// FileFault is what is wrong in a statement or agreement file. All but
// WrongDigest and Late are about one line of it.
type FileFault struct {
	Missing     bool          // the line is left out
	Extra       bool          // one more line that nothing stands behind
	LateLine    bool          // the line comes in the next day's file
	Duplicate   bool          // the line comes twice
	WrongDigest bool          // the digest is not that of the file
	Altered     bool          // the line says Amount, or one fen more when that is 0
	Amount      money.Fen     // of the altered or the extra line; 0: by the seed
	Late        time.Duration // the file is there only so long after the day's end
}

// FaultKind is one kind of fault.
type FaultKind interface {
	// Apply writes what the rule wants into the disposition.
	Apply(rule FaultRule, at Moment, to *Disposition)
}

// SelectiveKind is a FaultKind that could have no effect at some of the moments that a
// rule selects: those are neither matched nor struck.
type SelectiveKind interface {
	FaultKind
	// Selects reports whether the rule could have an effect at the moment.
	Selects(rule FaultRule, at Moment) bool
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
