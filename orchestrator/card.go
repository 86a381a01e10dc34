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
// sealed, or absent when the merchant keeps none; the number is found by keyed fingerprint. A payer who binds a card
// that was taken away gets the same card back, with its history.
type Card struct {
	ID             string
	MerchantID     string
	PayerID        string
	State          CardState
	Bank           string
	CardType       string // debit | credit
	Fingerprint    string // keyed hash of the number; unique with merchant and payer while bound
	ElementsPrint  string // keyed hash of all four, to compare given with kept
	ConfirmedPrint string // the elements that an element check or a completed signing has confirmed last
	MaskedNumber   string // first six, stars, last four
	MaskedMobile   string
	SealedElements []byte // nil when not kept, and after unbinding
	FormerMobile   string // masked: of the confirmed elements, while others wait for a confirmation in their place; "" = none do
	FormerElements []byte // those elements, sealed where they are kept
	SealedOpenID   []byte // WeChat, for notices; nil = none, and after unbinding
	Bindings       int    // how often it was bound: work of an earlier binding brings nothing to life
	Version        int64
	CreatedAt      time.Time
	UnboundAt      time.Time // when it was taken away last
}

// Usable says whether new work may start on the card.
func (c Card) Usable() bool { return c.State == CardBound }

// Confirmed says whether an element check or a completed signing has confirmed the very elements that the card
// has now. Only then may the platform text its mobile (mission, kinds of channel).
func (c Card) Confirmed() bool { return c.ElementsPrint != "" && c.ConfirmedPrint == c.ElementsPrint }

// Replace makes room for other elements. Confirmed ones are put by, until the others are confirmed too or refuted.
func (c Card) Replace() Card {
	if c.Confirmed() {
		c.FormerMobile, c.FormerElements = c.MaskedMobile, c.SealedElements
	}
	return c
}

// Settle forgets what was put by, once the card's elements are confirmed.
func (c Card) Settle() Card {
	if c.Confirmed() {
		c.FormerMobile, c.FormerElements = "", nil
	}
	return c
}

// Refute takes the confirmed elements back when the bank has said that these others are wrong; false when there is nothing
// to take back.
func (c Card) Refute(imprint string) (Card, bool) {
	if c.FormerMobile == "" || c.ConfirmedPrint == "" || c.ElementsPrint != imprint || c.Confirmed() {
		return c, false
	}
	c.ElementsPrint, c.MaskedMobile, c.SealedElements = c.ConfirmedPrint, c.FormerMobile, c.FormerElements
	return c.Settle(), true
}

// Standing is what a card has reached at one channel apart from agreements: an element check passed,
// an own code given back, a debit made.
type Standing struct {
	MerchantID   string
	CardID       string
	ChannelID    string
	CheckNo      string // of the passed element check; "" = none
	CheckedAt    time.Time
	CodePassedAt time.Time // platform-sent code given back right, where the channel keeps no binding
	CodeCheckNo  string    // the check which that code followed
	DebitedAt    time.Time // last successful charge
	Raw          bool      // that charge went by elements at a channel with no code at all
	Version      int64
}

// Checked says whether an element check passed at this channel.
func (s Standing) Checked() bool { return s.CheckNo != "" }

// CodePassed says whether the code was given back after the very check that counts now. A new check, of other
// elements or because the channel forgot the old one, wants a new code.
func (s Standing) CodePassed() bool { return s.Checked() && s.CodeCheckNo == s.CheckNo }

// Forget makes check and code count no more. That there once was a code, and what was debited, stays history.
func (s Standing) Forget() Standing {
	s.CheckNo, s.CodeCheckNo = "", ""
	return s
}
