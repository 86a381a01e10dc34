package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"countersign/internal/clock"
	"countersign/internal/money"
)

// FileView is a file of one business day, whole: CSV in UTF-8 with the totals and
// the digest in its last line.
type FileView struct {
	Day   string
	Lines int // without the first and the last
	Body  []byte
}

// file is a statement or an agreement file in the making.
type file struct {
	form  *fileForm
	lines []fileLine
	// lie: the digest is not that of the file.
	lie bool
}

// fileForm is what tells the two files apart.
type fileForm struct {
	columns string
	kinds   []string // each has a total in the last line, in this order
	sums    bool     // the totals are sums of money, else counts
	write   func(to []byte, l *fileLine) []byte
}

// fileLine is one line before it is written. Which members count the form says.
// All texts that get into a file are of patterns without comma, quote, line
// break or blank, and so need no escaping.
type fileLine struct {
	kind      string
	number    string // order or agreement number
	other     string // refund or sign number
	orderTime int64
	amount    money.Fen
	at        int64
	payer     string // of an agreement
	card      string // masked
	bank      string
	status    AgreementStatus
	row       int64 // number of its ledger row, 0 for lines that have none
}

// dayOf is the span of a business day in UTC+8: from inclusive, to exclusive.
type dayOf struct {
	name     string
	from, to time.Time
}

// spanOfDay reads a day like 2018-06-06.
func spanOfDay(text string) (dayOf, *Problem) {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return dayOf{}, invalid("day", "must be a business day like 2018-06-06")
	}
	return dayOf{name: text, from: clock.StartOfBusinessDay(at), to: clock.NextBusinessDay(at)}, nil
}

// before is the day before.
func (d dayOf) before() dayOf {
	at := d.from.Add(-time.Nanosecond)
	return dayOf{name: clock.BusinessDay(at), from: clock.StartOfBusinessDay(at), to: d.from}
}

// notReady is the problem of asking for a file before the instant at which it is
// there, nil from then on.
func (w *World) notReady(at time.Time) *Problem {
	if !w.now.Before(at) {
		return nil
	}
	return &Problem{
		Code: ProblemStatementNotReady, Detail: "the file of that business day (UTC+8) is not there yet; ask for it later",
		RetryAfter: at.Sub(w.now),
	}
}

// serveFile answers a file of a day that is over, as the faults in force want it.
func (w *World) serveFile(f *file, m *member, day dayOf) Outcome {
	late := w.distort(f, m, day)
	if problem := w.notReady(day.to.Add(late)); problem != nil {
		return Outcome{Problem: problem}
	}
	return Outcome{File: &FileView{Day: day.name, Lines: len(f.lines), Body: f.write()}}
}

// write writes the file.
func (f *file) write() []byte {
	const usualLine = 160
	to := make([]byte, 0, usualLine*(len(f.lines)+2))
	to = append(to, f.form.columns...)
	to = append(to, '\n')
	totals := make([]int64, len(f.form.kinds))
	for i := range f.lines {
		l := &f.lines[i]
		to = append(f.form.write(to, l), '\n')
		more := int64(1)
		if f.form.sums {
			more = int64(l.amount)
		}
		totals[slices.Index(f.form.kinds, l.kind)] += more
	}
	sum := sha256.Sum256(to)
	to = append(to, "total,"...)
	to = strconv.AppendInt(to, int64(len(f.lines)), 10)
	for _, total := range totals {
		to = strconv.AppendInt(append(to, ','), total, 10)
	}
	digest := []byte(hex.EncodeToString(sum[:]))
	if f.lie {
		digest[0] = otherDigit(digest[0])
	}
	to = append(append(to, ','), digest...)
	return append(to, '\n')
}

// otherDigit is a hexadecimal digit that is not the given one.
func otherDigit(digit byte) byte {
	if digit == '0' {
		return '1'
	}
	return '0'
}

// appendColumns writes columns after a first one.
func appendColumns(to []byte, columns ...string) []byte {
	for _, text := range columns {
		to = append(append(to, ','), text...)
	}
	return to
}

// appendInstant writes an instant as a column, as JSON has it.
func appendInstant(to []byte, nanos int64) []byte {
	return instant(nanos).AppendFormat(append(to, ','), time.RFC3339Nano)
}
