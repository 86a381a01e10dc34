package controlapi

import (
	"strconv"

	"countersign/contract/control"
	"countersign/internal/cardholder"
	"countersign/internal/mask"
	"countersign/simulator"
)

// criteriaOf lists the members of a match that are given, in a fixed order.
func criteriaOf(m *control.RecordMatch) []criterion {
	var all []criterion
	if m == nil {
		return all
	}
	add := func(name string, given bool, wanted string) {
		if given {
			all = append(all, criterion{name, wanted})
		}
	}
	add("operation", m.Operation != nil, string(value(m.Operation)))
	add("kind", m.Kind != nil, string(value(m.Kind)))
	add("about", m.About != nil, string(value(m.About)))
	add("channel_id", m.ChannelId != nil, value(m.ChannelId))
	add("member_no", m.MemberNo != nil, value(m.MemberNo))
	add("event_id", m.EventId != nil, value(m.EventId))
	add("number", m.Number != nil, value(m.Number))
	add("reference", m.Reference != nil, value(m.Reference))
	add("to", m.To != nil, value(m.To))
	add("sender", m.Sender != nil, string(value(m.Sender)))
	add("medium", m.Medium != nil, string(value(m.Medium)))
	add("direction", m.Direction != nil, string(value(m.Direction)))
	add("amount", m.Amount != nil, strconv.FormatInt(value(m.Amount), 10))
	add("card_last4", m.CardLast4 != nil, value(m.CardLast4))
	add("status", m.Status != nil, strconv.Itoa(value(m.Status)))
	add("signature", m.Signature != nil, value(m.Signature))
	add("committed", m.Committed != nil, strconv.FormatBool(value(m.Committed)))
	add("fault_id", m.FaultId != nil, value(m.FaultId))
	add("cause", m.Cause != nil, value(m.Cause))
	add("outcome", m.Outcome != nil, value(m.Outcome))
	return all
}

// membersOf says which members of a match a subject has.
func membersOf(subject control.VerifyRequestSubject) []string {
	switch subject {
	case control.SubjectInbox:
		return []string{"to", "about", "sender", "medium", "reference", "channel_id"}
	case control.SubjectLedger:
		return []string{"kind", "amount", "card_last4", "channel_id", "member_no", "number"}
	case control.SubjectDeliveries:
		return []string{"event_id", "number", "channel_id", "member_no", "outcome", "status", "fault_id"}
	default:
		return []string{"operation", "channel_id", "member_no", "number", "direction", "status", "signature", "committed", "fault_id", "cause"}
	}
}

// visit looks at every record of a subject after a cursor, oldest first, and counts
// those that the world has let go.
func (s *search) visit(w *simulator.World, subject control.VerifyRequestSubject, after int64) {
	switch subject {
	case control.SubjectInbox:
		s.miss(after, w.OldestMessage())
		for _, m := range w.Messages(simulator.MessageFilter{After: after}) {
			s.look(&record{cursor: m.Cursor, value: func(name, _ string) string { return ofMessage(&m, name) }})
		}
	case control.SubjectLedger:
		w.VisitLedger(after, func(row *simulator.LedgerRow) {
			s.look(&record{cursor: row.Seq, value: func(name, wanted string) string { return ofMovement(row, name, wanted) }})
		})
	case control.SubjectDeliveries:
		for i, d := range w.Deliveries() {
			if i == 0 {
				s.miss(after, d.Cursor)
			}
			if d.Cursor > after {
				s.look(&record{cursor: d.Cursor, value: func(name, wanted string) string { return ofDelivery(&d, name, wanted) }})
			}
		}
	default:
		s.miss(after, w.OldestRow())
		w.VisitJournal(after, func(row *simulator.JournalRow) bool {
			s.look(&record{cursor: row.Seq, value: func(name, wanted string) string { return ofRow(row, name, wanted) }})
			return true
		})
	}
}

// miss notes the records after a cursor that are older than the oldest one kept.
func (s *search) miss(after, oldest int64) { s.dropped = max(oldest-1-after, 0) }

// ofRow is a member of a journal row.
func ofRow(row *simulator.JournalRow, name, wanted string) string {
	switch name {
	case "operation":
		return string(operationOf(row.Operation))
	case "channel_id":
		return row.ChannelID
	case "member_no":
		return row.MemberNo
	case "number":
		return row.Ref
	case "direction":
		return string(directionOf(row))
	case "status":
		return strconv.Itoa(row.AnswerStatus())
	case "signature":
		return signatureOf(row)
	case "committed":
		return strconv.FormatBool(row.Committed)
	case "fault_id":
		return ofFaults(row.Faults, wanted)
	case "cause":
		return causeOf(row)
	}
	return ""
}

// ofFaults is the wanted rule if it took effect, else the first that did.
func ofFaults(faults []simulator.FaultStrike, wanted string) string {
	first := ""
	for i, f := range faults {
		if f.RuleID == wanted {
			return wanted
		}
		if i == 0 {
			first = f.RuleID
		}
	}
	return first
}

// ofMessage is a member of a message.
func ofMessage(m *simulator.Message, name string) string {
	switch name {
	case "to":
		if m.Medium == simulator.MediumSMS {
			return m.To.Reveal()
		}
		return m.OpenID
	case "about":
		return string(m.About)
	case "sender":
		return string(m.Sender)
	case "medium":
		return string(m.Medium)
	case "reference":
		return m.Ref
	case "channel_id":
		return m.ChannelID
	}
	return ""
}

// ofMovement is a member of a movement of money; a refund is found by its own
// number and by its order's.
func ofMovement(row *simulator.LedgerRow, name, wanted string) string {
	switch name {
	case "kind":
		return string(row.Kind)
	case "amount":
		return strconv.FormatInt(int64(row.Amount), 10)
	case "card_last4":
		return last4(row.MaskedCard)
	case "channel_id":
		return row.ChannelID
	case "member_no":
		return row.MemberNo
	case "number":
		if row.RefundNo != "" && row.OrderNo != wanted {
			return row.RefundNo
		}
		return row.OrderNo
	}
	return ""
}

// ofDelivery is a member of a delivery.
func ofDelivery(d *simulator.DeliveryRecord, name, wanted string) string {
	switch name {
	case "event_id":
		return d.EventID
	case "number":
		return d.Ref
	case "channel_id":
		return d.ChannelID
	case "member_no":
		return d.MemberNo
	case "outcome":
		return string(d.Outcome)
	case "status":
		return strconv.Itoa(d.Status)
	case "fault_id":
		return ofFaults(d.Faults, wanted)
	}
	return ""
}

// shown masks a value of a near miss.
func shown(name, text string) string {
	switch name {
	case "to", "reference", "cause":
		if mobile, err := cardholder.NewMobile(text); err == nil {
			return mobile.Masked()
		}
		return mask.Text(text)
	case "amount", "status", "card_last4", "committed":
		return text
	}
	return mask.Number(text)
}
