package simulator

import (
	"cmp"
	"slices"
	"time"
)

// QueryAgreementFile asks for every agreement of a member at its channel that was
// made or ended on one business day (UTC+8, 2006-01-02).
type QueryAgreementFile struct {
	Day string `json:"day"`
}

// Operation names the command.
func (QueryAgreementFile) Operation() Operation { return OpAgreementFile }

// The kinds of lines of an agreement file.
const (
	agreementMade  = "made"
	agreementEnded = "ended"
)

// agreementForm is the file of signings and endings (签约文件).
//
//nolint:gochecknoglobals // an immutable table
var agreementForm = &fileForm{
	columns: "event,agreement_no,sign_no,payer_ref,card,bank,status,at",
	kinds:   []string{agreementMade, agreementEnded},
	write:   appendAgreementEvent,
}

// queryAgreementFile answers the agreement file of a day that is over. One that
// the channel has forgotten is in none.
func (w *World) queryAgreementFile(m *member, c QueryAgreementFile) Outcome {
	day, problem := spanOfDay(c.Day)
	if problem == nil {
		problem = w.notReady(day.to)
	}
	if problem != nil {
		return Outcome{Problem: problem}
	}
	f := &file{form: agreementForm}
	for _, all := range m.agreements {
		for _, g := range all {
			f.addAgreement(g, day)
		}
	}
	slices.SortFunc(f.lines, func(a, b fileLine) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.number, b.number), cmp.Compare(b.kind, a.kind))
	})
	return w.serveFile(f, m, day)
}

// addAgreement adds what happened to an agreement on the day.
func (f *file) addAgreement(g *agreement, day dayOf) {
	line := fileLine{
		number: g.no, other: g.signNo, payer: g.payerRef, card: g.account.Holder.CardNumber.Masked(), bank: g.account.bank,
	}
	if day.covers(g.signedAt) {
		line.kind, line.status, line.at = agreementMade, AgreementActive, g.signedAt.UnixNano()
		f.lines = append(f.lines, line)
	}
	if day.covers(g.ended) {
		line.kind, line.status, line.at = agreementEnded, g.status, g.ended.UnixNano()
		f.lines = append(f.lines, line)
	}
}

// covers reports whether an instant is of the day.
func (d dayOf) covers(at time.Time) bool { return !at.Before(d.from) && at.Before(d.to) }

// appendAgreementEvent writes a line of an agreement file.
func appendAgreementEvent(to []byte, l *fileLine) []byte {
	to = appendColumns(append(to, l.kind...), l.number, l.other, l.payer, l.card, l.bank, string(l.status))
	return appendInstant(to, l.at)
}
