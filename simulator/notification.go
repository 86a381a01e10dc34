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
// (kept for redelivery); the plans; and the log of deliveries.
type noticeBook struct {
	pending map[string]*notice
	done    []*notice
	held    []string // events that wait for the next one of their member, oldest first
	plans   []*PlanView
	log     []*DeliveryRecord
	logged  int64 // cursor of the newest record
}

// notice is one event on its way to the platform.
type notice struct {
	event    Event
	serial   int64 // of the event in its world
	ref      string
	url      string
	schedule []int
	attempt  int // deliveries begun
	plan     int // number of the newest due entry; older ones are void
	inFlight bool

	NoticeProgress

	struck []FaultStrike   // by the faults around the next delivery
	record *DeliveryRecord // of the newest delivery
	rows   []int64         // its journal rows, one for each copy up to mostRows
}

// NoticeProgress is where a notification stands in its schedule, its plan and what
// was asked for besides. It is plain data.
type NoticeProgress struct {
	Cause int64 `json:"cause,omitempty"` // journal row of the call that caused the event
	Tries int   `json:"tries,omitempty"` // entries of the schedule used
	Acked bool  `json:"acked,omitempty"`
	Held  bool  `json:"held,omitempty"` // until the next event of the member went out

	// Next is what the next due entry sends, and From where it comes from.
	Next PlannedSending `json:"next,omitzero"`
	From SendingSource  `json:"from,omitempty"`
	// Plan is the plan it goes by; Steps are those of its sendings that are left.
	PlanID       string           `json:"plan_id,omitempty"`
	Steps        []PlannedSending `json:"steps,omitempty"`
	ThenSchedule bool             `json:"then_schedule,omitempty"`
	// Extra are deliveries besides, made whether or not it was acknowledged.
	Extra []PlannedSending `json:"extra,omitempty"`
	// Fault is what the faults want done with the delivery under way or held back.
	Fault NoticeFault `json:"fault,omitzero"`
	// SentAttempt and SentAt are of the newest true delivery, for replays.
	SentAttempt int       `json:"sent_attempt,omitempty"`
	SentAt      time.Time `json:"sent_at,omitzero"`
	// SentKey is the serial of the keys that delivery was signed with, KeyNow that of the
	// delivery under way: after a rotation its very bytes cannot be made again.
	SentKey int `json:"sent_key,omitempty"`
	KeyNow  int `json:"key_now,omitempty"`
}

// SendingSource is why a delivery is made.
type SendingSource string

// The sources: the profile's schedule, a plan, a fault (a replay), a person.
const (
	SendingBySchedule SendingSource = ""
	SendingByPlan     SendingSource = "plan"
	SendingByFault    SendingSource = "fault"
	SendingByHand     SendingSource = "hand"
)

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
	event.EventID = "evt_" + chance.Digits(w.seed, "event/"+m.name(), strconv.FormatInt(w.made.Events, 10), 8) + fmt.Sprintf("%06d", w.made.Events)
	event.ChannelID, event.MemberNo, event.At = m.ChannelID, m.MemberNo, w.now
	n := &notice{event: event, serial: w.made.Events, ref: ref, url: url, schedule: schedule}
	n.Cause = w.call
	if n.Cause == 0 {
		n.Cause = w.callAbout(m.MemberNo, ref)
	}
	w.keepPending(n)
	w.beginNotice(n, w.planFor(n))
}

// keepPending puts a notification among those on their way.
func (w *World) keepPending(n *notice) {
	if w.notices.pending == nil {
		w.notices.pending = map[string]*notice{}
	}
	w.notices.pending[n.event.EventID] = n
}

// beginNotice makes the first delivery due: by a plan, before the answer of the call
// under way, or by the schedule.
func (w *World) beginNotice(n *notice, plan *PlanView) {
	order := OrderUsual
	if plan != nil {
		n.PlanID, n.Steps, n.ThenSchedule, order = plan.ID, plan.Sendings, plan.ThenSchedule, plan.Order
	}
	if order == OrderBeforeAnswer || w.strikeEarly(n) {
		w.early = n.event.EventID
		w.planNext(n)
		w.planNotice(n, 0, false)
		return
	}
	w.planNext(n)
	if order == OrderAfterNext {
		w.holdNotice(n)
		n.plan++ // no due entry: only the next event lets it go
	}
}

// planNext chooses the next delivery and makes it due: what was asked for besides,
// then the plan, then the schedule. With nothing left the notification is done.
func (w *World) planNext(n *notice) {
	n.Next, n.From, n.Fault = PlannedSending{}, SendingBySchedule, NoticeFault{}
	switch {
	case len(n.Extra) > 0:
		n.Next, n.From, n.Extra = n.Extra[0], SendingByFault, n.Extra[1:]
		w.planNotice(n, n.Next.pause(), true)
	case n.nextStep():
		n.Next, n.From, n.Steps = n.Steps[0], SendingByPlan, n.Steps[1:]
		w.planNotice(n, n.Next.pause(), false)
	case n.Acked || n.PlanID != "" && !n.ThenSchedule || n.Tries >= len(n.schedule):
		w.retireNotice(n)
	default:
		w.planNotice(n, time.Duration(n.schedule[n.Tries])*time.Second, false)
	}
}

// nextStep reports whether a sending of the plan is left. Of an acknowledged
// notification only replays are.
func (n *notice) nextStep() bool {
	for n.Acked && len(n.Steps) > 0 && n.Steps[0].Variant != VariantReplay {
		n.Steps = n.Steps[1:]
	}
	return len(n.Steps) > 0
}

// pause is how long after the one before it a delivery is made.
func (s *PlannedSending) pause() time.Duration { return time.Duration(s.AfterMS) * time.Millisecond }

// planNotice makes the next delivery due after a pause and voids older plans.
func (w *World) planNotice(n *notice, pause time.Duration, late bool) {
	n.plan++
	w.due.add(dueEntry{at: w.now.Add(pause), event: n.event.EventID, serial: n.serial, plan: n.plan, late: late})
}

// sendNotice begins a delivery that is due; faults may hold it back, drop, multiply
// or change it. One held back is not struck again.
func (w *World) sendNotice(e dueEntry) {
	n := w.notices.pending[e.event]
	if n == nil || n.inFlight || n.plan != e.plan {
		return
	}
	if !e.late {
		w.strikeNotice(n)
		switch {
		case n.Fault.Reorder > 0:
			w.holdNotice(n)
			w.planNotice(n, n.Fault.Reorder, true)
			return
		case n.Fault.Late > 0:
			w.planNotice(n, n.Fault.Late, true)
			return
		}
	}
	w.letGo(n)
	w.beginSending(n)
}

// beginSending sends, or loses, a notification now.
func (w *World) beginSending(n *notice) {
	n.attempt++
	n.KeyNow = w.keySerial(n.event.MemberNo)
	d := w.makeDelivery(n)
	if n.From == SendingByHand || n.From == SendingBySchedule && !n.liedByFault(d.Variant) {
		n.Tries++
	}
	if n.Fault.Drop {
		d.Copies = 1
		w.noteSending(n, d, "dropped by "+n.Fault.DroppedBy)
		n.record.Outcome = DeliveryDropped
		w.tell(Effect{Kind: EffectDropped, At: w.now, What: string(n.event.Type), Delivery: d})
		w.planNext(n)
		return
	}
	w.noteSending(n, d, resultSending)
	w.tell(Effect{Kind: EffectDeliver, At: w.now, What: string(n.event.Type), Delivery: d})
	n.inFlight = true
}

// makeDelivery says what goes out. A variant that this event cannot go out in is
// sent as it is.
func (w *World) makeDelivery(n *notice) *Delivery {
	variant := n.Next.Variant
	if variant == VariantPlain {
		variant = n.Fault.Variant
	}
	if w.cannotVary(variant, &n.event) != "" || variant == VariantReplay && w.cannotReplay(n) != "" {
		variant = VariantPlain
	}
	d := &Delivery{
		Event: n.event, URL: n.url, Attempt: n.attempt, Variant: variant, Lie: w.lie(variant, &n.Fault, &n.event),
		Copies: min(max(n.Next.Copies, 1)+n.Fault.Copies, mostCopies), Skew: n.Fault.Skew,
	}
	switch variant {
	case VariantForeignKey:
		d.Signer = w.otherMember(n.event.MemberNo).MemberNo
	case VariantReplay:
		d.Of, d.SignedAt = n.SentAttempt, n.SentAt
	default:
	}
	return d
}

// liedByFault reports whether a fault put another event in the place of this one:
// the schedule then goes on as if nothing had been sent.
func (n *notice) liedByFault(v NoticeVariant) bool {
	return n.Next.Variant == VariantPlain && v.ownEvent()
}

// delivered notes how a delivery ended and plans the next one.
func (w *World) delivered(c Delivered) Outcome {
	n := w.notices.pending[c.EventID]
	if n == nil || !n.inFlight || n.attempt != c.Attempt {
		return Outcome{Problem: refuse(ProblemNotFound, "no such delivery under way")}
	}
	n.inFlight = false
	w.noteReceipt(n, c)
	w.judgeAcknowledgement(n, c.Acknowledged)
	variant := n.record.Variant
	if variant == VariantPlain && !c.SignedAt.IsZero() {
		n.SentAttempt, n.SentAt, n.SentKey = n.attempt, c.SignedAt, n.KeyNow
		if n.Fault.Replay > 0 && len(n.Extra) < mostSendings {
			n.Extra = append(n.Extra, PlannedSending{AfterMS: n.Fault.Replay.Milliseconds(), Variant: VariantReplay})
		}
	}
	if c.Acknowledged && !n.Next.IgnoreAck && !n.Fault.IgnoreAck && !n.liedByFault(variant) {
		n.Acked = true
	}
	w.planNext(n)
	w.releaseHeld(n)
	return Outcome{}
}

// retireNotice moves a notification to the bounded memory.
func (w *World) retireNotice(n *notice) {
	n.plan++ // nothing is due any more
	delete(w.notices.pending, n.event.EventID)
	w.notices.done = append(w.notices.done, n)
	if len(w.notices.done) >= 2*deliveryRecords {
		w.notices.done = slices.Clone(w.notices.done[deliveryRecords:])
	}
}
