package simulator

import "slices"

// mostRows bounds the journal rows of one delivery, so that a burst does not push
// everything else out of the journal; the delivery log counts all copies.
const mostRows = 100

// What a journal row of a delivery says of its end; one lost by a fault names the
// fault instead.
const (
	resultSending         = "sending"
	resultAcknowledged    = "acknowledged"
	resultNotAcknowledged = "not_acknowledged"
	resultRefused         = "refused: notify_url leads to " // and where
)

// noteSending writes a delivery into the delivery log and the journal: a row for
// each copy, when it goes out, so that the order of rows does not depend on who is
// answered first.
func (w *World) noteSending(n *notice, d *Delivery, result string) {
	n.rows = make([]int64, min(d.Copies, mostRows))
	for i := range n.rows {
		n.rows[i] = w.journal.add(JournalRow{
			At: w.now, From: n.event.ChannelID, To: partPlatform, Operation: OpNotification, ChannelID: n.event.ChannelID,
			MemberNo: n.event.MemberNo, Ref: n.ref, Method: "POST", Target: n.url, Committed: true, Result: result,
			Faults: n.struck, Cause: string(n.event.Type), Variant: d.Variant,
		})
	}
	d.Rows = n.rows
	w.notices.logged++
	n.record = &DeliveryRecord{
		Cursor: w.notices.logged, EventID: n.event.EventID, Type: n.event.Type, ChannelID: n.event.ChannelID,
		MemberNo: n.event.MemberNo, Ref: n.ref, Attempt: n.attempt, At: w.now, Variant: d.Variant, Copies: d.Copies,
		Outcome: DeliveryPending, Faults: n.struck, Rows: n.rows, Cause: n.Cause,
	}
	if n.From == SendingByPlan {
		n.record.PlanID = n.PlanID
	}
	if len(w.notices.log) >= 2*deliveryRecords {
		w.notices.log = slices.Clone(w.notices.log[deliveryRecords:])
	}
	w.notices.log = append(w.notices.log, n.record)
	n.struck = nil
}

// noteReceipt writes down how a delivery ended, copy by copy where that is known.
func (w *World) noteReceipt(n *notice, c Delivered) {
	n.record.Outcome, n.record.Status = DeliveryNotAcknowledged, c.Status
	if c.Acknowledged {
		n.record.Outcome = DeliveryAcknowledged
	}
	for i, seq := range n.rows {
		row := w.journal.at(seq)
		if row == nil {
			continue
		}
		end := CopyReceipt{Acknowledged: c.Acknowledged, Status: c.Status}
		if i < len(c.Copies) {
			end = c.Copies[i]
		}
		row.Result, row.answerStatus = resultNotAcknowledged, end.Status
		switch {
		case end.Acknowledged:
			row.Result = resultAcknowledged
		case c.Refused != "":
			row.Result = resultRefused + c.Refused
		}
	}
}

// Deliveries is the log of deliveries, oldest first.
func (w *World) Deliveries() []DeliveryRecord {
	log := make([]DeliveryRecord, 0, len(w.notices.log))
	for _, record := range w.notices.log {
		log = append(log, *record)
	}
	return log
}

// InFlight lists the deliveries begun and not yet reported. After a restart nobody
// will report them: the engine tells the world they failed.
func (w *World) InFlight() []Delivered {
	var open []Delivered
	for _, id := range sortedKeys(w.notices.pending) {
		if n := w.notices.pending[id]; n.inFlight {
			open = append(open, Delivered{EventID: id, Attempt: n.attempt})
		}
	}
	return open
}
