package simulator

import "slices"

// holdNotice keeps a notification back until the next one of its member went out
// (N-5).
func (w *World) holdNotice(n *notice) {
	n.Held = true
	w.notices.held = append(w.notices.held, n.event.EventID)
}

// letGo ends a hold.
func (w *World) letGo(n *notice) {
	if !n.Held {
		return
	}
	n.Held = false
	w.notices.held = slices.DeleteFunc(w.notices.held, func(id string) bool { return id == n.event.EventID })
}

// releaseHeld lets those of the member go that waited for this one, which was
// answered or has timed out.
func (w *World) releaseHeld(by *notice) {
	for _, id := range slices.Clone(w.notices.held) {
		n := w.notices.pending[id]
		if n == nil || n == by || n.event.MemberNo != by.event.MemberNo {
			continue
		}
		w.letGo(n)
		pause := n.Next.pause()
		if n.Fault.Reorder > 0 {
			pause = 0 // it was due when the fault took it
		}
		w.planNotice(n, pause, n.Fault.Reorder > 0)
	}
}

// strikeNotice asks the faults around a notification.
func (w *World) strikeNotice(n *notice) {
	n.Fault = w.strikeNoticeAt(n, PointNotifying)
}

// strikeEarly asks whether a fault has the notification of the call under way go
// out before the call is answered (N-2).
func (w *World) strikeEarly(n *notice) bool {
	return w.call != 0 && w.strikeNoticeAt(n, PointCommitted).Early
}

// strikeNoticeAt asks the faults and keeps their strikes for the journal row of the
// next delivery.
func (w *World) strikeNoticeAt(n *notice, point Point) NoticeFault {
	if len(w.rules.rules) == 0 && !w.MagicValues() {
		return NoticeFault{}
	}
	at := w.noticeMoment(n)
	at.Point = point
	saved := w.strikes
	w.strikes = nil
	d := w.strikeAt(at)
	n.struck, w.strikes = append(n.struck, w.strikes...), saved
	return d.Notice
}

// noticeMoment is what rules and plans can select a notification by.
func (w *World) noticeMoment(n *notice) Moment {
	at := Moment{
		Now: w.now, Operation: OpNotification, ChannelID: n.event.ChannelID, MemberNo: n.event.MemberNo,
		OrderNo: n.ref, EventType: n.event.Type,
	}
	if m := w.members[n.event.MemberNo]; m != nil {
		at.Merchant = m.Merchant
	}
	agreement := n.event.Agreement
	if s := n.event.Signing; s != nil {
		agreement = s.Agreement
	}
	switch {
	case n.event.Charge != nil:
		at.Amount, at.CardLast4, at.Bank = n.event.Charge.Amount, lastFour(n.event.Charge.MaskedCard), n.event.Charge.Bank
	case n.event.Refund != nil:
		at.Amount = n.event.Refund.Amount
	case agreement != nil:
		at.CardLast4, at.Bank = lastFour(agreement.MaskedCard), agreement.Bank
	}
	return at
}

// lastFour are the last four characters of a masked card number.
func lastFour(maskedCard string) string {
	if len(maskedCard) < 4 {
		return ""
	}
	return maskedCard[len(maskedCard)-4:]
}

// callAbout finds the journal row of the newest call that could have set off what
// now happened to a number by itself; 0 when it is not kept any more.
func (w *World) callAbout(memberNo, ref string) int64 {
	for seq := w.journal.last; seq > 0; seq-- {
		row := w.journal.at(seq)
		if row == nil {
			return 0
		}
		if row.Ref != ref || row.MemberNo != memberNo || row.From != partPlatform || !row.Committed {
			continue
		}
		switch row.Operation {
		case OpCharge, OpChargeConfirm, OpRefund, OpSigningConfirm, OpBind:
			return seq
		default:
		}
	}
	return 0
}
