package simulator

// What a journal row of a sending says of its end; one lost by a fault names the
// fault instead.
const (
	resultSending         = "sending"
	resultAcknowledged    = "acknowledged"
	resultNotAcknowledged = "not_acknowledged"
)

// noteSending writes a sending into the delivery log and the journal: a row for
// each copy, when it goes out, so that the order of rows does not depend on who is
// answered first.
func (w *World) noteSending(n *notice, copies int, result string) {
	if len(w.notices.log) >= 2*deliveryRecords {
		w.notices.log = append([]*DeliveryRecord(nil), w.notices.log[deliveryRecords:]...)
	}
	n.record = &DeliveryRecord{
		EventID: n.event.EventID, Type: n.event.Type, MemberNo: n.event.MemberNo, Ref: n.ref, Attempt: n.attempt, At: w.now,
	}
	w.notices.log = append(w.notices.log, n.record)
	n.rows = make([]int64, copies)
	for i := range n.rows {
		n.rows[i] = w.journal.add(JournalRow{
			At: w.now, From: n.event.ChannelID, To: partPlatform, Operation: OpNotification, ChannelID: n.event.ChannelID,
			MemberNo: n.event.MemberNo, Ref: n.ref, Method: "POST", Target: n.url, Committed: true, Result: result,
			Faults: n.struck, Cause: string(n.event.Type),
		})
	}
	n.struck = nil
}

// noteReceipt writes down how a sending ended, copy by copy where that is known.
func (w *World) noteReceipt(n *notice, c Delivered) {
	n.record.Pending, n.record.Acknowledged, n.record.Status = false, c.Acknowledged, c.Status
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
		if end.Acknowledged {
			row.Result = resultAcknowledged
		}
	}
}

// Deliveries is the log of sendings, oldest first.
func (w *World) Deliveries() []DeliveryRecord {
	log := make([]DeliveryRecord, 0, len(w.notices.log))
	for _, record := range w.notices.log {
		log = append(log, *record)
	}
	return log
}

// InFlight lists the sendings begun and not yet reported. After a restart nobody
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
