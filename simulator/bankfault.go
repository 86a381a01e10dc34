package simulator

import (
	"time"

	"countersign/internal/clock"
	"countersign/internal/money"
)

// BankFault is what goes wrong between channel and bank. Of a charge the first that
// applies counts, in this order: Silent, After, Revoke, Decline, then what happens to a
// debit the bank is ready to make.
type BankFault struct {
	Decline Reason // the bank declines, for this reason
	Silent  bool   // the bank never answers (O13)
	// After is how long after it took the order in the channel hears of the bank; until
	// then the charge is in processing.
	After  time.Duration
	Revoke bool // the bank ends the agreement before it looks at the charge (B5)
	// Instead is debited in place of what was asked, 0 for what was asked (B8).
	Instead money.Fen
	// Reverse is how long after an unreported debit the bank gives it back by
	// itself; 0 when the channel learns of the debit (B1).
	Reverse time.Duration
	// Late is how long after the channel declined for LateReason the bank debits
	// all the same; 0 for a debit at once (B2).
	Late       time.Duration
	LateReason Reason
	// Unrecorded: of a signing, the bank makes the agreement and the channel crashes
	// before it stores it (B4).
	Unrecorded bool
}

// bankErrand says what a bank comes back to a charge for.
type bankErrand int

// The errands. Settling is the answer of a slow bank; the others are the sequels
// of faults.
const (
	errandSettle bankErrand = iota
	errandDebitLate
	errandReverse
)

// String describes an errand that is still to run.
func (e bankErrand) String() string {
	switch e {
	case errandSettle:
		return "bank settles charge"
	case errandDebitLate:
		return "bank debits late charge"
	case errandReverse:
		return "bank reverses charge"
	}
	return "bank"
}

// done describes an errand that was run.
func (e bankErrand) done() string {
	switch e {
	case errandSettle:
		return "bank settled charge "
	case errandDebitLate:
		return "bank debited late charge "
	case errandReverse:
		return "bank reversed charge "
	}
	return "bank "
}

// carryOut lets the bank decide a charge under a fault.
func (w *World) carryOut(o *charge, f BankFault) {
	if f.Silent {
		w.stand(o, ChargeProcessing, "")
		return
	}
	if wait := o.accepted + int64(f.After) - w.now.UnixNano(); f.After > 0 && wait > 0 {
		w.stand(o, ChargeProcessing, "")
		w.due.add(dueEntry{at: w.now.Add(time.Duration(wait)), charge: o})
		return
	}
	if f.Revoke && o.agreement != nil {
		w.revoke(o.agreement)
		w.decline(o, agreementReason(o.agreement.status))
		return
	}
	asked := o.amount
	if f.Instead > 0 && f.Reverse == 0 && f.Late == 0 { // what nobody is told of is not another amount too
		o.amount = f.Instead
	}
	reason := f.Decline
	if reason == "" {
		reason = w.bankRefuses(o)
	}
	switch reason {
	case "":
		w.debitUnder(o, f)
	case ReasonRiskHeld:
		o.amount = asked
		w.stand(o, ChargeProcessing, reason)
	default:
		o.amount = asked
		w.decline(o, reason)
	}
}

// debitUnder makes a debit the bank is ready for, now or late, reported or not.
func (w *World) debitUnder(o *charge, f BankFault) {
	switch {
	case f.Reverse > 0:
		row := w.move(o)
		w.textDebitNotice(o)
		w.due.add(dueEntry{at: w.now.Add(f.Reverse), charge: o, errand: errandReverse, row: row})
	case f.Late > 0:
		w.decline(o, f.LateReason)
		w.due.add(dueEntry{at: w.now.Add(f.Late), charge: o, errand: errandDebitLate})
	default:
		w.debit(o)
	}
}

// revoke is the bank ending an agreement by itself, as when a card is lost; the
// channel hears of it and tells the platform.
func (w *World) revoke(g *agreement) {
	if w.end(g, AgreementCancelledAtBank) {
		w.notifyEnded(g)
	}
}

// comeBack is a bank coming back to a charge by itself.
func (w *World) comeBack(e dueEntry) {
	switch e.errand {
	case errandSettle:
		w.settle(e.charge)
	case errandDebitLate:
		w.debitLate(e.charge)
	case errandReverse:
		w.reverse(e.charge, e.row)
	}
}

// mayComeBack reports whether an errand fits how its charge stands.
func (w *World) mayComeBack(e *dueEntry) bool {
	switch e.errand {
	case errandSettle:
		return e.charge.status == ChargeProcessing && e.row == 0
	case errandDebitLate:
		return e.charge.status == ChargeDeclined && e.row == 0
	case errandReverse:
		return e.charge.status == ChargeProcessing && e.row > 0 && e.row <= int64(len(w.ledger)) &&
			w.ledger[e.row-1].charge == e.charge && w.ledger[e.row-1].refund == nil
	}
	return false
}

// debitLate is the debit of a charge that the channel declined long ago (B2). A bank
// that would refuse by now moves nothing.
func (w *World) debitLate(o *charge) {
	if w.bankRefuses(o) != "" {
		return
	}
	saved := w.inMoment
	w.inMoment = o.moment()
	w.debit(o)
	w.inMoment = saved
	w.noteBank(o, o.member.ChannelID, string(o.status))
}

// reverse gives a debit back that the channel never learned of (B1). The charge
// stays in processing at the channel: only the statement, which has both lines,
// tells how it ended.
func (w *World) reverse(o *charge, debit int64) {
	o.account.Balance += o.amount
	w.unuse(o, w.ledger[debit-1].at)
	w.ledger = append(w.ledger, ledgerRow{at: w.now.UnixNano(), charge: o, refund: takenBack})
	w.noteBank(o, o.account.bank, "reversed")
}

// unuse takes a debit out of the counters of the day and month it was counted in.
func (w *World) unuse(o *charge, debitedAt int64) {
	u := w.usageOf(o)
	at := instant(debitedAt)
	if dayNumber(at) == u.day {
		u.dayAmount -= o.amount
		u.dayCount--
	}
	if clock.BusinessMonth(at) == u.month {
		u.monthAmount -= o.amount
	}
}

// noteBank writes down what a bank did to a charge by itself.
func (w *World) noteBank(o *charge, to, result string) {
	w.journal.add(JournalRow{
		At: w.now, From: o.account.bank, To: to, Operation: OpCharge, ChannelID: o.member.ChannelID,
		MemberNo: o.member.MemberNo, Ref: o.orderNo, Committed: true, Result: result, Reason: o.reason, Cause: causeTimer,
	})
}
