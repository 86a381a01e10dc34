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
	ordinal    int // among the members of its merchant at its channel
	checks     map[string]*elementCheck
	passed     map[string]digest // by card number: elements that passed a check
	signings   map[string]*signing
	agreements map[holder][]*agreement // oldest first
	charges    map[string]*charge
	refunds    map[string]*refund
	batches    map[string]*batch
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
	*standing            // shared
	rare      *rarities  // nil for most
	content   shortDigest
	orderTime int64
	accepted  int64
	amount    money.Fen
	debit     int32 // number of its ledger row, 0 without one
}

// rarities is what few orders have.
type rarities struct {
	payerRef string // of an order without an agreement
	code     *codeState
	refunded money.Fen
	finished int64 // when that was not the instant of the debit
}

// more gives an order room for what few have.
func (o *charge) more() *rarities {
	if o.rare == nil {
		o.rare = &rarities{}
	}
	return o.rare
}

// payer is the member's name for the payer.
func (o *charge) payer() string {
	switch {
	case o.agreement != nil:
		return o.agreement.payerRef // one copy of the text for all its orders
	case o.rare != nil:
		return o.rare.payerRef
	}
	return ""
}

// code is what the payer is asked for, nil when there is none.
func (o *charge) code() *codeState {
	if o.rare == nil {
		return nil
	}
	return o.rare.code
}

// refunded is what was given back so far.
func (o *charge) refunded() money.Fen {
	if o.rare == nil {
		return 0
	}
	return o.rare.refunded
}

// endAt notes when an order ended, and lets go of its code.
func (w *World) endAt(o *charge, at int64) {
	if o.rare != nil {
		o.rare.code, o.rare.finished = nil, 0
	}
	if w.finishedAt(o) != at {
		o.more().finished = at
	}
	if o.rare != nil && *o.rare == (rarities{}) {
		o.rare = nil
	}
}

// finishedAt is when an order ended, 0 while it has not: at its debit, if nothing else is noted.
func (w *World) finishedAt(o *charge) int64 {
	switch {
	case o.rare != nil && o.rare.finished != 0:
		return o.rare.finished
	case o.debit > 0 && int(o.debit) <= len(w.ledger) && o.status == ChargeSucceeded:
		return w.ledger[o.debit-1].at
	}
	return 0
}

// standing is where an order stands. There are few different ones: orders share
// them, and none is ever changed.
type standing struct {
	status    ChargeStatus
	reason    Reason
	notifyURL *string // nil: the member's
}

// newCharge is an order that stands nowhere yet.
func newCharge(m *member, orderNo, notifyURL string, content digest) *charge {
	return &charge{orderNo: orderNo, member: m, standing: &standing{notifyURL: m.shared(notifyURL)}, content: content.short()}
}

// stand notes where an order stands now.
func (w *World) stand(o *charge, status ChargeStatus, reason Reason) {
	at := standing{status: status, reason: reason, notifyURL: o.notifyURL}
	known := w.standings[at]
	if known == nil {
		known = &at
		if at.notifyURL == nil || o.member.urls[*at.notifyURL] == at.notifyURL {
			w.standings[at] = known
		}
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

// ledgerRow is a movement of money. There are as many as orders; refund is nil for a debit.
type ledgerRow struct {
	at     int64
	charge *charge
	refund *refund
}

// takenBack stands in a row for the bank's own reversal of a debit; nothing is in it.
var takenBack = &refund{}

// reversal reports whether the bank gave a debit back by itself.
func (r *ledgerRow) reversal() bool { return r.refund == takenBack }

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
