package simulator

import "slices"

// journalRows is how many rows a world keeps; older ones are dropped.
const journalRows = 2000

// The parties of journal rows that are no channel or bank.
const (
	partPlatform = "platform"
	partHandset  = "handset"
)

// Causes of journal rows.
const (
	causeRequest = "request"
	causeTimer   = "timer"
)

// journalBytes bounds the bodies that the rows of a world keep, in bytes: a
// stranger may send many large ones.
const journalBytes = 8 << 20

// longestTarget bounds the path and query a row keeps, in bytes.
const longestTarget = 1 << 10

// journal is a ring of rows, grown as needed.
type journal struct {
	rows []JournalRow
	last int64

	bodies int   // bytes of all bodies kept
	bare   int64 // rows up to this one have lost their bodies
}

// add numbers a row and keeps it.
func (j *journal) add(row JournalRow) int64 {
	j.last++
	row.Seq = j.last
	row.Target = row.Target[:min(len(row.Target), longestTarget)]
	if len(j.rows) < journalRows {
		j.rows = append(j.rows, row)
	} else {
		oldest := &j.rows[(j.last-1)%journalRows]
		j.bodies -= oldest.size()
		*oldest = row
	}
	j.grow(row.size())
	return j.last
}

// grow counts bytes of bodies; where there are too many, the oldest rows lose
// theirs. The rows themselves stay: what happened does not depend on how much was
// said.
func (j *journal) grow(size int) {
	j.bodies += size
	j.bare = max(j.bare, j.last-journalRows)
	for j.bodies > journalBytes && j.bare < j.last {
		j.bare++
		row := j.at(j.bare)
		if row.size() == 0 {
			continue
		}
		j.bodies -= row.size()
		row.requestBody, row.answerBody, row.bared = nil, nil, true
	}
}

// at finds a row that is still kept.
func (j *journal) at(seq int64) *JournalRow {
	if seq < 1 || seq > j.last || seq <= j.last-journalRows {
		return nil
	}
	return &j.rows[(seq-1)%journalRows]
}

// Journal returns the rows after a number, oldest first. At most limit of them
// unless limit is 0.
func (w *World) Journal(after int64, limit int) []JournalRow {
	first := max(after+1, w.journal.last-journalRows+1, 1)
	var rows []JournalRow
	for seq := first; seq <= w.journal.last && (limit == 0 || len(rows) < limit); seq++ {
		rows = append(rows, *w.journal.at(seq))
	}
	return rows
}

// Answered adds to a journal row what the door answered. It is an observation
// about the wire, not part of the world's state: exports and replays lack it.
func (w *World) Answered(row int64, status int, body []byte) {
	if r := w.journal.at(row); r != nil {
		grown := len(body) - len(r.answerBody)
		r.answerStatus, r.answerBody = status, body
		w.journal.grow(grown)
	}
}

// Sent adds to the journal rows of a delivery what went out. Like Answered it is an
// observation about the wire.
func (w *World) Sent(rows []int64, body []byte) {
	for _, row := range rows {
		if r := w.journal.at(row); r != nil {
			grown := len(body) - len(r.requestBody)
			r.requestBody = body
			w.journal.grow(grown)
		}
	}
}

// begin keeps the place of a request's row, so that what the request causes stands
// behind it; note fills it in.
func (w *World) begin() int64 { return w.journal.add(JournalRow{At: w.now}) }

// note writes the journal row of a request at the place kept for it.
func (w *World) note(in Input, out *Outcome, place int64) {
	out.Row = place
	row := w.journal.at(place)
	if row == nil {
		return // what the request caused has filled the ring
	}
	*row = JournalRow{
		Seq: place, At: w.now, From: partPlatform, To: in.Request.ChannelID, Operation: in.Command.Operation(),
		ChannelID: in.Request.ChannelID, MemberNo: in.Request.MemberNo, Ref: w.inMoment.OrderNo,
		Method: in.Request.Method, Target: in.Request.Target, JTI: in.Request.JTI, Signature: in.Request.Signature,
		Faults: w.strikesOf(in), Cause: causeRequest, requestBody: in.Request.Body,
	}
	row.Committed = out.Problem == nil && out.Reply.Deferred == "" && out.committed
	row.Lost = out.Reply.lost()
	row.Result, row.Reason = out.summary()
	row.Target = row.Target[:min(len(row.Target), longestTarget)]
	w.journal.grow(row.size())
}

// strikesOf are the faults of a request: those of this step, after those that held it
// before.
func (w *World) strikesOf(in Input) []FaultStrike {
	held := w.journal.at(in.Held)
	if held == nil || in.Resumed == "" || len(held.Faults) == 0 {
		return w.strikes
	}
	return append(slices.Clone(held.Faults), w.strikes...)
}

// summary is the status and reason of an outcome for the journal.
func (o *Outcome) summary() (string, Reason) {
	switch {
	case o.Problem != nil:
		return string(o.Problem.Code), ""
	case o.Reply.Deferred != "":
		return "held", ""
	case o.Check != nil:
		return string(o.Check.Result), o.Check.Reason
	case o.Signing != nil:
		return string(o.Signing.Status), o.Signing.Reason
	case o.Agreement != nil:
		return string(o.Agreement.Status), ""
	case o.Charge != nil:
		return string(o.Charge.Status), o.Charge.Reason
	case o.Refund != nil:
		return string(o.Refund.Status), o.Refund.Reason
	case !o.committed && o.Reply.Answer.Message != "":
		return string(o.Reply.Answer.Message), ""
	case !o.committed && (o.Reply.Withheld || o.Reply.Wire != (WireFault{})):
		return "lost", ""
	}
	return "accepted", ""
}

// VisitJournal shows the rows after a number, oldest first, until the visitor has
// seen enough. The rows are the world's own: they must be neither kept nor changed.
func (w *World) VisitJournal(after int64, visit func(*JournalRow) (more bool)) {
	for seq := max(after+1, w.OldestRow()); seq <= w.journal.last; seq++ {
		if !visit(w.journal.at(seq)) {
			return
		}
	}
}

// OldestRow is the number of the oldest row kept; those below it were dropped.
func (w *World) OldestRow() int64 { return max(w.journal.last-journalRows+1, 1) }
