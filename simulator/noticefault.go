package simulator

import (
	"time"

	"countersign/internal/money"
)

// NoticeFault is what goes wrong with a notification (N-1 to N-11, O19).
type NoticeFault struct {
	Drop      bool          `json:"drop,omitempty"`       // do not send it
	DroppedBy string        `json:"dropped_by,omitempty"` // the rule that set Drop
	Copies    int           `json:"copies,omitempty"`     // send it this many times more
	Late      time.Duration `json:"late,omitempty"`       // send it this much later
	// Early sends it before the answer of the call that caused it.
	Early bool `json:"early,omitempty"`
	// Reorder holds it until the next notification of the member went out, at the
	// longest for so long; 0: it is not held.
	Reorder time.Duration `json:"reorder,omitempty"`
	// Replay sends the very bytes once more after so long; 0: not.
	Replay time.Duration `json:"replay,omitempty"`
	// IgnoreAck loses the acknowledgement on its way back.
	IgnoreAck bool `json:"ignore_ack,omitempty"`
	// Skew is by how much the clock of the signature is ahead (T2).
	Skew time.Duration `json:"skew,omitempty"`
	// Variant is how the delivery differs from the true one. Answer and Amount are
	// what it says; zero means the usual lie of the variant.
	Variant NoticeVariant `json:"variant,omitempty"`
	Answer  FaultAnswer   `json:"answer,omitempty"`
	Amount  money.Fen     `json:"amount,omitempty"`
}

// NoticeVariant is how a delivery of a notification differs from the true one.
type NoticeVariant string

// The variants. Stale and contradict are signed well and carry an event id of their
// own: another event about the order. Wrong amount and foreign member are signed well
// and keep the event id. The others could be told from the signature (N-7 to N-9).
const (
	VariantPlain          NoticeVariant = ""                // the true one
	VariantStale          NoticeVariant = "stale"           // an earlier state of the order
	VariantContradict     NoticeVariant = "contradict"      // the opposite end of the order (O19)
	VariantWrongKey       NoticeVariant = "wrong_key"       // a key nobody has, under the right kid
	VariantForeignKey     NoticeVariant = "foreign_key"     // another member's key and kid
	VariantWrongAlgorithm NoticeVariant = "wrong_algorithm" // another alg than was agreed
	VariantUnsigned       NoticeVariant = "unsigned"        // no signature at all
	VariantAltered        NoticeVariant = "altered"         // changed after it was signed
	VariantWrongAmount    NoticeVariant = "wrong_amount"    // another amount, signed well
	VariantForeignMember  NoticeVariant = "foreign_member"  // names another member, signed well
	VariantReplay         NoticeVariant = "replay"          // the very bytes of an earlier delivery
)

// known reports whether a variant exists.
func (v NoticeVariant) known() bool {
	switch v {
	case VariantPlain, VariantStale, VariantContradict, VariantWrongKey, VariantForeignKey, VariantWrongAlgorithm,
		VariantUnsigned, VariantAltered, VariantWrongAmount, VariantForeignMember, VariantReplay:
		return true
	}
	return false
}

// ownEvent reports whether the message is an event of its own: to acknowledge it
// is not to acknowledge the true one.
func (v NoticeVariant) ownEvent() bool { return v == VariantStale || v == VariantContradict }
