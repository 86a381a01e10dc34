package simtest

import (
	"slices"
	"time"

	"countersign/contract/control"
)

// Inbox is what arrived on the handsets of a world. It is the only place where a code
// can be read.
type Inbox struct{ w *World }

// Mail selects messages; what is left empty selects all.
type Mail struct {
	To        string // mobile or WeChat open id
	About     control.MessageAbout
	Sender    control.Party
	Medium    control.Medium
	Reference string // signing or order number, or the platform's reference
	After     int64  // a cursor
}

// Wait gives the first message that is selected, and waits for it, in real time, up to
// a while. None ends the test.
func (b *Inbox) Wait(patience time.Duration, of Mail) control.Message {
	b.w.t.Helper()
	found := b.read(of, patience)
	if len(found) == 0 {
		b.w.t.Fatalf("simtest: no message of %+v within %s", of, patience)
	}
	return found[0]
}

// Code is the code of the newest message about a signing or an order. None ends the test.
func (b *Inbox) Code(number string) string {
	b.w.t.Helper()
	found := b.List(Mail{Reference: number})
	for _, message := range slices.Backward(found) {
		if message.Code != nil && *message.Code != "" {
			return *message.Code
		}
	}
	b.w.t.Fatalf("simtest: no code has arrived for %s; is its SMS late? Clock.Next moves on to it", number)
	return ""
}

// List gives all messages that are selected, oldest first.
func (b *Inbox) List(of Mail) []control.Message {
	b.w.t.Helper()
	return b.read(of, 0)
}

// None ends the test if a selected message has arrived, or arrives within a while of
// real time.
func (b *Inbox) None(within time.Duration, of Mail) {
	b.w.t.Helper()
	if found := b.read(of, within); len(found) > 0 {
		b.w.t.Fatalf("simtest: %d messages of %+v, wanted none; the first is about %s", len(found), of, found[0].About)
	}
}

// read asks for messages and waits for the first.
func (b *Inbox) read(of Mail, patience time.Duration) []control.Message {
	b.w.t.Helper()
	const most = 1000
	limit, wait := most, int(patience.Milliseconds())
	params := control.ReadInboxParams{Limit: &limit, WaitMs: &wait, After: &of.After}
	params.To, params.Reference = optional(of.To), optional(of.Reference)
	params.About, params.Sender, params.Medium = optional(of.About), optional(of.Sender), optional(of.Medium)
	r, err := b.w.api.ReadInboxWithResponse(b.w.t.Context(), b.w.ID(), &params)
	return answer[control.Inbox](b.w.t, "read the inbox", r, err).Messages
}

// optional is nil for what is left empty.
func optional[T comparable](v T) *T {
	var empty T
	if v == empty {
		return nil
	}
	return &v
}
