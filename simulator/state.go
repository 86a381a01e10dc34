package simulator

import (
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"countersign/internal/money"
)

// State is everything in a world as plain data, elements, keys and codes in full.
// It is what forks, snapshots and files of worlds are made of: World.Save writes
// it, Load reads it back. Its JSON is the program's own and no contract; printers
// and loggers see a placeholder. The template is not part of it.
type State struct {
	ID         string           `json:"id"`
	Seed       uint64           `json:"seed"`
	Now        time.Time        `json:"now"`
	Made       counters         `json:"made"`
	Profiles   []Profile        `json:"profiles,omitempty"` // besides the template's; referred to from 1
	Channels   []ChannelState   `json:"channels"`
	Banks      []Bank           `json:"banks,omitempty"` // changed ones
	Accounts   []AccountState   `json:"accounts,omitempty"`
	Members    []MemberState    `json:"members,omitempty"`
	Agreements []AgreementState `json:"agreements,omitempty"` // referred to from 1
	Ledger     []LedgerState    `json:"ledger,omitempty"`
	Inbox      InboxState       `json:"inbox"`
	Journal    JournalState     `json:"journal"`
	Due        DueState         `json:"due"`
	Notices    NoticesState     `json:"notices"`
	JTIs       JTIState         `json:"jtis"`
	Sent       SentState        `json:"sent"`
	Faults     []FaultState     `json:"faults,omitempty"`
	Strikes    StrikesState     `json:"strikes,omitzero"`
	Settings   Settings         `json:"settings,omitzero"`
	Verdicts   VerdictsState    `json:"verdicts,omitzero"`
	Late       []lateLine       `json:"late,omitempty"` // lines of files that a fault moved
}

// hiddenState is what printers see of a state.
const hiddenState = "[state of a world]"

// String hides the state.
func (State) String() string { return hiddenState }

// Format hides the state under every verb.
func (State) Format(to fmt.State, _ rune) { _, _ = to.Write([]byte(hiddenState)) }

// LogValue hides the state.
func (State) LogValue() slog.Value { return slog.StringValue(hiddenState) }

// ErrState is wrapped by every error about a state that cannot be a world's.
var ErrState = errors.New("not the state of a world")

// StateError says which member of a state is wrong and why; never its value.
type StateError struct {
	Field string // with dots and indexes: "members[0].charges[2].amount"
	Why   string
}

// Error names the member.
func (e *StateError) Error() string { return ErrState.Error() + ": " + e.Field + ": " + e.Why }

// Unwrap makes errors.Is(err, ErrState) hold.
func (e *StateError) Unwrap() error { return ErrState }

// ChannelState is a channel's switches and profile: 0 is the template's.
type ChannelState struct {
	ChannelID   string `json:"channel_id"`
	Profile     int    `json:"profile,omitempty"`
	Maintenance bool   `json:"maintenance,omitempty"`
	Retired     bool   `json:"retired,omitempty"`
}

// AccountState is a card at its bank; bank and card type follow from the number.
type AccountState struct {
	Holder      ElementsState `json:"holder"`
	Balance     money.Fen     `json:"balance"`
	State       CardState     `json:"state"`
	DebitNotice bool          `json:"debit_notice,omitempty"`
}

// AgreementState is an agreement. Forgotten: the channel lost it, orders by it remain.
type AgreementState struct {
	No        string          `json:"no"`
	MemberNo  string          `json:"member_no"`
	PayerRef  string          `json:"payer_ref"`
	SignNo    string          `json:"sign_no"`
	Card      string          `json:"card"`
	Status    AgreementStatus `json:"status"`
	Evidence  EvidenceKind    `json:"evidence,omitempty"`
	NotifyURL string          `json:"notify_url,omitempty"`
	SignedAt  time.Time       `json:"signed_at"`
	Expires   time.Time       `json:"expires,omitzero"`
	Ended     time.Time       `json:"ended,omitzero"`
	Forgotten bool            `json:"forgotten,omitempty"`
}

// LedgerState is a movement of money by its order, and its refund if it is one.
// A debit that its order knows nothing of may be given back by a reversal.
type LedgerState struct {
	At       int64  `json:"at"` // nanoseconds since 1970
	MemberNo string `json:"member_no"`
	OrderNo  string `json:"order_no"`
	RefundNo string `json:"refund_no,omitempty"`
	Reversal bool   `json:"reversal,omitempty"`
}

// InboxState is the inbox and the cursor of its newest message.
type InboxState struct {
	Last     int64          `json:"last"`
	Messages []MessageState `json:"messages,omitempty"`
}

// MessageState is a message with its mobile in full.
type MessageState struct {
	Message

	To string `json:"to,omitempty"`
}

// JournalState is the rows kept, oldest first, and the number of the newest.
type JournalState struct {
	Last int64      `json:"last"`
	Bare int64      `json:"bare,omitempty"` // rows up to this one have lost their bodies
	Rows []RowState `json:"rows,omitempty"`
}

// RowState is a journal row with its bodies as they went over the wire.
type RowState struct {
	JournalRow

	Request      []byte `json:"request_body,omitempty"`
	AnswerStatus int    `json:"answer_status,omitempty"`
	Answer       []byte `json:"answer_body,omitempty"`
	Bared        bool   `json:"bared,omitempty"`
}

// JTIState is what a world remembers of jtis.
type JTIState struct {
	Since time.Time     `json:"since,omitzero"`
	Now   []shortDigest `json:"now,omitempty"`
	Then  []shortDigest `json:"then,omitempty"`
}

// SentState is what a world remembers of the gateways' message numbers.
type SentState struct {
	Now  []SentMessageState `json:"now,omitempty"`
	Then []SentMessageState `json:"then,omitempty"`
}

// SentMessageState is a number and what was sent under it.
type SentMessageState struct {
	Number  string `json:"number"`
	Content digest `json:"content"`
	ID      string `json:"id"`
}

// FaultState is a rule and its counters.
type FaultState struct {
	FaultRule

	Matched  int         `json:"matched,omitempty"`
	Struck   int         `json:"struck,omitempty"`
	ByNumber strikeCount `json:"by_number,omitzero"`
}

// MarshalText writes a digest in hexadecimal.
func (d digest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d[:]), nil }

// UnmarshalText reads a digest back.
func (d *digest) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(d)) {
		return fmt.Errorf("digest of %d characters: %w", len(text), ErrState)
	}
	_, err := hex.Decode(d[:], text)
	if err != nil {
		return fmt.Errorf("digest: %w", ErrState)
	}
	return nil
}
