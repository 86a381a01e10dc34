package simulator

import "time"

// DueKind is what sort of thing happens by itself; the words are those of the
// control plane.
type DueKind string

// DueMessage: a text reaches a handset. DueSettlement: a bank decides a charge.
// DueNotification: a delivery to the platform begins. DueAgreementEnd: an agreement
// dies of age. DueHeldCall: a fault lets a call go on. DueOther: anything else.
const (
	DueMessage      DueKind = "message"
	DueSettlement   DueKind = "settlement"
	DueNotification DueKind = "notification"
	DueAgreementEnd DueKind = "agreement_end"
	DueHeldCall     DueKind = "held_call"
	DueOther        DueKind = "other"
)

// DueThing is something that will happen, or has happened, by itself.
type DueThing struct {
	At   time.Time `json:"at"`
	Kind DueKind   `json:"kind"`
	// What says it to people, without personal data.
	What string `json:"what"`
	// Number is the order, signing, agreement or refund number it is about, if any.
	Number string `json:"number,omitempty"`
}

// thing describes an entry; live is false for one that will do nothing, because
// what it was made for is over already.
func (w *World) thing(e *dueEntry) (t DueThing, live bool) {
	switch {
	case e.message != nil:
		return DueThing{At: e.at, Kind: DueMessage, What: "message arrived: " + string(e.message.About), Number: e.message.Ref}, true
	case e.charge != nil:
		what := e.errand.done() + e.charge.orderNo
		return DueThing{At: e.at, Kind: DueSettlement, What: what, Number: e.charge.orderNo}, true
	case e.agreement != nil:
		what := "agreement expired: " + e.agreement.no
		return DueThing{At: e.at, Kind: DueAgreementEnd, What: what, Number: e.agreement.no}, e.agreement.status == AgreementActive
	case e.event != "":
		t = DueThing{At: e.at, Kind: DueNotification, What: "notification due: " + e.event}
		n := w.notices.pending[e.event]
		if n == nil {
			return t, false
		}
		t.Number = n.ref
		return t, n.plan == e.plan
	}
	return DueThing{At: e.at, Kind: DueOther, What: "something is due"}, true
}

// DueList lists what will happen by itself, earliest first, at most limit things. What
// is due at one instant comes in the order it will happen in.
func (w *World) DueList(limit int) []DueThing {
	list := make([]DueThing, 0, min(limit, len(w.due.loud)+len(w.due.quiet)))
	loud, quiet := w.due.loud.walk(), w.due.quiet.walk()
	for len(list) < limit {
		first := &loud
		if quiet.first() != nil && (loud.first() == nil || quiet.first().at.Before(loud.first().at)) {
			first = &quiet
		}
		entry := first.first()
		if entry == nil {
			break
		}
		if thing, live := w.thing(entry); live {
			list = append(list, thing)
		}
		first.next()
	}
	return list
}

// dueWalk goes through a heap in order without changing it. Its front holds the
// places that may come next: the children of all that came.
type dueWalk struct {
	heap  dueHeap
	front []int
	best  int // index into front
}

// walk begins at the earliest entry.
func (h *dueHeap) walk() dueWalk {
	k := dueWalk{heap: *h}
	if len(*h) > 0 {
		k.front = []int{0}
	}
	return k
}

// first is the entry that the walk stands at; nil at the end.
func (k *dueWalk) first() *dueEntry {
	if len(k.front) == 0 {
		return nil
	}
	return &k.heap[k.front[k.best]]
}

// next goes on to the entry after it.
func (k *dueWalk) next() {
	at := k.front[k.best]
	k.front[k.best] = k.front[len(k.front)-1]
	k.front = k.front[:len(k.front)-1]
	for child := 2*at + 1; child <= 2*at+2 && child < len(k.heap); child++ {
		k.front = append(k.front, child)
	}
	k.best = 0
	for i, place := range k.front {
		if k.heap[place].before(&k.heap[k.front[k.best]]) {
			k.best = i
		}
	}
}
