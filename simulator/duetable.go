package simulator

import "time"

// dueEntry is something that happens by itself at an instant. Exactly one of the
// pointers (or event) says what.
type dueEntry struct {
	at        time.Time
	seq       int64
	message   *Message   // reaches the handset
	overtaken bool       // the message waits for the next one to its handset
	charge    *charge    // the bank comes back to it
	errand    bankErrand // what for
	row       int64      // of the ledger, for a reversal
	agreement *agreement // ends by age
	event     string     // a notification is to be sent
	serial    int64      // number of the event
	plan      int        // by this plan of it
	late      bool       // held back by a fault before, so not struck again
}

// dueHeap is a binary heap, the earliest entry first.
type dueHeap []dueEntry

// before orders by instant, then by the order entries were made in. Notifications
// come last at their instant, by the age of their events: when one is planned
// again depends on when somebody answered, its place among others must not.
func (e *dueEntry) before(other *dueEntry) bool {
	switch told, otherTold := e.event != "", other.event != ""; {
	case !e.at.Equal(other.at):
		return e.at.Before(other.at)
	case told != otherTold:
		return otherTold
	case told && e.serial != other.serial:
		return e.serial < other.serial
	}
	return e.seq < other.seq
}

// push puts an entry in.
func (h *dueHeap) push(e dueEntry) {
	*h = append(*h, e)
	all := *h
	for child := len(all) - 1; child > 0; {
		parent := (child - 1) / 2
		if !all[child].before(&all[parent]) {
			return
		}
		all[child], all[parent] = all[parent], all[child]
		child = parent
	}
}

// pop takes the earliest entry out; there must be one.
func (h *dueHeap) pop() dueEntry {
	all := *h
	first, last := all[0], len(all)-1
	all[0] = all[last]
	all[last] = dueEntry{}
	all = all[:last]
	*h = all
	for parent := 0; ; {
		least := parent
		for child := 2*parent + 1; child <= 2*parent+2 && child < len(all); child++ {
			if all[child].before(&all[least]) {
				least = child
			}
		}
		if least == parent {
			return first
		}
		all[parent], all[least] = all[least], all[parent]
		parent = least
	}
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
		t.quiet.push(e)
		return
	}
	t.loud.push(e)
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
	return first.pop(), true
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
	thing, live := w.thing(&e)
	switch {
	case e.message != nil:
		if e.overtaken {
			w.overtaken--
		}
		w.arrive(e.message)
	case e.charge != nil:
		w.comeBack(e)
	case e.agreement != nil:
		w.endByAge(e.agreement)
		return // tells of itself
	case e.event != "":
		w.sendNotice(e)
	}
	if live {
		w.tell(Effect{Kind: EffectFired, At: e.at, What: thing.What, Due: thing.Kind, Number: thing.Number})
	}
}
