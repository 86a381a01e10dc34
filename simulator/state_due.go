package simulator

import "time"

// DueState is what will happen by itself.
type DueState struct {
	Seq   int64      `json:"seq"`
	Loud  []DueEntry `json:"loud,omitempty"`
	Quiet []DueEntry `json:"quiet,omitempty"`
}

// DueEntry is one thing due: a message, a settlement (MemberNo and OrderNo), an
// agreement's end (from 1), or a notification.
type DueEntry struct {
	At        time.Time     `json:"at"`
	Seq       int64         `json:"seq"`
	Message   *MessageState `json:"message,omitempty"`
	Overtaken bool          `json:"overtaken,omitempty"`
	MemberNo  string        `json:"member_no,omitempty"`
	OrderNo   string        `json:"order_no,omitempty"`
	Errand    int           `json:"errand,omitempty"` // of the bank
	Row       int64         `json:"row,omitempty"`    // of the ledger, for a reversal
	Agreement int           `json:"agreement,omitempty"`
	Event     string        `json:"event,omitempty"`
	Serial    int64         `json:"serial,omitempty"`
	Plan      int           `json:"plan,omitempty"`
	Late      bool          `json:"late,omitempty"`
}

// NoticesState is the book of notifications.
type NoticesState struct {
	Pending []NoticeState    `json:"pending,omitempty"` // by event id
	Done    []NoticeState    `json:"done,omitempty"`
	Log     []DeliveryRecord `json:"log,omitempty"`
	Held    []string         `json:"held,omitempty"`
	Plans   []PlanView       `json:"plans,omitempty"`
	Logged  int64            `json:"logged,omitempty"`
}

// NoticeState is one event on its way. Record refers to the log from 1; the record
// of one whose row has left the log stands in Own.
type NoticeState struct {
	Event    Event  `json:"event"`
	Serial   int64  `json:"serial"`
	Ref      string `json:"ref"`
	URL      string `json:"url"`
	Schedule []int  `json:"schedule"`
	Attempt  int    `json:"attempt,omitempty"`
	Plan     int    `json:"plan,omitempty"`
	InFlight bool   `json:"in_flight,omitempty"`
	NoticeProgress

	Struck []FaultStrike   `json:"struck,omitempty"`
	Record int             `json:"record,omitempty"`
	Own    *DeliveryRecord `json:"own,omitempty"`
	Rows   []int64         `json:"rows,omitempty"`
}

// saveDue writes a heap in its order.
func (s *saver) saveDue(heap dueHeap) []DueEntry {
	var entries []DueEntry
	for i := range heap {
		e := &heap[i]
		entry := DueEntry{At: e.at, Seq: e.seq, Event: e.event, Serial: e.serial, Plan: e.plan, Late: e.late}
		if e.message != nil {
			m := saveMessage(e.message)
			entry.Message, entry.Overtaken = &m, e.overtaken
		}
		if e.charge != nil {
			entry.MemberNo, entry.OrderNo = e.charge.member.MemberNo, e.charge.orderNo
			entry.Errand, entry.Row = int(e.errand), e.row
		}
		entry.Agreement = s.agreement(e.agreement)
		entries = append(entries, entry)
	}
	return entries
}

// saveNotices writes the book of notifications.
func saveNotices(b *noticeBook) NoticesState {
	state := NoticesState{Held: append([]string(nil), b.held...), Logged: b.logged}
	for _, plan := range b.plans {
		state.Plans = append(state.Plans, *plan)
	}
	place := make(map[*DeliveryRecord]int, len(b.log))
	for i, record := range b.log {
		place[record] = i + 1
		state.Log = append(state.Log, *record)
	}
	save := func(n *notice) NoticeState {
		saved := NoticeState{
			Event: n.event, Serial: n.serial, Ref: n.ref, URL: n.url, Schedule: n.schedule, Attempt: n.attempt,
			Plan: n.plan, InFlight: n.inFlight, Struck: n.struck, Record: place[n.record], Rows: n.rows,
			NoticeProgress: n.NoticeProgress,
		}
		if n.record != nil && saved.Record == 0 {
			own := *n.record
			saved.Own = &own
		}
		return saved
	}
	for _, id := range sortedKeys(b.pending) {
		state.Pending = append(state.Pending, save(b.pending[id]))
	}
	for _, n := range b.done {
		state.Done = append(state.Done, save(n))
	}
	return state
}

// loadNotices reads the book back.
func (l *loader) loadNotices(from *NoticesState) {
	book := &l.world.notices
	for i := range from.Log {
		record := from.Log[i]
		book.log = append(book.log, &record)
	}
	for i := range from.Pending {
		n := l.loadNotice(l.at("notices.pending", i), &from.Pending[i])
		if n == nil {
			return
		}
		if book.pending == nil {
			book.pending = map[string]*notice{}
		}
		if book.pending[n.event.EventID] != nil {
			l.fail(l.at("notices.pending", i)+".event.event_id", "listed twice")
			return
		}
		book.pending[n.event.EventID] = n
	}
	for i := range from.Done {
		if n := l.loadNotice(l.at("notices.done", i), &from.Done[i]); n != nil {
			book.done = append(book.done, n)
		}
	}
}

// checkNotice holds a notification against its member, the log and itself.
func (l *loader) checkNotice(at string, from *NoticeState) {
	m := l.world.members[from.Event.MemberNo]
	switch {
	case from.Event.EventID == "":
		l.fail(at+".event.event_id", "missing")
	case m == nil || m.ChannelID != from.Event.ChannelID:
		l.fail(at+".event.member_no", "no such member at that channel")
	case from.Serial < 1 || from.Serial > l.world.made.Events:
		l.fail(at+".serial", "beyond the events made")
	case from.Attempt < 0 || from.Plan < 0:
		l.fail(at+".attempt", "must not be below zero")
	case from.Record < 0 || from.Record > len(l.world.notices.log):
		l.fail(at+".record", "no such row in the log")
	case from.InFlight && from.Record == 0 && from.Own == nil:
		l.fail(at+".record", "one under way has a record")
	}
	l.checkProgress(at, from)
}

// checkProgress holds what a notification tells, and where it stands in its schedule.
func (l *loader) checkProgress(at string, from *NoticeState) {
	switch {
	case !from.Event.whole():
		l.fail(at+".event", "does not tell what its type is about")
	case from.Tries < 0 || from.Tries > largestStateNumber:
		l.fail(at+".tries", "is out of range")
	}
	for i, pause := range from.Schedule {
		if pause < 0 || pause > longestPause {
			l.fail(l.at(at+".schedule", i), "out of range")
		}
	}
}

// loadNotice reads one notification back; nil after a failure.
func (l *loader) loadNotice(at string, from *NoticeState) *notice {
	if l.checkNotice(at, from); l.failed != nil {
		return nil
	}
	n := &notice{
		event: from.Event, serial: from.Serial, ref: from.Ref, url: from.URL, schedule: from.Schedule, attempt: from.Attempt,
		plan: from.Plan, inFlight: from.InFlight, struck: from.Struck, record: from.Own, rows: from.Rows,
		NoticeProgress: from.NoticeProgress,
	}
	if from.Record > 0 {
		n.record = l.world.notices.log[from.Record-1]
	}
	return n
}

// longestPause bounds a pause of a schedule, in seconds: a year.
const longestPause = 366 * secondsPerDay

// loadDue reads what is due back, entry by entry: a heap comes back in its order.
func (l *loader) loadDue(at string, heap *dueHeap, from []DueEntry) {
	for i := range from {
		e := l.loadEntry(l.at(at, i), &from[i])
		if e == nil {
			return
		}
		heap.push(*e)
	}
}

// loadEntry reads one due thing back; nil after a failure.
func (l *loader) loadEntry(at string, from *DueEntry) *dueEntry {
	e := &dueEntry{at: from.At, seq: from.Seq, event: from.Event, serial: from.Serial, plan: from.Plan, late: from.Late}
	things := 0
	if from.Event != "" {
		things++
	}
	if from.Message != nil {
		m, ok := l.loadMessage(at+".message", from.Message)
		if !ok {
			return nil
		}
		e.message, e.overtaken = &m, from.Overtaken
		if e.overtaken {
			l.world.overtaken++
		}
		things++
	}
	if from.OrderNo != "" {
		e.charge, e.errand, e.row = l.order(from.MemberNo, from.OrderNo), bankErrand(from.Errand), from.Row
		if e.charge == nil || e.charge.account == nil || !l.world.mayComeBack(e) {
			return nilAfter[dueEntry](l, at+".order_no", "no such order that a bank is at work on")
		}
		things++
	}
	if from.Agreement != 0 {
		if e.agreement = l.agreement(at+".agreement", from.Agreement); e.agreement == nil {
			return nil
		}
		things++
	}
	switch {
	case things != 1:
		return nilAfter[dueEntry](l, at, "exactly one thing is due at a time")
	case from.Seq < 1 || from.Seq > l.world.due.seq:
		return nilAfter[dueEntry](l, at+".seq", "beyond the number of things made due")
	case from.At.Before(l.world.now) && e.event == "":
		return nilAfter[dueEntry](l, at+".at", "lies before the world's now")
	}
	return e
}
