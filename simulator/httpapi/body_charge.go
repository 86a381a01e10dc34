package httpapi

import (
	"time"

	"countersign/internal/money"
	"countersign/simulator"
)

// chargeBody is the schema ChargeRequest.
type chargeBody struct {
	MemberNo    string       `json:"member_no"`
	OrderNo     string       `json:"order_no"`
	OrderTime   string       `json:"order_time"`
	PayerRef    string       `json:"payer_ref"`
	Amount      money.Fen    `json:"amount"`
	Currency    string       `json:"currency"`
	AgreementNo string       `json:"agreement_no,omitempty"`
	Elements    elementsBody `json:"elements,omitzero"`
	CheckNo     string       `json:"check_no,omitempty"`
	ExpiresAt   string       `json:"expires_at"`
	NotifyURL   string       `json:"notify_url,omitempty"`
	Summary     string       `json:"summary,omitempty"`

	orderTime, expiresAt time.Time
}

// check names the first wrong member.
func (b *chargeBody) check() *refusal {
	if bad := checkNumbers(b.MemberNo, "/order_no", b.OrderNo); bad != nil {
		return bad
	}
	if bad := checkPayer(b.PayerRef); bad != nil {
		return bad
	}
	if bad := checkMoney(b.Amount, b.Currency); bad != nil {
		return bad
	}
	switch {
	case given(b.AgreementNo) && !validNumber(b.AgreementNo):
		return wrongMember("/agreement_no", wantedNumber)
	case given(b.CheckNo) && !validNumber(b.CheckNo):
		return wrongMember("/check_no", wantedNumber)
	case given(b.Summary) && !length(b.Summary, 0, longestSummary):
		return wrongMember("/summary", "at most 100 characters are wanted")
	}
	if given(b.Elements.Name) {
		if bad := b.Elements.check(); bad != nil {
			return bad
		}
	}
	if bad := checkInstant("/order_time", b.OrderTime, &b.orderTime); bad != nil {
		return bad
	}
	if bad := checkInstant("/expires_at", b.ExpiresAt, &b.expiresAt); bad != nil {
		return bad
	}
	return checkURL(b.NotifyURL)
}

// command is what the world is asked.
func (b *chargeBody) command(string) simulator.Command {
	made := simulator.ApplyCharge{
		OrderNo: b.OrderNo, OrderTime: b.orderTime, Amount: b.Amount, Currency: b.Currency, AgreementNo: orEmpty(b.AgreementNo),
		CheckNo: orEmpty(b.CheckNo), PayerRef: b.PayerRef, ExpiresAt: b.expiresAt, NotifyURL: orEmpty(b.NotifyURL), Summary: orEmpty(b.Summary),
	}
	if given(b.Elements.Name) {
		made.Elements = b.Elements.value()
	}
	return made
}

// refundBody is the schema RefundRequest.
type refundBody struct {
	MemberNo  string    `json:"member_no"`
	RefundNo  string    `json:"refund_no"`
	OrderNo   string    `json:"order_no"`
	OrderTime string    `json:"order_time"`
	Amount    money.Fen `json:"amount"`
	Currency  string    `json:"currency"`
	NotifyURL string    `json:"notify_url,omitempty"`

	orderTime time.Time
}

// check names the first wrong member.
func (b *refundBody) check() *refusal {
	if bad := checkNumbers(b.MemberNo, "/refund_no", b.RefundNo); bad != nil {
		return bad
	}
	if !validNumber(b.OrderNo) {
		return wrongMember("/order_no", wantedNumber)
	}
	if bad := checkMoney(b.Amount, b.Currency); bad != nil {
		return bad
	}
	if bad := checkInstant("/order_time", b.OrderTime, &b.orderTime); bad != nil {
		return bad
	}
	return checkURL(b.NotifyURL)
}

// command is what the world is asked.
func (b *refundBody) command(string) simulator.Command {
	return simulator.ApplyRefund{
		RefundNo: b.RefundNo, OrderNo: b.OrderNo, OrderTime: b.orderTime, Amount: b.Amount, Currency: b.Currency,
		NotifyURL: orEmpty(b.NotifyURL),
	}
}
