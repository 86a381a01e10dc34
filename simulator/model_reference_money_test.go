package simulator_test

import (
	"time"

	"countersign/internal/money"
)

// The half of the reference that is about orders and money.

// asked is a charge as the member asks for it. At a channel that charges by elements the
// card counts, elsewhere the agreement.
type asked struct {
	order, card, agreement string
	mismatch               bool
	amount                 money.Fen
	expired                bool
}

// orderStands shows an order.
func (r *reference) orderStands(o *refOrder) told {
	t := told{status: o.status, reason: o.reason}
	if o.status == "code_required" {
		t.tries = modelTries - o.code.failed
	}
	return t
}

// charge takes a new order.
func (r *reference) charge(a asked) told {
	if r.expiry && a.expired {
		return told{problem: "request_expired"}
	}
	o := &refOrder{agreement: a.agreement, amount: a.amount, at: r.now, status: "processing"}
	r.orders[a.order] = o
	if reason := r.entitled(o, a); reason != "" {
		o.status, o.reason = "declined", reason
	} else if r.codeAtCharge {
		o.status, o.code = "code_required", &refCode{how: r.again}
		r.send(o.code)
	} else {
		r.debit(o)
	}
	return r.orderStands(o)
}

// entitled says why an order may not be charged, and notes its card.
func (r *reference) entitled(o *refOrder, a asked) string {
	if r.byElements {
		o.card = a.card
		reason := r.bankSays(a.card, a.mismatch)
		if reason == "" {
			r.checked[a.card] = true
		}
		return reason
	}
	g := r.agreements[a.agreement]
	if g == nil {
		return "agreement_missing"
	}
	o.card = g.card
	return endedAs(g)
}

// endedAs is the reason that a dead agreement gives.
func endedAs(g *refAgreement) string {
	return map[string]string{
		"terminated": "agreement_terminated", "cancelled_at_bank": "agreement_cancelled", "expired": "agreement_expired",
	}[g.status]
}

// debit is the bank's decision: card, limits, balance.
func (r *reference) debit(o *refOrder) {
	card := r.cards[o.card]
	o.code = nil
	reason := r.overLimit(o)
	if card.frozen {
		reason = "card_frozen"
	}
	if reason == "" && card.balance < o.amount {
		reason = "insufficient_balance"
	}
	if o.status, o.reason = "succeeded", reason; reason != "" {
		o.status = "declined"
		return
	}
	card.balance -= o.amount
	r.debits = append(r.debits, refDebit{o.card, o.amount, r.now})
}

// overLimit adds up all debits of the day and the month; refunds give nothing back.
func (r *reference) overLimit(o *refOrder) string {
	if r.cards[o.card].bank != "ICBC" {
		return ""
	}
	var day, month money.Fen
	count, now := 0, r.now.In(beijing)
	for _, d := range r.debits {
		at := d.at.In(beijing)
		if d.card != o.card || at.Year() != now.Year() || at.Month() != now.Month() {
			continue
		}
		month += d.amount
		if at.Day() == now.Day() {
			day += d.amount
			count++
		}
	}
	switch {
	case o.amount > modelLimits.single:
		return "limit_single"
	case day+o.amount > modelLimits.daily:
		return "limit_daily"
	case month+o.amount > modelLimits.monthly:
		return "limit_monthly"
	case count >= modelLimits.count:
		return "limit_count"
	}
	return ""
}

// repeat brings an order number that is known, with the same content or another.
func (r *reference) repeat(no string, same bool) told {
	o := r.orders[no]
	switch {
	case o.tombstone:
		return told{problem: "order_closed"}
	case !same || !r.idempotent:
		return told{problem: "number_reused"}
	}
	return r.orderStands(o)
}

func (r *reference) query(no string) told {
	if o := r.orders[no]; o != nil {
		return r.orderStands(o)
	}
	return told{problem: "order_not_found"}
}

func (r *reference) close(no string) told {
	if !r.closes {
		return told{problem: "close_not_offered"}
	}
	o := r.orders[no]
	if o == nil {
		o = &refOrder{status: "closed", tombstone: true}
		r.orders[no] = o
	}
	if o.status == "code_required" {
		o.status, o.reason, o.code = "closed", "", nil
	}
	return r.orderStands(o)
}

func (r *reference) confirmCharge(no, text string) told {
	o := r.orders[no]
	switch {
	case o == nil:
		return told{problem: "order_not_found"}
	case o.status != "code_required":
		return r.orderStands(o)
	}
	switch r.typed(o.code, text) {
	case "old":
		o.reason = "code_expired"
	case "wrong":
		o.reason = "wrong_code"
		if o.code.failed >= modelTries {
			o.status, o.reason, o.code = "declined", "code_exhausted", nil
		}
	case "right":
		if reason := endedAs(r.agreements[o.agreement]); reason != "" {
			o.status, o.reason, o.code = "declined", reason, nil
			break
		}
		r.debit(o)
	}
	return r.orderStands(o)
}

func (r *reference) resendCharge(no string) told {
	o := r.orders[no]
	switch {
	case o == nil:
		return told{problem: "order_not_found"}
	case !r.codeAtCharge:
		return told{problem: "code_not_offered"}
	case o.status != "code_required":
		return r.orderStands(o)
	case r.now.Before(o.code.sent.Add(modelGap)):
		return told{problem: "too_frequent"}
	}
	o.reason = ""
	r.send(o.code)
	return r.orderStands(o)
}

func (r *reference) refund(no, order string, amount money.Fen) told {
	if known := r.refunds[no]; known != nil {
		if known.order != order || known.amount != amount {
			return told{problem: "number_reused"}
		}
		return told{status: known.status, reason: known.reason}
	}
	o := r.orders[order]
	if o == nil {
		return told{problem: "order_not_found"}
	}
	f := &refRefund{order: order, amount: amount, status: "declined"}
	r.refunds[no] = f
	switch {
	case o.status != "succeeded":
		f.reason = "refund_exceeds"
	case o.refunded == o.amount:
		f.reason = "already_refunded"
	case amount > o.amount-o.refunded:
		f.reason = "refund_exceeds"
	default:
		f.status = "succeeded"
		o.refunded += amount
		r.cards[o.card].balance += amount
	}
	return told{status: f.status, reason: f.reason}
}

// sums is what the ledger must add up to.
func (r *reference) sums() (debited, refunded money.Fen, debits int) {
	for _, d := range r.debits {
		debited += d.amount
	}
	for _, f := range r.refunds {
		if f.status == "succeeded" {
			refunded += f.amount
		}
	}
	return debited, refunded, len(r.debits)
}

// leaps are the steps of time that change something.
//
//nolint:gochecknoglobals // a table
var leaps = []time.Duration{
	time.Second, 59 * time.Second, time.Minute, 299 * time.Second, 5 * time.Minute, 30 * time.Minute, 24 * time.Hour, 31 * 24 * time.Hour,
	365 * 24 * time.Hour,
}
