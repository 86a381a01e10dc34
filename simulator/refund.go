package simulator

import (
	"strconv"

	"countersign/internal/money"
)

// applyRefund gives a debit back, in parts if wanted, never more than it was.
func (w *World) applyRefund(m *member, c ApplyRefund) Outcome {
	content := fingerprint(c.OrderNo, strconv.FormatInt(c.OrderTime.UnixNano(), 36), strconv.FormatInt(int64(c.Amount), 36))
	if known := m.refunds[c.RefundNo]; known != nil {
		if known.content != content {
			w.blame(VerdictOtherContent, c.RefundNo)
			return Outcome{Problem: refuse(ProblemNumberReused, "refund_no was used with other content")}
		}
		return w.refundOutcome(known)
	}
	if c.Currency != money.Currency {
		return Outcome{Problem: invalid("currency", "must be CNY")}
	}
	if !c.Amount.Positive() {
		return Outcome{Problem: invalid("amount", "must be above zero, in fen")}
	}
	o := m.findCharge(c.OrderNo, c.OrderTime)
	if o == nil {
		return orderNotFound()
	}
	r := &refund{
		no: c.RefundNo, charge: o, content: content, amount: c.Amount, notify: c.NotifyURL, accepted: w.now.UnixNano(),
	}
	if r.notify == "" {
		r.notify = urlOf(o.notifyURL)
	}
	if m.refunds == nil {
		m.refunds = map[string]*refund{}
	}
	m.refunds[r.no] = r
	w.decideRefund(r)
	return w.refundOutcome(r)
}

// decideRefund pays back or declines.
func (w *World) decideRefund(r *refund) {
	r.finished = w.now.UnixNano()
	reason := w.strike(PointBank).Bank.Decline
	if reason == "" {
		reason = refundRefused(r)
	}
	if reason != "" {
		r.status, r.reason = RefundDeclined, reason
		return
	}
	o := r.charge
	r.status = RefundSucceeded
	o.more().refunded += r.amount
	o.account.Balance += r.amount
	w.ledger = append(w.ledger, ledgerRow{at: w.now.UnixNano(), charge: o, refund: r})
	if r.notify != "" || o.member.NotifyURL != "" {
		w.notify(o.member, r.notify, r.no, Event{Type: EventRefundSucceeded, Refund: w.viewRefund(r)})
	}
}

// refundRefused says why a refund cannot be, "" if it can. An order that was
// never debited has nothing to give back.
func refundRefused(r *refund) Reason {
	o := r.charge
	switch {
	case o.status != ChargeSucceeded:
		return ReasonRefundExceeds
	case o.refunded() == o.amount:
		return ReasonAlreadyRefunded
	case r.amount > o.amount-o.refunded():
		return ReasonRefundExceeds
	case o.account.State == CardCancelled:
		return ReasonCardCancelled
	}
	return ""
}

// queryRefund answers where a refund stands.
func (w *World) queryRefund(m *member, c QueryRefund) Outcome {
	r := m.refunds[c.RefundNo]
	if r == nil {
		return Outcome{Problem: refuse(ProblemNotFound, "no refund of that number")}
	}
	return w.refundOutcome(r)
}

// refundOutcome wraps the view.
func (w *World) refundOutcome(r *refund) Outcome { return Outcome{Refund: w.viewRefund(r)} }

// viewRefund shows a refund.
func (w *World) viewRefund(r *refund) *RefundView {
	return &RefundView{
		RefundNo: r.no, OrderNo: r.charge.orderNo, ChannelID: r.charge.member.ChannelID, MemberNo: r.charge.member.MemberNo,
		Status: r.status, Reason: r.reason, Amount: r.amount, Currency: money.Currency,
		AcceptedAt: instant(r.accepted), FinishedAt: instant(r.finished),
	}
}
