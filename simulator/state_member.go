package simulator

import (
	"fmt"
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/money"
)

// MemberState is a member, its keys and everything it did.
type MemberState struct {
	Member

	Ordinal  int            `json:"ordinal,omitempty"`
	Checks   []CheckState   `json:"checks,omitempty"`
	Passed   []PassedState  `json:"passed,omitempty"`
	Signings []SigningState `json:"signings,omitempty"`
	Charges  []ChargeState  `json:"charges,omitempty"`
	Refunds  []RefundState  `json:"refunds,omitempty"`
	Usage    []UsageState   `json:"usage,omitempty"`
	URLs     []string       `json:"urls,omitempty"`
	Batches  []BatchState   `json:"batches,omitempty"`
}

// CheckState is an element check done.
type CheckState struct {
	CheckView

	Content digest `json:"content"`
}

// PassedState are elements that passed a check, by card number.
type PassedState struct {
	Card    string `json:"card"`
	Content digest `json:"content"`
}

// SigningState is a signing; Agreement refers to State.Agreements from 1.
type SigningState struct {
	No        string        `json:"no"`
	Content   digest        `json:"content"`
	PayerRef  string        `json:"payer_ref"`
	Elements  ElementsState `json:"elements"`
	Status    SigningStatus `json:"status"`
	Reason    Reason        `json:"reason,omitempty"`
	Code      *CodeState    `json:"code,omitempty"`
	Agreement int           `json:"agreement,omitempty"`
	Bound     bool          `json:"bound,omitempty"`
	NotifyURL string        `json:"notify_url,omitempty"`
	At        time.Time     `json:"at"`
}

// CodeState is the life of the codes of a signing or charge; Profile refers to
// State.Profiles from 1, 0 is the template's of the channel.
type CodeState struct {
	Profile  int           `json:"profile,omitempty"`
	Seq      int           `json:"seq"`
	Failures int           `json:"failures,omitempty"`
	SentAt   time.Time     `json:"sent_at,omitzero"`
	Expires  time.Time     `json:"expires,omitzero"`
	Live     []IssuedState `json:"live,omitempty"`
}

// IssuedState is a code somebody may still type.
type IssuedState struct {
	Text    string    `json:"text"`
	Expires time.Time `json:"expires"`
}

// ChargeState is an order; times are nanoseconds since 1970, Card is "" without an
// account, Debit the number of its ledger row.
type ChargeState struct {
	OrderNo   string       `json:"order_no"`
	Agreement int          `json:"agreement,omitempty"`
	Card      string       `json:"card,omitempty"`
	PayerRef  string       `json:"payer_ref,omitempty"`
	NotifyURL string       `json:"notify_url,omitempty"`
	Code      *CodeState   `json:"code,omitempty"`
	Content   shortDigest  `json:"content"`
	Debit     int64        `json:"debit,omitempty"`
	OrderTime int64        `json:"order_time"`
	Accepted  int64        `json:"accepted"`
	Finished  int64        `json:"finished,omitempty"`
	Amount    money.Fen    `json:"amount"`
	Refunded  money.Fen    `json:"refunded,omitempty"`
	Status    ChargeStatus `json:"status"`
	Reason    Reason       `json:"reason,omitempty"`
}

// RefundState is a refund of an order of the same member.
type RefundState struct {
	No       string       `json:"no"`
	OrderNo  string       `json:"order_no"`
	Content  digest       `json:"content"`
	Amount   money.Fen    `json:"amount"`
	Notify   string       `json:"notify,omitempty"`
	Status   RefundStatus `json:"status"`
	Reason   Reason       `json:"reason,omitempty"`
	Accepted int64        `json:"accepted"`
	Finished int64        `json:"finished,omitempty"`
}

// UsageState is what a card was debited of late.
type UsageState struct {
	Card        string    `json:"card"`
	Day         int64     `json:"day"`
	Month       string    `json:"month"`
	DayAmount   money.Fen `json:"day_amount"`
	MonthAmount money.Fen `json:"month_amount"`
	DayCount    int       `json:"day_count"`
}

// ElementsState are four elements in full: cardholder's own JSON is a mask.
type ElementsState struct {
	Name       string `json:"name,omitempty"`
	IDType     string `json:"id_type,omitempty"`
	IDNumber   string `json:"id_number,omitempty"`
	CardNumber string `json:"card_number,omitempty"`
	Mobile     string `json:"mobile,omitempty"`
}

// saveElements writes elements out.
func saveElements(e cardholder.FourElements) ElementsState {
	return ElementsState{
		Name: e.Name.Reveal(), IDType: string(e.IDType), IDNumber: e.IDNumber.Reveal(),
		CardNumber: e.CardNumber.Reveal(), Mobile: e.Mobile.Reveal(),
	}
}

// load reads elements back.
func (s ElementsState) load() (cardholder.FourElements, error) {
	e := cardholder.FourElements{IDType: cardholder.IDType(s.IDType)}
	if s.IDType != "" && !e.IDType.Valid() {
		return e, cardholder.ErrIDType
	}
	number := func(text string) (cardholder.IDNumber, error) { return cardholder.NewIDNumberOf(e.IDType, text) }
	var err error
	if e.Name, err = ifGiven(s.Name, cardholder.NewName); err != nil {
		return e, err
	}
	if e.IDNumber, err = ifGiven(s.IDNumber, number); err != nil {
		return e, err
	}
	if e.CardNumber, err = ifGiven(s.CardNumber, cardholder.NewCardNumber); err != nil {
		return e, err
	}
	e.Mobile, err = ifGiven(s.Mobile, cardholder.NewMobile)
	return e, err
}

// ifGiven reads a value that may be missing.
func ifGiven[T any](text string, read func(string) (T, error)) (T, error) {
	var none T
	if text == "" {
		return none, nil
	}
	value, err := read(text)
	if err != nil {
		return none, fmt.Errorf("read element: %w", err)
	}
	return value, nil
}
