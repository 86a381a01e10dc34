package simulator

import (
	"slices"
	"sort"
	"strconv"
	"time"

	"countersign/internal/money"
)

// QueryStatement asks for every movement of money of one business day (UTC+8,
// 2006-01-02) of a member at its channel.
type QueryStatement struct {
	Day string `json:"day"`
}

// Operation names the command.
func (QueryStatement) Operation() Operation { return OpStatement }

// statementForm is the file that a channel sends at the day's end (对账文件).
//
//nolint:gochecknoglobals // an immutable table
var statementForm = &fileForm{
	columns: "kind,order_no,order_time,refund_no,amount,currency,at,channel_ref,card",
	kinds:   []string{string(LedgerDebit), string(LedgerRefund), string(LedgerReversal)},
	sums:    true,
	write:   appendMovement,
}

// queryStatement answers the statement of a day that is over. A day before the
// world began is an empty file.
func (w *World) queryStatement(m *member, c QueryStatement) Outcome {
	day, problem := spanOfDay(c.Day)
	if problem == nil {
		problem = w.notReady(day.to)
	}
	if problem != nil {
		return Outcome{Problem: problem}
	}
	f := &file{form: statementForm}
	w.addLateLines(f, m, day.before())
	from, to := w.ledgerSpan(day)
	f.lines = slices.Grow(f.lines, to-from)
	for i := from; i < to; i++ {
		if w.ledger[i].charge.member == m && !w.heldBack(int64(i+1)) {
			f.lines = append(f.lines, w.movement(int64(i+1)))
		}
	}
	return w.serveFile(f, m, day)
}

// ledgerSpan finds the rows of a day, first inclusive, last exclusive: they stand
// in the order of time.
func (w *World) ledgerSpan(day dayOf) (first, last int) {
	reached := func(at time.Time) int {
		return sort.Search(len(w.ledger), func(i int) bool { return !instant(w.ledger[i].at).Before(at) })
	}
	return reached(day.from), reached(day.to)
}

// movement is the line of a ledger row.
func (w *World) movement(row int64) fileLine {
	r := &w.ledger[row-1]
	v := r.view(row)
	return fileLine{
		kind: string(v.Kind), number: v.OrderNo, other: v.RefundNo, orderTime: r.charge.orderTime, amount: v.Amount,
		at: r.at, card: v.MaskedCard, bank: v.Bank, row: row,
	}
}

// movementRef is the channel's own number for a movement of money.
func movementRef(kind string, row int64) string {
	if kind == string(LedgerDebit) {
		return debitRef(row)
	}
	return kind[:3] + debitRef(row)[3:]
}

// appendMovement writes a line of a statement.
func appendMovement(to []byte, l *fileLine) []byte {
	to = appendColumns(append(to, l.kind...), l.number)
	to = appendInstant(to, l.orderTime)
	to = appendColumns(to, l.other)
	to = strconv.AppendInt(append(to, ','), int64(l.amount), 10)
	to = appendColumns(to, money.Currency)
	to = appendInstant(to, l.at)
	return appendColumns(to, movementRef(l.kind, l.row), l.card)
}
