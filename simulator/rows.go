package simulator

import (
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/money"
)

// member is a Member and everything it did. Maps are made when first written.
type member struct {
	Member
	channel    *channel
	checks     map[string]*elementCheck
	passed     map[string]digest // by card number: elements that passed a check
	signings   map[string]*signing
	agreements map[holder][]*agreement // oldest first
	charges    map[string]*charge
	refunds    map[string]*refund
	usage      map[string]*usage // by card number
}

// holder is who an agreement belongs to, within a member.
type holder struct {
	payerRef string
	card     string
}

// account is an Account of this world.
type account struct {
	Account
	number   string
	bank     string
	cardType CardType
}

// elementCheck is a check done, for repeats of its number.
type elementCheck struct {
	content digest
	view    CheckView
}

// signing is one try to bind a card.
type signing struct {
	no        string
	content   digest
	payerRef  string
	elements  cardholder.FourElements
	status    SigningStatus
	reason    Reason
	code      *codeState
	agreement *agreement
	bound     bool // without a code
	notifyURL string
	at        time.Time
}

// agreement is a binding of (member, payer, card).
type agreement struct {
	no       string
	member   *member
	payerRef string
	signNo   string
	account  *account
	status   AgreementStatus
	evidence EvidenceKind // "" when signed by code
	signedAt time.Time
	expires  time.Time // zero: never
	ended    time.Time
}

// charge is an order. There may be very many: it is kept small, times are
// nanoseconds since 1970.
type charge struct {
	orderNo   string
	member    *member
	agreement *agreement // nil when charged by elements, or declined without one
	account   *account   // nil for a tombstone and for unknown cards
	payerRef  string
	notifyURL string
	code      *codeState
	content   digest
	debit     int64 // number of its ledger row, 0 without one
	orderTime int64
	accepted  int64
	finished  int64
	amount    money.Fen
	refunded  money.Fen
	status    ChargeStatus
	reason    Reason
	tombstone bool // closed before it was ever seen
}

// refund is a refund of a charge.
type refund struct {
	no       string
	charge   *charge
	content  digest
	amount   money.Fen
	notify   string // URL
	status   RefundStatus
	reason   Reason
	accepted int64
	finished int64
}

// ledgerRow is a movement of money; refund is nil for a debit.
type ledgerRow struct {
	at     int64
	charge *charge
	refund *refund
}

// instant turns stored nanoseconds into a time; 0 is the zero time.
func instant(nanos int64) time.Time {
	if nanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanos).UTC()
}
