package simulator

import (
	"slices"
	"time"

	"countersign/internal/clock"
	"countersign/internal/money"
)

// maxQuestions is how many orders in doubt a world watches; older ones are let go.
const maxQuestions = 1000

// leastPatience is how long a client may leave an order in doubt before it asks,
// at least; a channel that takes longer to know grants twice its time in flight.
const leastPatience = 10 * time.Minute

// question is an order whose outcome the client cannot know: its answer was lost,
// or is held.
type question struct {
	ChannelID  string     `json:"channel_id"`
	MemberNo   string     `json:"member_no"`
	OrderNo    string     `json:"order_no"`
	Payer      payment    `json:"payer"`
	At         time.Time  `json:"at"`
	AnsweredAt time.Time  `json:"answered_at,omitzero"` // by a slow answer; zero: never
	Deadline   time.Time  `json:"deadline"`
	Asked      bool       `json:"asked,omitempty"`
	Accused    bool       `json:"accused,omitempty"` // of never having asked
	Again      string     `json:"again,omitempty"`   // the last order charged in its stead
	Row        JournalRow `json:"row"`
}

// payment is what makes two orders look like one payment: payer, card and amount
// of one merchant, at whichever channel.
type payment struct {
	Merchant string    `json:"merchant"`
	PayerRef string    `json:"payer_ref"`
	Card     digest    `json:"card"` // keyed by nothing: it stays in the world
	Amount   money.Fen `json:"amount"`
}

// paymentOf is the payment an order stands for; false where it cannot be told.
func (w *World) paymentOf(m *member, c *ApplyCharge) (payment, bool) {
	p := payment{Merchant: m.Merchant, PayerRef: c.PayerRef, Amount: c.Amount}
	if p.Merchant == "" {
		p.Merchant = m.name()
	}
	card := c.Elements.CardNumber.Reveal()
	if g := w.memberAgreement(m, c.AgreementNo); g != nil {
		card = g.account.number
	}
	if card == "" {
		return payment{}, false
	}
	p.Card = fingerprint("payment", card)
	return p, true
}

// judgeCharge holds a charge against the orders in doubt, and watches it when its
// own answer is lost.
func (w *World) judgeCharge(m *member, c ApplyCharge, in Input, out *Outcome) {
	inDoubt := !out.Reply.proves() || out.Reply.Hold != nil
	if len(w.verdicts.open) == 0 && !inDoubt {
		return
	}
	p, known := w.paymentOf(m, &c)
	if known && in.Resumed == "" && !refusedForGood(out) {
		w.chargedAgain(m, p, c.OrderNo, out)
	}
	if inDoubt {
		if known {
			w.watch(m, c.OrderNo, p, out)
		}
		return
	}
	w.resolve(m, c.OrderNo, out)
}

// refusedForGood reports whether the channel refused the message itself, so that
// it is no order at all.
func refusedForGood(out *Outcome) bool { return out.Problem != nil }

// chargedAgain accuses a new order of a payment that is in doubt.
func (w *World) chargedAgain(m *member, p payment, orderNo string, out *Outcome) {
	w.forgetAnswered()
	if slices.ContainsFunc(w.verdicts.open, func(q question) bool { return q.MemberNo == m.MemberNo && q.OrderNo == orderNo }) {
		return // no new order
	}
	for i := range w.verdicts.open {
		q := &w.verdicts.open[i]
		if q.Payer != p || q.Again == orderNo {
			continue
		}
		q.Again = orderNo
		v := verdictOn(VerdictChargedAgain, w.now, m.ChannelID, m.MemberNo, orderNo, append([]JournalRow{q.Row}, w.evidence(out.Row)...)...)
		v.Text = "order " + orderNo + " was charged while order " + q.OrderNo + " of the same payer, card and amount was still unknown"
		w.accuse(v)
		return
	}
}

// watch remembers an order whose answer did not come.
func (w *World) watch(m *member, orderNo string, p payment, out *Outcome) {
	patience := max(leastPatience, 2*time.Duration(m.channel.profile.MaxInFlightSeconds)*time.Second)
	q := question{
		ChannelID: m.ChannelID, MemberNo: m.MemberNo, OrderNo: orderNo, Payer: p, At: w.now, Deadline: w.now.Add(patience),
	}
	if rows := w.evidence(out.Row); len(rows) > 0 {
		q.Row = rows[0]
	}
	if h := out.Reply.Hold; h != nil && !out.Reply.Withheld {
		q.AnsweredAt = h.Until
	}
	w.answer(m.MemberNo, orderNo)
	if len(w.verdicts.open) >= maxQuestions {
		w.verdicts.open = slices.Delete(w.verdicts.open, 0, maxQuestions/10)
	}
	w.verdicts.open = append(w.verdicts.open, q)
}

// judgeConfirmation watches an order whose confirmation was not answered.
func (w *World) judgeConfirmation(m *member, orderNo string, out *Outcome) {
	if out.Reply.proves() && out.Reply.Hold == nil {
		w.resolve(m, orderNo, out)
		return
	}
	o := m.charges[orderNo]
	if o == nil || o.account == nil {
		return
	}
	p := payment{Merchant: m.Merchant, PayerRef: o.payer(), Amount: o.amount, Card: fingerprint("payment", o.account.number)}
	if p.Merchant == "" {
		p.Merchant = m.name()
	}
	w.watch(m, orderNo, p, out)
}

// resolve takes an order out of doubt when an answer about it says how it ended.
// Asking alone keeps the client from being accused of never having asked.
func (w *World) resolve(m *member, orderNo string, out *Outcome) {
	if len(w.verdicts.open) == 0 {
		return
	}
	for i := range w.verdicts.open {
		q := &w.verdicts.open[i]
		if q.MemberNo != m.MemberNo || q.OrderNo != orderNo {
			continue
		}
		q.Asked = true
		if out.Reply.proves() && w.tells(m, q, out) {
			w.answer(m.MemberNo, orderNo)
		}
		return
	}
}

// tells reports whether an answer settles an order: a final status, a box for a
// code, or not-found once nothing can be in flight any more.
func (w *World) tells(m *member, q *question, out *Outcome) bool {
	if out.Charge != nil {
		return out.Charge.Status != ChargeProcessing
	}
	bound := time.Duration(m.channel.profile.MaxInFlightSeconds) * time.Second
	return out.Problem != nil && out.Problem.Code == ProblemOrderNotFound && bound > 0 && !w.now.Before(q.At.Add(bound))
}

// settleDay takes the orders of a business day out of doubt: their statement was
// fetched.
func (w *World) settleDay(m *member, day string, out *Outcome) {
	if out.Problem != nil || !out.Reply.proves() {
		return
	}
	w.verdicts.open = slices.DeleteFunc(w.verdicts.open, func(q question) bool {
		return q.MemberNo == m.MemberNo && clock.BusinessDay(q.At) <= day
	})
}

// answer takes an order out of doubt.
func (w *World) answer(memberNo, orderNo string) {
	w.verdicts.open = slices.DeleteFunc(w.verdicts.open, func(q question) bool {
		return q.MemberNo == memberNo && q.OrderNo == orderNo
	})
}

// forgetAnswered lets go of orders whose slow answer has come.
func (w *World) forgetAnswered() {
	w.verdicts.open = slices.DeleteFunc(w.verdicts.open, func(q question) bool {
		return !q.AnsweredAt.IsZero() && !w.now.Before(q.AnsweredAt)
	})
}

// judgeTime accuses those who have left an order in doubt for too long.
func (w *World) judgeTime() {
	if len(w.verdicts.open) == 0 {
		return
	}
	for i := range w.verdicts.open {
		if q := &w.verdicts.open[i]; q.overdue(w.now) {
			q.Accused = true
			w.accuse(q.neverAsked())
		}
	}
	w.forgetAnswered()
}

// overdue reports whether the client should have asked by now.
func (q *question) overdue(now time.Time) bool {
	answered := !q.AnsweredAt.IsZero() && q.AnsweredAt.Before(q.Deadline)
	return !q.Asked && !q.Accused && !answered && !now.Before(q.Deadline)
}

// neverAsked is the verdict on an order left in doubt.
func (q *question) neverAsked() Verdict {
	v := verdictOn(VerdictNoQuery, q.Deadline, q.ChannelID, q.MemberNo, q.OrderNo, q.Row)
	v.Text = "order " + q.OrderNo + " was left unknown: neither queried nor closed within " + q.Deadline.Sub(q.At).String()
	return v
}

// judgeAcknowledgement looks at how a notification was taken: a true one that was
// acknowledged takes its order out of doubt, one that is not the channel's own must
// not be acknowledged.
func (w *World) judgeAcknowledgement(n *notice, acknowledged bool) {
	if !acknowledged {
		return
	}
	e := &n.event
	switch n.record.Variant {
	case VariantPlain:
		if e.Charge != nil {
			w.answer(e.MemberNo, e.Charge.OrderNo)
		}
	case VariantWrongKey, VariantForeignKey, VariantWrongAlgorithm, VariantUnsigned, VariantAltered:
		v := verdictOn(VerdictForgedAcknowledged, w.now, e.ChannelID, e.MemberNo, n.ref, w.evidence(n.rows...)...)
		v.Text += " (" + string(n.record.Variant) + ")"
		w.accuse(v)
	case VariantStale, VariantContradict, VariantWrongAmount, VariantForeignMember, VariantReplay:
		// signed by the channel's own key: what a client makes of them is not seen here
	}
}
