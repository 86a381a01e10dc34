package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"countersign/internal/chance"
)

// deliveryRecords is how many finished deliveries a world remembers.
const deliveryRecords = 1000

// noticeBook holds notifications: pending ones, and a bounded memory of those done
// (kept for redelivery).
type noticeBook struct {
	pending map[string]*notice
	done    []*notice
	log     []*DeliveryRecord
}

// notice is one event on its way to the platform.
type notice struct {
	event    Event
	serial   int64 // of the event in its world
	ref      string
	url      string
	schedule []int
	attempt  int // sendings begun
	plan     int // number of the newest plan; older due entries are void
	inFlight bool

	struck []FaultStrike   // by the faults around the next sending
	record *DeliveryRecord // of the newest sending
	rows   []int64         // its journal rows, one for each copy
}

// notify makes a notification of an event, if somebody is to be told.
func (w *World) notify(m *member, url, ref string, event Event) {
	schedule := m.channel.profile.Notification.ScheduleSeconds
	if url == "" {
		url = m.NotifyURL
	}
	if url == "" || len(schedule) == 0 {
		return
	}
	w.made.Events++
	event.EventID = "evt_" + chance.Digits(w.seed, "event/"+m.MemberNo, strconv.FormatInt(w.made.Events, 10), 8) + fmt.Sprintf("%06d", w.made.Events)
	event.ChannelID, event.MemberNo, event.At = m.ChannelID, m.MemberNo, w.now
	if w.notices.pending == nil {
		w.notices.pending = map[string]*notice{}
	}
	n := &notice{event: event, serial: w.made.Events, ref: ref, url: url, schedule: schedule}
	w.notices.pending[event.EventID] = n
	w.planNotice(n, time.Duration(schedule[0])*time.Second, false)
}

// planNotice makes the next sending due after a pause and voids older plans.
func (w *World) planNotice(n *notice, pause time.Duration, late bool) {
	n.plan++
	w.due.add(dueEntry{at: w.now.Add(pause), event: n.event.EventID, serial: n.serial, plan: n.plan, late: late})
}

// sendNotice begins a sending that is due; faults may drop, multiply or delay it.
func (w *World) sendNotice(e dueEntry) {
	n := w.notices.pending[e.event]
	if n == nil || n.inFlight || n.plan != e.plan {
		return
	}
	d := w.strikeNotice(n, e.late)
	if d.Late > 0 {
		w.planNotice(n, d.Late, true)
		return
	}
	n.attempt++
	copies, result, effect := 1+d.Copies, resultSending, EffectDeliver
	if d.Drop {
		copies, result, effect = 1, "dropped by "+d.droppedBy, EffectDropped
	}
	w.noteSending(n, copies, result)
	w.tell(Effect{Kind: effect, At: w.now, What: string(n.event.Type), Delivery: &Delivery{
		Event: n.event, URL: n.url, Attempt: n.attempt, Copies: copies, Rows: n.rows,
	}})
	if d.Drop {
		n.record.Dropped = true
		w.scheduleNext(n)
		return
	}
	n.inFlight, n.record.Pending = true, true
}

// strikeNotice asks the faults around a notification. One already held back is
// not struck again.
func (w *World) strikeNotice(n *notice, late bool) Disposition {
	if late || len(w.rules.rules) == 0 {
		return Disposition{}
	}
	saved := w.strikes
	w.strikes = nil
	at := Moment{
		Now: w.now, Point: PointNotifying, Operation: OpNotification,
		ChannelID: n.event.ChannelID, MemberNo: n.event.MemberNo, OrderNo: n.ref,
	}
	if c := n.event.Charge; c != nil {
		at.Amount = c.Amount
		at.CardLast4 = lastFour(c.MaskedCard)
	}
	d := w.strikeAt(at)
	n.struck, w.strikes = w.strikes, saved
	return d
}

// lastFour are the last four characters of a masked card number.
func lastFour(maskedCard string) string {
	if len(maskedCard) < 4 {
		return ""
	}
	return maskedCard[len(maskedCard)-4:]
}

// delivered notes how a sending ended and plans the next one.
func (w *World) delivered(c Delivered) Outcome {
	n := w.notices.pending[c.EventID]
	if n == nil || !n.inFlight || n.attempt != c.Attempt {
		return Outcome{Problem: refuse(ProblemNotFound, "no such delivery under way")}
	}
	n.inFlight = false
	w.noteReceipt(n, c)
	if c.Acknowledged {
		w.retireNotice(n)
		return Outcome{}
	}
	w.scheduleNext(n)
	return Outcome{}
}

// scheduleNext plans the next sending, or gives up after the last one.
func (w *World) scheduleNext(n *notice) {
	if n.attempt >= len(n.schedule) {
		w.retireNotice(n)
		return
	}
	w.planNotice(n, time.Duration(n.schedule[n.attempt])*time.Second, false)
}

// retireNotice moves a notification to the bounded memory.
func (w *World) retireNotice(n *notice) {
	delete(w.notices.pending, n.event.EventID)
	w.notices.done = append(w.notices.done, n)
	if len(w.notices.done) >= 2*deliveryRecords {
		w.notices.done = append([]*notice(nil), w.notices.done[deliveryRecords:]...)
	}
}

// redeliver sends a notification once more, now.
func (w *World) redeliver(eventID string) Outcome {
	if n := w.notices.pending[eventID]; n != nil {
		w.planNotice(n, 0, true)
		return Outcome{}
	}
	for i, n := range slices.Backward(w.notices.done) {
		if n.event.EventID != eventID {
			continue
		}
		w.notices.done = append(w.notices.done[:i:i], w.notices.done[i+1:]...)
		if w.notices.pending == nil {
			w.notices.pending = map[string]*notice{}
		}
		w.notices.pending[eventID] = n
		w.planNotice(n, 0, true)
		return Outcome{}
	}
	return Outcome{Problem: refuse(ProblemNotFound, "no such notification")}
}
