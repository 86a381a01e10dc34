package simulator

import (
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/money"
)

// SendSMS is a request to the platform's SMS gateway. About is platform_code or
// platform_notice, by the purpose the platform declared.
type SendSMS struct {
	MessageNo string            `json:"message_no,omitempty"` // the platform's own; a repeat is not sent again
	About     About             `json:"about"`
	Template  string            `json:"template,omitempty"`
	Mobile    cardholder.Mobile `json:"mobile"`
	Text      string            `json:"text"`
	Reference string            `json:"reference,omitempty"`
}

// SendWeChat is a request to the platform's WeChat template-message gateway.
type SendWeChat struct {
	MessageNo string `json:"message_no,omitempty"`
	About     About  `json:"about"`
	Template  string `json:"template,omitempty"`
	OpenID    string `json:"open_id"`
	Text      string `json:"text"`
	Reference string `json:"reference,omitempty"`
}

// RefuseRequest records a message the door refused before it could become a
// command (bad signature, unreadable body, a card number outside the test range).
// It does nothing but leave a journal row.
type RefuseRequest struct {
	Problem Problem `json:"problem"`
	// Intended is what the message asked for, where its route told; Number is the
	// order, sign, check, refund or agreement number that it named.
	Intended Operation `json:"intended,omitempty"`
	Number   string    `json:"number,omitempty"`
}

// AddMember makes a member at a channel.
type AddMember struct {
	Member Member `json:"member"`
}

// PutAccount adds a card at its bank, or replaces it whole.
type PutAccount struct {
	Account Account `json:"account"`
}

// ChangeAccount changes what is given of a card at its bank; nil leaves alone.
// A changed mobile or name is what a card reissued or a phone number given up
// looks like: the elements kept elsewhere no longer match.
type ChangeAccount struct {
	CardNumber  cardholder.CardNumber `json:"card_number"`
	Balance     *money.Fen            `json:"balance,omitempty"`
	State       *CardState            `json:"state,omitempty"`
	DebitNotice *bool                 `json:"debit_notice,omitempty"`
	Mobile      *cardholder.Mobile    `json:"mobile,omitempty"`
	Name        *cardholder.Name      `json:"name,omitempty"`
}

// ChangeBank changes how fast a bank settles and texts; nil leaves alone.
type ChangeBank struct {
	Bank               string `json:"bank"`
	SettleAfterSeconds *int   `json:"settle_after_seconds,omitempty"`
	SMSDelaySeconds    *int   `json:"sms_delay_seconds,omitempty"`
}

// SwitchChannel turns maintenance on or off by hand, or retires a channel for
// good (the end of raw withholding, 30 June 2018); nil leaves alone.
type SwitchChannel struct {
	ChannelID   string `json:"channel_id"`
	Maintenance *bool  `json:"maintenance,omitempty"`
	Retired     *bool  `json:"retired,omitempty"`
}

// ChangeProfile gives a channel another profile, whole: other limits for a time,
// another sender, other rules for codes. Its id and the algorithm of its signatures
// stay, since members hold keys. What is under way (codes that are out,
// notifications, the age of agreements) keeps the rules it was begun under.
type ChangeProfile struct {
	ChannelID string  `json:"channel_id"`
	Profile   Profile `json:"profile"`
}

// CancelAtBank is the customer ending an agreement at the bank. Without an
// agreement number all live agreements of the card (at one channel, if given) end.
type CancelAtBank struct {
	AgreementNo string                `json:"agreement_no,omitempty"`
	CardNumber  cardholder.CardNumber `json:"card_number"`
	ChannelID   string                `json:"channel_id,omitempty"`
}

// ForgetAgreement lets a channel lose the agreements of a card, as after a bad
// migration: it then knows nothing of them, and charges are declined as missing.
type ForgetAgreement struct {
	ChannelID  string                `json:"channel_id"`
	CardNumber cardholder.CardNumber `json:"card_number"`
}

// AddFault puts a fault rule in force.
type AddFault struct {
	Rule FaultRule `json:"rule"`
}

// RemoveFault takes a fault rule away; an empty ID takes all away.
type RemoveFault struct {
	ID string `json:"id,omitempty"`
}

// SwitchFault turns a fault rule off, or on again. Its counters stay.
type SwitchFault struct {
	ID  string `json:"id"`
	Off bool   `json:"off,omitempty"`
}

// Redeliver sends a notification once more, acknowledged or not.
type Redeliver struct {
	EventID string        `json:"event_id"`
	Variant NoticeVariant `json:"variant,omitempty"`
	Copies  int           `json:"copies,omitempty"` // 0 and 1: one
}

// Delivered reports how a delivery of a notification ended. Status is the HTTP
// status, 0 when there was no answer. Copies has the end of each copy; a delivery
// that a restart cut off has none.
type Delivered struct {
	EventID      string        `json:"event_id"`
	Attempt      int           `json:"attempt"`
	Acknowledged bool          `json:"acknowledged"`
	Status       int           `json:"status,omitempty"`
	Copies       []CopyReceipt `json:"copies,omitempty"`
	// SignedAt is the instant it was signed for, to the nanosecond; zero when nobody
	// knows whether it went out.
	SignedAt time.Time `json:"signed_at,omitzero"`
	// Refused is where the URL leads if nothing was sent because of it (reliability 6-4).
	Refused string `json:"refused,omitempty"`
}

// CopyReceipt is how one copy of a notification ended.
type CopyReceipt struct {
	Acknowledged bool `json:"acknowledged"`
	Status       int  `json:"status,omitempty"`
}

// ResetWorld puts a world back to its template: accounts, orders, agreements, faults,
// inbox and journal are as at the start (numbers and cursors begin again). Members
// stay, with their keys, so that a platform configured for them goes on working.
type ResetWorld struct{}

// Tick lets everything due up to the input's instant happen and does nothing else.
type Tick struct{}

// Operation names the command.
func (SendSMS) Operation() Operation { return OpSendSMS }

// Operation names the command.
func (SendWeChat) Operation() Operation { return OpSendWeChat }

// Operation names the command.
func (c RefuseRequest) Operation() Operation {
	if c.Intended != "" {
		return c.Intended
	}
	return OpRefused
}

// Operation names the command.
func (AddMember) Operation() Operation { return OpControl }

// Operation names the command.
func (PutAccount) Operation() Operation { return OpControl }

// Operation names the command.
func (ChangeAccount) Operation() Operation { return OpControl }

// Operation names the command.
func (ChangeBank) Operation() Operation { return OpControl }

// Operation names the command.
func (SwitchChannel) Operation() Operation { return OpControl }

// Operation names the command.
func (ChangeProfile) Operation() Operation { return OpControl }

// Operation names the command.
func (CancelAtBank) Operation() Operation { return OpControl }

// Operation names the command.
func (ForgetAgreement) Operation() Operation { return OpControl }

// Operation names the command.
func (AddFault) Operation() Operation { return OpControl }

// Operation names the command.
func (RemoveFault) Operation() Operation { return OpControl }

// Operation names the command.
func (SwitchFault) Operation() Operation { return OpControl }

// Operation names the command.
func (Redeliver) Operation() Operation { return OpControl }

// Operation names the command.
func (Delivered) Operation() Operation { return OpNotification }

// Operation names the command.
func (ResetWorld) Operation() Operation { return OpControl }

// Operation names the command.
func (Tick) Operation() Operation { return OpTick }
