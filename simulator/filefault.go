package simulator

import (
	"slices"
	"strconv"
	"time"

	"countersign/internal/chance"
	"countersign/internal/money"
)

// lateLine is a movement of money that a fault moved from the file of its day into
// that of the next, for good.
type lateLine struct {
	Row  int64  `json:"row"`  // of the ledger
	Rule string `json:"rule"` // that struck
}

// distort lets each fault rule in force have its way with a file, and says how
// late the file is. A rule strikes a file at most once; which line it is about
// the rule's selection says, and among several the seed, so that the same rule
// tells the same lie each time. What could have no effect on this file (a line
// where there is none, a delay that is over) does not strike.
func (w *World) distort(f *file, m *member, day dayOf) time.Duration {
	var late time.Duration
	for _, r := range w.rules.rules {
		if r.Point != PointStatement {
			continue
		}
		found := w.linesFor(r, f, day)
		at, line := w.fileMoment(nil), -1
		if len(found) > 0 {
			line = found[chance.Pick(w.seed, "file/"+r.ID, m.MemberNo+"/"+day.name, len(found))]
		}
		if line >= 0 && !r.fits(at) {
			at = w.lineMoment(r, &f.lines[line])
		}
		if !r.fits(at) || !w.couldStrike(r, m, day, line >= 0) {
			continue
		}
		fault := w.strikeBy([]*faultRule{r}, at).File
		late = max(late, fault.Late)
		w.apply(f, fault, r.ID, m, day, line)
	}
	return late
}

// fileMoment is the moment of a file, or of one of its lines.
func (w *World) fileMoment(l *fileLine) Moment {
	at := w.inMoment
	at.Now, at.Point = w.now, PointStatement
	if l != nil {
		at.OrderNo, at.Amount, at.Bank, at.CardLast4 = l.number, l.amount, l.bank, l.card[max(len(l.card)-lastDigits, 0):]
	}
	return at
}

// lastDigits is how many digits of a card a rule selects by.
const lastDigits = 4

// lineMoment is the moment of a line, by that of its numbers which the rule names.
func (w *World) lineMoment(r *faultRule, l *fileLine) Moment {
	at := w.fileMoment(l)
	if l.other != "" && r.When.OrderNo == l.other {
		at.OrderNo = l.other
	}
	return at
}

// linesFor finds the lines a rule may be about: all, unless it selects lines. One
// that is late already is not made later.
func (w *World) linesFor(r *faultRule, f *file, day dayOf) []int {
	whole, later := r.fits(w.fileMoment(nil)), w.wants(r).LateLine
	var found []int
	for i := range f.lines {
		if later && instant(f.lines[i].at).Before(day.from) {
			continue
		}
		if whole || r.fits(w.lineMoment(r, &f.lines[i])) {
			found = append(found, i)
		}
	}
	return found
}

// wants is what a rule would do to a file.
func (w *World) wants(r *faultRule) FileFault {
	var d Disposition
	r.kind.Apply(r.FaultRule, w.fileMoment(nil), &d)
	return d.File
}

// couldStrike reports whether a rule could change this file, which has a line for it or not.
func (w *World) couldStrike(r *faultRule, m *member, day dayOf, line bool) bool {
	switch fault := w.wants(r); {
	case fault.LateLine:
		return line && !w.hasMoved(r.ID, m, day)
	case fault.Late > 0:
		return w.now.Before(day.to.Add(fault.Late))
	case fault.Missing || fault.Duplicate || fault.Altered:
		return line
	}
	return true
}

// hasMoved reports whether a rule has moved a line out of the file of a day before.
func (w *World) hasMoved(rule string, m *member, day dayOf) bool {
	from, to := w.ledgerSpan(day)
	return slices.ContainsFunc(w.late, func(l lateLine) bool {
		return l.Rule == rule && int(l.Row) > from && int(l.Row) <= to && w.ledger[l.Row-1].charge.member == m
	})
}

// apply does to a file what a fault wants; line is the one struck, -1 for none.
func (w *World) apply(f *file, fault FileFault, rule string, m *member, day dayOf, line int) {
	f.lie = f.lie || fault.WrongDigest
	if fault.Extra {
		f.lines = append(f.lines, w.madeUp(f, fault, rule, m, day))
	}
	if line < 0 {
		return
	}
	struck := f.lines[line]
	if fault.Altered {
		f.lines[line].amount = alteredAmount(struck.amount, fault.Amount)
	}
	if fault.Duplicate {
		f.lines = slices.Insert(f.lines, line, struck)
	}
	if fault.LateLine && struck.row > 0 {
		w.late = append(w.late, lateLine{Row: struck.row, Rule: rule})
	}
	if fault.Missing || fault.LateLine {
		f.lines = slices.Delete(f.lines, line, line+1)
	}
}

// alteredAmount is an amount that is not the given one: the wanted, or a fen more.
func alteredAmount(amount, wanted money.Fen) money.Fen {
	if wanted > 0 && wanted != amount {
		return wanted
	}
	return amount + 1
}

// madeUp is a line that nothing stands behind, at the very end of the day.
func (w *World) madeUp(f *file, fault FileFault, rule string, m *member, day dayOf) fileLine {
	const mostMadeUp, digits = 100_000, 14
	entity := "file/extra/" + rule + "/" + m.name()
	at := day.to.Add(-time.Second).UnixNano()
	made := fileLine{
		kind: f.form.kinds[0], number: "ord_" + chance.Digits(w.seed, entity, day.name, digits), orderTime: at, at: at,
		amount: fault.Amount, card: "622202******0000", bank: "ICBC",
	}
	if made.amount == 0 {
		made.amount = money.Fen(1 + chance.Pick(w.seed, entity, day.name, mostMadeUp))
	}
	if !f.form.sums {
		made.number, made.other = "agr_"+made.number[4:], "sgn_"+made.number[4:]
		made.payer, made.status, made.amount = "payer-"+strconv.Itoa(chance.Pick(w.seed, entity, day.name, mostMadeUp)), AgreementActive, 0
	}
	return made
}

// heldBack reports whether a ledger row was moved out of the file of its day.
func (w *World) heldBack(row int64) bool {
	return slices.ContainsFunc(w.late, func(l lateLine) bool { return l.Row == row })
}

// addLateLines adds what was moved out of a day's file into the next.
func (w *World) addLateLines(f *file, m *member, day dayOf) {
	from, to := w.ledgerSpan(day)
	for _, l := range w.late {
		if int(l.Row) > from && int(l.Row) <= to && w.ledger[l.Row-1].charge.member == m {
			f.lines = append(f.lines, w.movement(l.Row))
		}
	}
}
