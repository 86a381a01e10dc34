package simulator

import (
	"countersign/internal/cardholder"
	"countersign/internal/money"
)

// Universe is what a world starts with, as data: fixtures or a test write it,
// Compile turns it into a Template.
type Universe struct {
	Banks    []Bank
	BINs     []BIN
	Channels []Profile
	Accounts []Account
	// AllowedCards are card numbers outside the test range that this universe
	// takes all the same.
	AllowedCards []string
}

// Bank is a card-issuing bank behind the channels.
type Bank struct {
	Code   string `json:"code"`
	NameZH string `json:"name_zh"` // also the signature of its SMS, in 【】
	NameEN string `json:"name_en"`
	// SettleAfterSeconds: how long the bank keeps a debit "processing"; 0 means it
	// answers at once.
	SettleAfterSeconds int `json:"settle_after_seconds,omitempty"`
	// SMSDelaySeconds: how long the bank's SMS take to the handset.
	SMSDelaySeconds int `json:"sms_delay_seconds,omitempty"`
}

// BIN is a row of the BIN table: cards that begin with Prefix and have Length
// digits are Bank's. The longest prefix wins.
type BIN struct {
	Prefix   string   `json:"prefix"`
	Length   int      `json:"length"`
	Bank     string   `json:"bank"`
	CardType CardType `json:"card_type"`
}

// Account is a card at its bank with the four-element record the bank holds.
// Bank and card type follow from the BIN table.
type Account struct {
	Holder  cardholder.FourElements
	Balance money.Fen // of a credit card: what is left of the line
	State   CardState
	// DebitNotice: the customer subscribed to the bank's SMS after debits (T9).
	DebitNotice bool
}
