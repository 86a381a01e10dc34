package orchestrator

import "time"

// CardState of a card at the platform.
type CardState string

// States of a card.
const (
	CardBound   CardState = "bound"
	CardUnbound CardState = "unbound"
)

// Card is a card bound at the platform once (one card, many agreements; T10). The four elements are
// sealed, or absent when the merchant keeps none; the number is found by keyed fingerprint.
type Card struct {
	ID             string
	MerchantID     string
	PayerID        string
	State          CardState
	Bank           string
	CardType       string // debit | credit
	Fingerprint    string // keyed hash of the number; unique with merchant and payer while bound
	ElementsPrint  string // keyed hash of all four, to compare given with kept
	MaskedNumber   string // first six, stars, last four
	MaskedMobile   string
	SealedElements []byte // nil when not kept, and after unbinding
	WeChatOpenID   string
	Version        int64
	CreatedAt      time.Time
	UnboundAt      time.Time
}

// Usable says whether new work may start on the card.
func (c Card) Usable() bool { return c.State == CardBound }

// Standing is what a card has reached at one channel apart from agreements: an element check passed,
// an own code given back, a debit made.
type Standing struct {
	MerchantID   string
	CardID       string
	ChannelID    string
	CheckNo      string // of the passed element check; "" = none
	CheckedAt    time.Time
	CodePassedAt time.Time // platform-sent code given back right, where the channel keeps no binding
	DebitedAt    time.Time // last successful charge
	Raw          bool      // that charge went by elements at a channel with no code at all
	Version      int64
}

// Checked says whether an element check passed at this channel.
func (s Standing) Checked() bool { return s.CheckNo != "" }
