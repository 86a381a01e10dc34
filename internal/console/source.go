package console

import (
	"context"
	"time"
)

// Source tells what the page shows.
type Source interface {
	// Snapshot is the world as it stands now.
	Snapshot(ctx context.Context) (Snapshot, error)
}

// Snapshot is everything on the page at one instant.
type Snapshot struct {
	World    string    `json:"world"`
	Seed     uint64    `json:"seed,string"`
	Now      time.Time `json:"now"`
	Virtual  bool      `json:"virtual"`
	Messages []Message `json:"messages"` // newest first
	Latest   *Sequence `json:"latest,omitempty"`
}

// Message is what a handset received.
type Message struct {
	Cursor int64     `json:"cursor"`
	At     time.Time `json:"at"`
	Medium string    `json:"medium"` // sms | wechat
	To     string    `json:"to"`     // masked
	Brand  string    `json:"brand"`
	Sender string    `json:"sender"` // bank | third_party | platform
	About  string    `json:"about"`  // signing | payment | debit_notice | platform_code | platform_notice
	Text   string    `json:"text"`
}

// Sequence is who called whom for one payment (T14: one reference runs through all of it).
type Sequence struct {
	PaymentID string `json:"payment_id"`
	OrderNo   string `json:"merchant_order_no"`
	Amount    string `json:"amount"` // yuan, two decimals
	Status    string `json:"status"`
	Steps     []Step `json:"steps"`
}

// Step is one arrow: From called To. Outcome is what came back; Lost says that it never arrived.
type Step struct {
	At      time.Time `json:"at"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	What    string    `json:"what"`
	Outcome string    `json:"outcome,omitempty"`
	Lost    bool      `json:"lost,omitempty"`
}
