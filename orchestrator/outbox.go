package orchestrator

import (
	"time"

	"countersign/internal/money"
)

// NoticeKind is the road of a notice.
type NoticeKind string

// Kinds of notice.
const (
	NoticeSMS     NoticeKind = "sms"
	NoticeWeChat  NoticeKind = "wechat"
	NoticeWebhook NoticeKind = "webhook"
)

// Notice is a message that must go out, kept until it did. Mobile and open id are looked up when it is
// sent, so that no personal data lies in the outbox.
type Notice struct {
	ID         string // message number and webhook id: stable over retries
	MerchantID string
	Kind       NoticeKind
	Purpose    string // debit_notice | failure_notice | event type of a webhook
	Reference  string // payment or verification id
	CardID     string
	Amount     money.Fen
	Seq        int // order of webhooks within one payment
	Status     string
	Reason     string
	Payload    []byte // webhook body as it will be sent; no personal data
	Tries      int
	GivenUp    bool
	DoneAt     time.Time
	CreatedAt  time.Time
	OccurredAt time.Time
	Lease      Lease
	DueAt      time.Time
	Version    int64
}
