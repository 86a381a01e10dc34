package simulator

import (
	"time"

	"countersign/internal/mask"
)

// JournalRow tells of one request, notification or message. Bodies are masked
// when they are read; a refused body with a real card number is never kept.
type JournalRow struct {
	Seq       int64         `json:"seq"`
	At        time.Time     `json:"at"`
	From      string        `json:"from"` // "platform", "operator", a channel or a bank
	To        string        `json:"to"`
	Operation Operation     `json:"operation"`
	ChannelID string        `json:"channel_id,omitempty"`
	MemberNo  string        `json:"member_no,omitempty"`
	Ref       string        `json:"ref,omitempty"` // order, sign, check, refund, agreement or event number
	Method    string        `json:"method,omitempty"`
	Target    string        `json:"target,omitempty"`
	JTI       string        `json:"jti,omitempty"`
	Signature string        `json:"signature,omitempty"`
	Committed bool          `json:"committed"`
	Result    string        `json:"result,omitempty"` // status, or problem code
	Reason    Reason        `json:"reason,omitempty"`
	Faults    []FaultStrike `json:"faults,omitempty"`
	Variant   NoticeVariant `json:"variant,omitempty"` // of a notification
	Cause     string        `json:"cause"`             // "request", "timer", "control", or why a message went out
	Lost      bool          `json:"lost,omitempty"`    // a fault kept the answer from the caller, or from being evidence

	requestBody  []byte
	answerStatus int
	answerBody   []byte
	bared        bool // its bodies were let go
}

// Bared reports whether the bodies were let go to keep the journal within its
// bytes.
func (r *JournalRow) Bared() bool { return r.bared }

// size is how many bytes of bodies the row keeps.
func (r *JournalRow) size() int { return len(r.requestBody) + len(r.answerBody) }

// RequestBody is the request's body, masked; nil if there was none.
func (r *JournalRow) RequestBody() []byte { return masked(r.requestBody) }

// AnswerStatus is the HTTP status of the answer, 0 while or if there was none.
func (r *JournalRow) AnswerStatus() int { return r.answerStatus }

// AnswerBody is the answer's body, masked; nil if there was none.
func (r *JournalRow) AnswerBody() []byte { return masked(r.answerBody) }

// masked hides personal data in a body.
func masked(body []byte) []byte {
	if len(body) == 0 {
		return nil
	}
	return mask.JSON(body)
}
