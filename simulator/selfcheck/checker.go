package selfcheck

import (
	"log/slog"
	"strings"
	"sync"

	"countersign/internal/mask"
	"countersign/simulator"
	"countersign/simulator/httpapi"
)

// Bounds of what is kept.
const (
	longestQueue = 1024   // messages that wait; then senders wait
	mostBreaks   = 10_000 // of all worlds, declared and not; the oldest go first
	mostWorlds   = 10_000 // that are counted one by one
)

// Checker examines messages. The zero value is none; see New. It holds a goroutine
// only while something waits to be examined.
type Checker struct {
	log      *slog.Logger
	document *document

	mu      sync.Mutex
	changed *sync.Cond
	queue   []*httpapi.Sent
	working bool

	checked    map[string]int64 // by world
	breaks     []simulator.Break
	total      int64 // messages examined
	declared   int64 // breaks
	undeclared int64
	first      *simulator.Break // that nobody declared
}

// Compile-time proof that it fits the port of the doors.
var _ httpapi.Observer = (*Checker)(nil)

// New returns a checker. Log gets a line for every undeclared break; nil is slog's
// default.
func New(log *slog.Logger) *Checker {
	if log == nil {
		log = slog.Default()
	}
	c := &Checker{log: log, document: newDocument(), checked: map[string]int64{}}
	c.changed = sync.NewCond(&c.mu)
	return c
}

// Sent takes a message in. When too many wait, the sender waits, too: nothing goes
// out unseen.
func (c *Checker) Sent(m *httpapi.Sent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.queue) >= longestQueue {
		c.changed.Wait()
	}
	c.queue = append(c.queue, m)
	if !c.working {
		c.working = true
		go c.work()
	}
}

// work examines what waits and ends when nothing does.
func (c *Checker) work() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.queue) > 0 {
		batch := c.queue
		c.queue = nil
		c.changed.Broadcast()
		c.mu.Unlock()
		found := make([][]difference, len(batch))
		for i, m := range batch {
			found[i] = c.document.examine(m)
		}
		c.mu.Lock()
		for i, m := range batch {
			c.recordLocked(m, found[i])
		}
	}
	c.working = false
	c.changed.Broadcast()
}

// recordLocked writes down what was found in a message.
func (c *Checker) recordLocked(m *httpapi.Sent, found []difference) {
	c.total++
	if _, known := c.checked[m.WorldID]; known || len(c.checked) < mostWorlds {
		c.checked[m.WorldID]++
	}
	for _, d := range found {
		b := simulator.Break{
			At: m.At, WorldID: m.WorldID, Row: m.Row, ChannelID: m.ChannelID, Operation: m.Operation,
			Field: mask.Text(d.field), What: mask.Text(d.what), FaultIDs: m.FaultIDs,
		}
		c.keepLocked(&b)
	}
}

// keepLocked keeps a break and raises the alarm when nobody declared it.
func (c *Checker) keepLocked(b *simulator.Break) {
	if len(c.breaks) >= mostBreaks {
		c.breaks = append([]simulator.Break(nil), c.breaks[mostBreaks/2:]...)
	}
	b.Serial = c.declared + c.undeclared + 1
	c.breaks = append(c.breaks, *b)
	if b.Declared() {
		c.declared++
		return
	}
	c.undeclared++
	if c.first == nil {
		c.first = b
	}
	c.log.Error("the simulator left its contract", "world", b.WorldID, "channel", b.ChannelID, "operation", string(b.Operation),
		"row", b.Row, "field", b.Field, "what", b.What)
}

// drainLocked waits until everything that was sent has been examined.
func (c *Checker) drainLocked() {
	for c.working {
		c.changed.Wait()
	}
}

// Breaks lists the breaks of a world, oldest first, and says how many of its messages
// were examined. What went out before the call is in it.
func (c *Checker) Breaks(worldID string) (breaks []simulator.Break, checked int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drainLocked()
	for i := range c.breaks {
		if c.breaks[i].WorldID == worldID {
			breaks = append(breaks, c.breaks[i])
		}
	}
	return breaks, c.checked[worldID]
}

// Forget drops what is known of a world that is deleted or begins anew. The totals,
// and with them the verdict over the run, stay.
func (c *Checker) Forget(worldID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drainLocked()
	delete(c.checked, worldID)
	kept := c.breaks[:0]
	for i := range c.breaks {
		if c.breaks[i].WorldID != worldID {
			kept = append(kept, c.breaks[i])
		}
	}
	clear(c.breaks[len(kept):])
	c.breaks = kept
}

// Totals are how many messages were examined and how many breaks were found, over all
// worlds, also those that are gone.
type Totals struct{ Checked, Declared, Undeclared int64 }

// Totals waits for what was sent and counts.
func (c *Checker) Totals() Totals {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drainLocked()
	return Totals{Checked: c.total, Declared: c.declared, Undeclared: c.undeclared}
}

// Err is nil when nobody but declared faults broke the contract, else an *Error.
func (c *Checker) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drainLocked()
	if c.undeclared == 0 {
		return nil
	}
	return &Error{Count: c.undeclared, First: *c.first}
}

// Error says that the simulator itself left its contract: a bug, not a verdict about
// whoever is tested.
type Error struct {
	Count int64
	First simulator.Break
}

// Error is one line that names the first break.
func (e *Error) Error() string {
	var at strings.Builder
	at.WriteString("the simulator left its contract: " + string(e.First.Operation) + " at channel " + e.First.ChannelID)
	if e.First.Field != "" {
		at.WriteString(", " + e.First.Field)
	}
	at.WriteString(": " + e.First.What)
	if e.Count > 1 {
		at.WriteString(" (and more of the kind)")
	}
	return at.String()
}
