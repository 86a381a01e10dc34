package simulator

import (
	"time"

	"countersign/internal/money"
)

// LedgerKind tells a debit from a refund, and from a debit that the bank gave back by
// itself (B1).
type LedgerKind string

// The kinds of ledger rows. Account adjustments of the control plane are no rows.
const (
	LedgerDebit    LedgerKind = "debit"
	LedgerRefund   LedgerKind = "refund"
	LedgerReversal LedgerKind = "reversal"
)

// LedgerRow is one movement of money at a bank: the truth of the world.
type LedgerRow struct {
	Seq         int64      `json:"seq"`
	Kind        LedgerKind `json:"kind"`
	At          time.Time  `json:"at"`
	Bank        string     `json:"bank"`
	MaskedCard  string     `json:"masked_card"`
	ChannelID   string     `json:"channel_id"`
	MemberNo    string     `json:"member_no"`
	OrderNo     string     `json:"order_no"`
	RefundNo    string     `json:"refund_no,omitempty"`
	PayerRef    string     `json:"payer_ref,omitempty"`
	AgreementNo string     `json:"agreement_no,omitempty"`
	Amount      money.Fen  `json:"amount"`
}

// AccountView is a card at its bank, masked.
type AccountView struct {
	MaskedCard  string    `json:"masked_card"`
	Last4       string    `json:"last4"`
	Bank        string    `json:"bank"`
	CardType    CardType  `json:"card_type"`
	MaskedName  string    `json:"masked_name"`
	MaskedPhone string    `json:"masked_mobile"`
	Balance     money.Fen `json:"balance"`
	State       CardState `json:"state"`
	DebitNotice bool      `json:"debit_notice"`
}

// ChannelView is a channel of a world and its switches.
type ChannelView struct {
	Profile     *Profile `json:"profile"`
	Maintenance bool     `json:"maintenance"` // switched on by hand
	Retired     bool     `json:"retired"`
	Open        bool     `json:"open"` // neither, and in no window just now
}
