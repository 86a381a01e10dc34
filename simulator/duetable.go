package simulator

import (
	"container/heap"
	"time"
)

// dueEntry is something that happens by itself at an instant. Exactly one of the
// pointers (or event) says what.
type dueEntry struct {
	at        time.Time
	seq       int64
	message   *Message   // reaches the handset
	charge    *charge    // the bank settles it
	agreement *agreement // ends by age
	event     string     // a notification is to be sent
	plan      int        // by this plan of it
	late      bool       // held back by a fault before, so not struck again
}

// dueHeap orders entries by instant, then by the order they were made in.
type dueHeap []dueEntry

// Len is part of heap.Interface.
func (h dueHeap) Len() int { return len(h) }

// Less is part of heap.Interface.
func (h dueHeap) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].seq < h[j].seq
	}
	return h[i].at.Before(h[j].at)
}

// Swap is part of heap.Interface.
func (h dueHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push is part of heap.Interface.
func (h *dueHeap) Push(x any) { *h = append(*h, x.(dueEntry)) }

// Pop is part of heap.Interface.
func (h *dueHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = dueEntry{}
	*h = old[:len(old)-1]
	return last
}

// dueTable holds what is due. Quiet things (an agreement's end by age, a year
// ahead) happen on time as well but are nothing a clock should jump to.
type dueTable struct {
	loud  dueHeap
	quiet dueHeap
	seq   int64
}

// add puts an entry in.
func (t *dueTable) add(e dueEntry) {
	t.seq++
	e.seq = t.seq
	if e.agreement != nil {
		heap.Push(&t.quiet, e)
		return
	}
	heap.Push(&t.loud, e)
}

// next is the instant of the earliest loud entry.
func (t *dueTable) next() (time.Time, bool) {
	if len(t.loud) == 0 {
		return time.Time{}, false
	}
	return t.loud[0].at, true
}

// take removes and returns the earliest entry that is due at now.
func (t *dueTable) take(now time.Time) (dueEntry, bool) {
	first := &t.loud
	if len(t.quiet) > 0 && (len(t.loud) == 0 || t.quiet[0].at.Before(t.loud[0].at)) {
		first = &t.quiet
	}
	if len(*first) == 0 || (*first)[0].at.After(now) {
		return dueEntry{}, false
	}
	return heap.Pop(first).(dueEntry), true
}

// NextDue is the earliest instant at which something will happen by itself.
func (w *World) NextDue() (time.Time, bool) { return w.due.next() }

// advance lets everything due up to now happen, in order, each at its instant. A
// now before the last step counts as the last step's.
func (w *World) advance(now time.Time) {
	now = now.Round(0).UTC()
	for {
		entry, due := w.due.take(now)
		if !due {
			break
		}
		if entry.at.After(w.now) {
			w.now = entry.at
		}
		w.fire(entry)
	}
	if now.After(w.now) {
		w.now = now
	}
}

// fire lets one due thing happen.
func (w *World) fire(e dueEntry) {
	switch {
	case e.message != nil:
		w.arrive(e.message)
		w.tell(Effect{Kind: EffectFired, At: e.at, What: "message arrived: " + string(e.message.About)})
	case e.charge != nil:
		w.settle(e.charge)
		w.tell(Effect{Kind: EffectFired, At: e.at, What: "bank settled charge " + e.charge.orderNo})
	case e.agreement != nil:
		w.endByAge(e.agreement)
	case e.event != "":
		w.sendNotice(e)
		w.tell(Effect{Kind: EffectFired, At: e.at, What: "notification due: " + e.event})
	}
}
