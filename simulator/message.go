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
	return m.Cursor > f.After &&
		(f.To == "" || f.To == m.To.Reveal() || f.To == m.OpenID) &&
		(f.Medium == "" || f.Medium == m.Medium) &&
		(f.Sender == "" || f.Sender == m.Sender) &&
		(f.Mobile == "" || m.To.Reveal() == f.Mobile) &&
		(f.OpenID == "" || m.OpenID == f.OpenID) &&
		(f.About == "" || m.About == f.About) &&
		(f.From == "" || m.From == f.From) &&
		(f.Ref == "" || m.Ref == f.Ref) &&
		(!f.WithCode || m.Code != "")
}
