package simulator

import (
	"slices"
	"strconv"
	"time"

	"countersign/internal/cardholder"
)

// TextFault is what goes wrong with an SMS, or with a WeChat message, on its way (B3).
// The channel knows nothing of it: what it says of the SMS it sent stays the same.
type TextFault struct {
	Lose   bool          // it never arrives
	Late   time.Duration // it arrives this much later
	Copies int           // it arrives this many times more
	// Overtaken: it arrives only after the next message to that handset, or after
	// this long when none comes.
	Overtaken time.Duration
	// LeadingZero: a code drawn for it begins with 0.
	LeadingZero bool
}

// Results of journal rows of messages that do not arrive at once.
const (
	resultLost    = "lost"
	resultDelayed = "delayed"
)

// passage is what faults do to one message, and which they were.
type passage struct {
	TextFault
	struck []FaultStrike
}

// detained reports whether the message does not arrive as soon as it is sent.
func (p *passage) detained() bool { return p.Lose || p.Late > 0 || p.Overtaken > 0 }

// passageNow asks the faults about a message that is about to go out. They stand on
// the message's own journal row: the answer to the request is as it should be.
func (w *World) passageNow(to cardholder.Mobile) passage {
	saved := w.strikes
	w.strikes = nil
	w.inMoment.MobileLast4 = lastFour(to.Reveal())
	p := passage{TextFault: w.strike(PointTexting).Text, struck: w.strikes}
	w.strikes = saved
	return p
}

// sendOff sends a message that takes a while, through whatever faults want. It
// returns the message's id, "" while it has none.
func (w *World) sendOff(m Message, delay time.Duration, p passage) string {
	m.Faults = p.struck
	if p.detained() {
		result := resultDelayed
		if p.Lose {
			result = resultLost
		}
		w.noteText(&m, result)
	}
	if p.Lose {
		return m.ID
	}
	for range p.Copies {
		again := m
		again.ID = ""
		w.post(&again, delay+p.Late, p.Overtaken)
	}
	w.post(&m, delay+p.Late, p.Overtaken)
	return m.ID
}

// numberText gives a message an id before it arrives: a gateway answers one at once.
func (w *World) numberText(m *Message) {
	w.made.Detained++
	m.ID = "msg_d" + strconv.FormatInt(w.made.Detained, 10)
}

// overtake lets go the messages that waited for this one to arrive first.
func (w *World) overtake(m *Message) {
	if w.overtaken == 0 {
		return
	}
	freed := w.due.takeOvertaken(m)
	w.overtaken -= len(freed)
	for _, e := range freed {
		w.arrive(e.message)
	}
}

// takeOvertaken removes and returns the messages waiting for another to the same
// handset, in the order in which they were to arrive.
func (t *dueTable) takeOvertaken(by *Message) []dueEntry {
	var freed []dueEntry
	kept := make(dueHeap, 0, len(t.loud))
	for _, e := range t.loud {
		if e.overtaken && e.message.sameHandset(by) {
			freed = append(freed, e)
			continue
		}
		kept.push(e)
	}
	t.loud = kept
	slices.SortFunc(freed, func(a, b dueEntry) int {
		if a.before(&b) {
			return -1
		}
		return 1
	})
	return freed
}

// sameHandset reports whether two messages go to the same person's phone number,
// or to the same WeChat account.
func (m *Message) sameHandset(other *Message) bool {
	return m.Medium == other.Medium && m.To.Reveal() == other.To.Reveal() && m.OpenID == other.OpenID
}
