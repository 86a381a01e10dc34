package simulator

import (
	"strconv"
	"strings"
	"time"

	"countersign/internal/clock"
	"countersign/internal/money"
)

// usage is what a card was debited of late by one member's orders at a channel.
type usage struct {
	day         int64 // since 1970, in UTC+8
	month       string
	dayAmount   money.Fen
	monthAmount money.Fen
	dayCount    int
}

// debitOrWait hands an order to the bank, which answers at once or later.
func (w *World) debitOrWait(o *charge) {
	w.stand(o, ChargeProcessing, "")
	if after := w.bank(o.account.bank).SettleAfterSeconds; after > 0 {
		w.due.add(dueEntry{at: w.now.Add(time.Duration(after) * time.Second), charge: o})
		return
	}
	w.bankDecides(o)
}

// settle is the late answer of a bank.
func (w *World) settle(o *charge) {
	saved, savedStrikes := w.inMoment, w.strikes
	w.strikes = nil
	w.inMoment = o.moment()
	w.bankDecides(o)
	w.journal.add(JournalRow{
		At: w.now, From: o.account.bank, To: o.member.ChannelID, Operation: OpCharge, ChannelID: o.member.ChannelID,
		MemberNo: o.member.MemberNo, Ref: o.orderNo, Committed: true, Result: string(o.status), Reason: o.reason,
		Faults: w.strikes, Cause: causeTimer,
	})
	w.inMoment, w.strikes = saved, savedStrikes
}

// moment is what a fault rule may select a charge by that a bank comes back to.
func (o *charge) moment() Moment {
	return Moment{
		Operation: OpCharge, ChannelID: o.member.ChannelID, MemberNo: o.member.MemberNo, OrderNo: o.orderNo,
		Merchant: o.member.Merchant, CardLast4: o.account.Holder.CardNumber.Last4(), Bank: o.account.bank, Amount: o.amount,
	}
}

// bankDecides debits or declines. An order held for risk stays processing with
// nothing due: only a person at the bank could release it.
func (w *World) bankDecides(o *charge) {
	asked := w.inMoment.Operation
	defer func() { w.inMoment.Operation = asked }() // its answer is that of what was asked
	w.inMoment.Operation = OpCharge                 // to the bank it is a charge, also when a code brought us here
	w.inMoment.ByAgreement = o.agreement != nil
	w.carryOut(o, w.strike(PointBank).Bank)
}

// bankRefuses says why the bank would not debit, "" if it would. The order is the
// one in which banks look: card, limits, balance.
func (w *World) bankRefuses(o *charge) Reason {
	a, c := o.account, o.member.channel
	if reason := cardStateReason(a.State); reason != "" {
		return reason
	}
	terms, offered := c.profile.terms(a.bank, a.cardType)
	if !offered {
		return ReasonCardUnsupported
	}
	if reason := w.overLimit(o, terms.Limits); reason != "" {
		return reason
	}
	if a.Balance < o.amount {
		return ReasonInsufficientBalance
	}
	return ""
}

// overLimit holds an order against limits; reaching one exactly is allowed.
func (w *World) overLimit(o *charge, l Limits) Reason {
	if l == (Limits{}) {
		return ""
	}
	u := w.usageOf(o)
	switch {
	case l.Single > 0 && o.amount > l.Single:
		return ReasonLimitSingle
	case l.Daily > 0 && exceeds(u.dayAmount, o.amount, l.Daily):
		return ReasonLimitDaily
	case l.Monthly > 0 && exceeds(u.monthAmount, o.amount, l.Monthly):
		return ReasonLimitMonthly
	case l.DailyCount > 0 && u.dayCount >= l.DailyCount:
		return ReasonLimitCount
	}
	return ""
}

// exceeds reports used + more > limit without overflow.
func exceeds(used, more, limit money.Fen) bool { return more > limit || used > limit-more }

// usageOf finds the counters of an order's card, rolled over to today.
func (w *World) usageOf(o *charge) *usage {
	m := o.member
	u := m.usage[o.account.number]
	if u == nil {
		if m.usage == nil {
			m.usage = map[string]*usage{}
		}
		u = &usage{}
		m.usage[o.account.number] = u
	}
	if day := dayNumber(w.now); day != u.day {
		u.day, u.dayAmount, u.dayCount = day, 0, 0
		if month := clock.BusinessMonth(w.now); month != u.month {
			u.month, u.monthAmount = month, 0
		}
	}
	return u
}

// dayNumber counts days since 1970 in UTC+8.
func dayNumber(at time.Time) int64 { return (at.Unix() + businessOffset) / secondsPerDay }

// debit moves the money and ends the order: one row of the ledger, and never a second
// debit for an order.
func (w *World) debit(o *charge) {
	o.debit = int32(w.move(o)) // a world's ledger is far below 2^31 rows
	w.finish(o, ChargeSucceeded, "")
	w.textDebitNotice(o)
}

// move takes the money and returns the number of the ledger row.
func (w *World) move(o *charge) int64 {
	u := w.usageOf(o)
	u.dayAmount += o.amount
	u.monthAmount += o.amount
	u.dayCount++
	o.account.Balance -= o.amount
	w.ledger = append(w.ledger, ledgerRow{at: w.now.UnixNano(), charge: o})
	return int64(len(w.ledger))
}

// textDebitNotice is the bank's own SMS, to those who subscribed (T9).
func (w *World) textDebitNotice(o *charge) {
	if !o.account.DebitNotice {
		return
	}
	parts := w.partsFor(o.member, o.account, o.member.channel.profile, PartyBank)
	parts.amount = o.amount
	w.textAccount(o.member, o.account, PartyBank, AboutDebitNotice, o.orderNo,
		debitNoticeText(parts, w.now, o.account.Balance), w.passageNow(o.account.Holder.Mobile))
}

// decline ends an order without money.
func (w *World) decline(o *charge, reason Reason) { w.finish(o, ChargeDeclined, reason) }

// finish ends an order and notifies of success and decline.
func (w *World) finish(o *charge, as ChargeStatus, reason Reason) {
	w.stand(o, as, reason)
	w.endAt(o, w.now.UnixNano())
	event := Event{Type: EventChargeSucceeded}
	switch as {
	case ChargeSucceeded:
	case ChargeDeclined:
		event.Type = EventChargeDeclined
	case ChargeClosed, ChargeProcessing, ChargeCodeRequired:
		return
	}
	if o.notifyURL != nil || o.member.NotifyURL != "" {
		event.Charge = w.viewCharge(o)
		w.notify(o.member, urlOf(o.notifyURL), o.orderNo, event)
	}
}

// debitRef is the channel's own number for the debit in a ledger row.
func debitRef(row int64) string {
	const width = 8
	number := strconv.FormatInt(row, 10)
	return "dbt_" + strings.Repeat("0", max(width-len(number), 0)) + number
}

// chargeOutcome wraps the view.
func (w *World) chargeOutcome(o *charge) Outcome { return Outcome{Charge: w.viewCharge(o)} }

// viewCharge shows an order.
func (w *World) viewCharge(o *charge) *ChargeView {
	v := &ChargeView{
		OrderNo: o.orderNo, OrderTime: instant(o.orderTime), ChannelID: o.member.ChannelID, MemberNo: o.member.MemberNo,
		Status: o.status, Reason: o.reason, Amount: o.amount, Currency: money.Currency, PayerRef: o.payer(),
		Refunded: o.refunded(), AcceptedAt: instant(o.accepted), FinishedAt: instant(w.finishedAt(o)),
	}
	if o.agreement != nil {
		v.AgreementNo = o.agreement.no
	}
	if o.account != nil {
		v.MaskedCard, v.Bank = o.account.Holder.CardNumber.Masked(), o.account.bank
	}
	if o.debit > 0 {
		v.ChannelRef, v.DebitedAt = debitRef(int64(o.debit)), instant(w.ledger[o.debit-1].at)
	}
	if code := o.code(); code != nil {
		v.TriesLeft = code.triesLeft()
		v.SMS = code.view(code.profile.PaymentCodeSender, AboutPayment, o.account.Holder.Mobile.Masked())
	}
	return v
}
