package simulator

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

// journal is a ring of rows, grown as needed.
type journal struct {
	rows []JournalRow
	last int64
}

// add numbers a row and keeps it.
func (j *journal) add(row JournalRow) int64 {
	j.last++
	row.Seq = j.last
	if len(j.rows) < journalRows {
		j.rows = append(j.rows, row)
	} else {
		j.rows[(j.last-1)%journalRows] = row
	}
	return j.last
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
		r.answerStatus, r.answerBody = status, body
	}
}

// Sent adds to the journal rows of a sending what went out. Like Answered it is an
// observation about the wire.
func (w *World) Sent(rows []int64, body []byte) {
	for _, row := range rows {
		if r := w.journal.at(row); r != nil {
			r.requestBody = body
		}
	}
}

// note writes the journal row of a request.
func (w *World) note(in Input, out *Outcome) {
	row := JournalRow{
		At: w.now, From: partPlatform, To: in.Request.ChannelID, Operation: in.Command.Operation(),
		ChannelID: in.Request.ChannelID, MemberNo: in.Request.MemberNo, Ref: w.inMoment.OrderNo,
		Method: in.Request.Method, Target: in.Request.Target, JTI: in.Request.JTI, Signature: in.Request.Signature,
		Faults: w.strikes, Cause: causeRequest, requestBody: in.Request.Body,
	}
	row.Committed = out.Problem == nil && out.Reply.Deferred == "" && out.committed
	row.Result, row.Reason = out.summary()
	out.Row = w.journal.add(row)
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
	case !o.committed && o.Reply.Withheld:
		return "lost", ""
	}
	return "accepted", ""
}
