package simulator

import (
	"time"

	"countersign/internal/cardholder"
)

// Message is an SMS or WeChat message as it arrived at a handset. It is the only
// place where a code can be read.
type Message struct {
	Cursor    int64             `json:"cursor"` // position in the inbox, from 1
	ID        string            `json:"id"`
	Medium    Medium            `json:"medium"`
	To        cardholder.Mobile `json:"to"`                // SMS
	OpenID    string            `json:"open_id,omitempty"` // WeChat
	Sender    Party             `json:"sender"`
	From      string            `json:"from"` // bank code, channel id or "platform"
	ChannelID string            `json:"channel_id,omitempty"`
	Brand     string            `json:"brand,omitempty"` // the sign between 【 and 】
	About     About             `json:"about"`
	Text      string            `json:"text"`
	Code      string            `json:"code,omitempty"` // extracted from the text
	Ref       string            `json:"ref,omitempty"`  // sign, order or platform reference
	At        time.Time         `json:"at"`
	// Faults are those that struck it on its way.
	Faults []FaultStrike `json:"faults,omitempty"`
}

// MessageFilter selects messages; zero members select all.
type MessageFilter struct {
	After    int64  // cursors above this one
	To       string // mobile or open id
	Mobile   string
	OpenID   string
	Medium   Medium
	Sender   Party
	About    About
	From     string
	Ref      string
	WithCode bool
}

// Matches reports whether the filter selects the message.
func (f MessageFilter) Matches(m *Message) bool {
	return m.Cursor > f.After && f.reached(m) && (!f.WithCode || m.Code != "") &&
		wanted(f.Medium, m.Medium) && wanted(f.Sender, m.Sender) && wanted(f.About, m.About) &&
		wanted(f.From, m.From) && wanted(f.Ref, m.Ref)
}

// reached reports whether the message is on the handset the filter asks for.
func (f MessageFilter) reached(m *Message) bool {
	return (f.To == "" || f.To == m.To.Reveal() || f.To == m.OpenID) &&
		wanted(f.Mobile, m.To.Reveal()) && wanted(f.OpenID, m.OpenID)
}

// wanted reports whether a member of a filter is left open or met.
func wanted[T ~string](filter, value T) bool { return filter == "" || filter == value }
