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
	usage      map[string]*usage  // by card number
	urls       map[string]*string // notify URLs seen
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
	notify   *string      // URL for its end, shared; nil: the member's
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
	notifyURL *string // shared; nil: the member's
	code      *codeState
	content   digest
	debit     int64 // number of its ledger row, 0 without one
	orderTime int64
	accepted  int64
	finished  int64
	amount    money.Fen
	refunded  money.Fen
	*standing // shared
}

// standing is where an order stands. There are few different ones: orders share
// them, and none is ever changed.
type standing struct {
	status ChargeStatus
	reason Reason
}

// stand notes where an order stands now.
func (w *World) stand(o *charge, status ChargeStatus, reason Reason) {
	at := standing{status: status, reason: reason}
	known := w.standings[at]
	if known == nil {
		known = &at
		w.standings[at] = known
	}
	o.standing = known
}

// tombstone reports whether the order was closed before it was ever seen.
func (o *charge) tombstone() bool { return o.status == ChargeClosed && o.account == nil }

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

// shared returns one copy of a notify URL for all orders that name it, nil for none:
// a platform has few, and orders are many.
func (m *member) shared(url string) *string {
	known := m.urls[url]
	if url == "" || known != nil {
		return known
	}
	if m.urls == nil {
		m.urls = map[string]*string{}
	}
	if len(m.urls) < maxSharedURLs {
		m.urls[url] = &url
	}
	return &url
}

// urlOf is a shared URL, "" for none.
func urlOf(shared *string) string {
	if shared == nil {
		return ""
	}
	return *shared
}

// maxSharedURLs bounds the memory of a platform that gives each order a URL of
// its own.
const maxSharedURLs = 64
