package simulator

import (
	"slices"
	"time"
)

// maxVerdicts is how many verdicts a world keeps: the first ones, which are
// nearest to the cause.
const maxVerdicts = 1000

// verdictBook is what the world holds against its client, and what it waits to
// see. All of it is bounded.
type verdictBook struct {
	made    []Verdict
	omitted int64      // verdicts beyond the bound
	open    []question // orders whose answer was lost, oldest first
	storm   queryStorm
	told    []string // agreements the client was told of, oldest first

	blamed []blame // of the step under way
}

// blame is something a rule noticed while a command was carried out; the verdict
// is written when the journal row is.
type blame struct {
	name   VerdictName
	number string
}

// Verdicts lists what the client did that the contract forbids, in the order in
// which it was found. What is overdue at the instant counts, also when nothing has
// happened in the world since.
func (w *World) Verdicts(now time.Time) []Verdict {
	found := append([]Verdict(nil), w.verdicts.made...)
	for i := range w.verdicts.open {
		if q := &w.verdicts.open[i]; q.overdue(now) {
			found = append(found, q.neverAsked())
		}
	}
	return found[:min(len(found), maxVerdicts)]
}

// OmittedVerdicts counts those beyond the bound.
func (w *World) OmittedVerdicts() int64 { return w.verdicts.omitted }

// blame notes a fault of the client in the command under way.
func (w *World) blame(name VerdictName, number string) {
	w.verdicts.blamed = append(w.verdicts.blamed, blame{name, number})
}

// accuse writes a verdict down.
func (w *World) accuse(v Verdict) {
	if len(w.verdicts.made) >= maxVerdicts {
		w.verdicts.omitted++
		return
	}
	w.verdicts.made = append(w.verdicts.made, v)
}

// verdictOn is a verdict by the book.
func verdictOn(name VerdictName, at time.Time, channelID, memberNo, number string, evidence ...JournalRow) Verdict {
	r := ruleOf(name)
	return Verdict{
		Name: name, Clause: r.clause, Level: r.level, Text: r.text, At: at,
		ChannelID: channelID, MemberNo: memberNo, Number: number, Evidence: evidence,
	}
}

// evidence copies rows of the journal, without bodies.
func (w *World) evidence(seqs ...int64) []JournalRow {
	var rows []JournalRow
	for _, seq := range seqs {
		if row := w.journal.at(seq); row != nil {
			rows = append(rows, row.bareCopy())
		}
	}
	return rows
}

// bareCopy is a row without bodies.
func (r *JournalRow) bareCopy() JournalRow {
	c := *r
	c.requestBody, c.answerBody = nil, nil
	return c
}

// judge looks at a request that was just carried out, or refused, from the
// client's side.
func (w *World) judge(in Input, out *Outcome) {
	for _, b := range w.verdicts.blamed {
		if b.name == VerdictAfterExpiry && (len(w.strikes) > 0 || in.Resumed != "") {
			continue // a fault held it on the way
		}
		w.accuse(verdictOn(b.name, w.now, in.Request.ChannelID, in.Request.MemberNo, b.number, w.evidence(out.Row)...))
	}
	w.verdicts.blamed = w.verdicts.blamed[:0]
	m := w.members[in.Request.MemberNo]
	if m == nil || m.ChannelID != in.Request.ChannelID {
		return
	}
	switch c := in.Command.(type) {
	case ApplyCharge:
		w.judgeCharge(m, c, in, out)
	case ConfirmCharge:
		w.judgeConfirmation(m, c.OrderNo, out)
	case QueryCharge:
		w.judgeQuery(m, c.OrderNo, out)
	case CloseCharge:
		w.resolve(m, c.OrderNo, out)
	case QueryStatement:
		w.settleDay(m, c.Day, out)
	case ApplySigning, ConfirmSigning, QuerySigning, Bind:
		w.noteTold(out)
	}
}

// maxTold bounds the agreements remembered as told.
const maxTold = 1000

// noteTold remembers an agreement that an answer told the client of.
func (w *World) noteTold(out *Outcome) {
	if out.Signing == nil || out.Signing.Agreement == nil || !out.Reply.proves() || out.Reply.Hold != nil {
		return
	}
	no := out.Signing.Agreement.AgreementNo
	if w.wasTold(no) {
		return
	}
	if len(w.verdicts.told) >= maxTold {
		w.verdicts.told = append([]string(nil), w.verdicts.told[maxTold/2:]...)
	}
	w.verdicts.told = append(w.verdicts.told, no)
}

// wasTold reports whether the client is known to have been told of an agreement.
func (w *World) wasTold(no string) bool {
	return slices.Contains(w.verdicts.told, no)
}
