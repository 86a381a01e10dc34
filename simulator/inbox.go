package simulator

import (
	"strconv"
	"strings"
	"time"
)

// inboxMessages is how many messages a world keeps at least.
const inboxMessages = 10_000

// inbox holds the messages that reached a handset.
type inbox struct {
	messages []Message
	last     int64 // cursor of the newest
}

// Messages returns the messages a filter selects, oldest first.
func (w *World) Messages(filter MessageFilter) []Message {
	var found []Message
	for i := w.inbox.after(filter.After); i < len(w.inbox.messages); i++ {
		if m := &w.inbox.messages[i]; filter.Matches(m) {
			found = append(found, *m)
		}
	}
	return found
}

// LastCursor is the cursor of the newest message, 0 in an empty inbox.
func (w *World) LastCursor() int64 { return w.inbox.last }

// OldestMessage is the cursor of the oldest message kept, that of the next one where there
// is none; those below it were dropped.
func (w *World) OldestMessage() int64 { return w.inbox.last - int64(len(w.inbox.messages)) + 1 }

// after is the index of the first message with a cursor above the given one.
func (b *inbox) after(cursor int64) int {
	oldest := b.last - int64(len(b.messages))
	return int(min(max(cursor-oldest, 0), int64(len(b.messages))))
}

// post sends a message that takes a while to the handset, or waits for another to be
// there first, but not longer than overtaken.
func (w *World) post(m *Message, delay, overtaken time.Duration) {
	switch {
	case overtaken > 0:
		w.overtaken++
		w.due.add(dueEntry{at: w.now.Add(delay + overtaken), message: m, overtaken: true})
	case delay > 0:
		w.due.add(dueEntry{at: w.now.Add(delay), message: m})
	default:
		w.arrive(m)
	}
}

// arrive puts a message on the handset.
func (w *World) arrive(m *Message) {
	w.inbox.last++
	m.Cursor, m.At = w.inbox.last, w.now
	if m.ID == "" {
		m.ID = "msg_" + strconv.FormatInt(m.Cursor, 10)
	}
	m.Brand = brandOf(m.Text)
	if m.About != AboutDebitNotice && m.About != AboutPlatformNotice {
		m.Code = extractCode(m.Text)
	}
	if len(w.inbox.messages) >= 2*inboxMessages {
		w.inbox.messages = append([]Message(nil), w.inbox.messages[inboxMessages:]...)
	}
	w.inbox.messages = append(w.inbox.messages, *m)
	w.noteText(m, "arrived")
	w.tell(Effect{Kind: EffectMessage, At: w.now, What: string(m.About)})
	w.overtake(m)
}

// noteText writes the journal row of a message.
func (w *World) noteText(m *Message, result string) {
	w.journal.add(JournalRow{
		At: w.now, From: m.From, To: partHandset, Operation: m.operation(), ChannelID: m.ChannelID, Ref: m.Ref,
		Committed: true, Result: result, Faults: m.Faults, Cause: string(m.About),
	})
}

// operation is the gateway that a message of its medium goes through.
func (m *Message) operation() Operation {
	if m.Medium == MediumWeChat {
		return OpSendWeChat
	}
	return OpSendSMS
}

// brandOf is the first sign between 【 and 】 in a text, "" without one.
func brandOf(text string) string {
	_, rest, opened := strings.Cut(text, "【")
	brand, _, closed := strings.Cut(rest, "】")
	if !opened || !closed {
		return ""
	}
	return brand
}

// extractCode finds the code in a text: the first run of 4 to 8 ASCII digits that
// is no card tail (尾号) and no amount.
func extractCode(text string) string {
	for start := 0; start < len(text); {
		if text[start] < '0' || text[start] > '9' {
			start++
			continue
		}
		end := start
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		if n := end - start; n >= shortestCode && n <= longestCode && !isTailOrAmount(text[:start], text[end:]) {
			return text[start:end]
		}
		start = end
	}
	return ""
}

// isTailOrAmount looks at what stands around a run of digits.
func isTailOrAmount(before, after string) bool {
	return strings.HasSuffix(before, "尾号") || strings.HasSuffix(before, "尾号为") ||
		strings.HasPrefix(after, "元") || strings.HasPrefix(after, ".") && len(after) > 1 && after[1] >= '0' && after[1] <= '9'
}
