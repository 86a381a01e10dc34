package simulator

import "slices"

// redeliver sends a notification once more, now, in the variant and in as many
// copies as asked for. Faults do not meet it. While a delivery is under way it
// follows right after.
func (w *World) redeliver(c Redeliver) Outcome {
	switch {
	case !c.Variant.known():
		return Outcome{Problem: invalid("variant", "no such variant")}
	case c.Copies < 0 || c.Copies > mostCopies:
		return Outcome{Problem: invalid("copies", "must be 1 to 10000")}
	}
	n := w.noticeOf(c.EventID)
	if n == nil {
		return Outcome{Problem: &Problem{Code: ProblemNotFound, Field: "event_id", Detail: "no such notification", Hint: "GET deliveries lists what was sent; long finished ones are not kept"}}
	}
	if why := w.cannotVary(c.Variant, &n.event); why != "" {
		return Outcome{Problem: invalid("variant", why)}
	}
	if why := w.cannotReplay(n); c.Variant == VariantReplay && why != "" {
		return Outcome{Problem: invalid("variant", why)}
	}
	wanted := PlannedSending{Copies: c.Copies, Variant: c.Variant}
	if n.inFlight {
		if len(n.Extra) >= mostSendings {
			return Outcome{Problem: invalid("event_id", "100 deliveries of it wait already")}
		}
		n.Extra = append(n.Extra, wanted)
		return Outcome{}
	}
	w.revive(n)
	switch n.From { // what was planned and not sent keeps its place
	case SendingByPlan:
		n.Steps = append([]PlannedSending{n.Next}, n.Steps...)
	case SendingByFault:
		n.Extra = append([]PlannedSending{n.Next}, n.Extra...)
	case SendingBySchedule, SendingByHand:
	}
	w.letGo(n)
	n.Next, n.From, n.Fault, n.struck = wanted, SendingByHand, NoticeFault{}, nil
	w.planNotice(n, 0, true)
	return Outcome{}
}

// cannotReplay says why the very bytes of an earlier delivery cannot go out again, ""
// when they can. They are signed anew, which gives the same bytes under the same key.
func (w *World) cannotReplay(n *notice) string {
	switch {
	case n.SentAt.IsZero():
		return "nothing true was sent yet, so there is nothing to replay"
	case n.SentKey != w.keySerial(n.event.MemberNo):
		return "the key that the earlier delivery was signed with was rotated out, so its bytes cannot be made again"
	}
	return ""
}

// keySerial is the serial of the keys after a member's present ones: it rises with each
// rotation, and names no member.
func (w *World) keySerial(memberNo string) int {
	if m := w.members[memberNo]; m != nil {
		return m.NextSerial()
	}
	return 0
}

// noticeOf finds a notification on its way or in the bounded memory.
func (w *World) noticeOf(eventID string) *notice {
	if n := w.notices.pending[eventID]; n != nil {
		return n
	}
	for _, n := range slices.Backward(w.notices.done) {
		if n.event.EventID == eventID {
			return n
		}
	}
	return nil
}

// revive takes a notification out of the memory of those done.
func (w *World) revive(n *notice) {
	if i := slices.Index(w.notices.done, n); i >= 0 {
		w.notices.done = slices.Delete(slices.Clone(w.notices.done), i, i+1)
		n.Next, n.From = PlannedSending{}, SendingBySchedule
		w.keepPending(n)
	}
}
