package simulator

import (
	"time"

	"countersign/internal/cardholder"
	"countersign/internal/money"
)

// Command is something a world is asked to do. The set is closed: protocol
// commands below, gateway and control commands in control.go.
type Command interface {
	// Operation names the command.
	Operation() Operation
}

// ElementCheck asks a channel whether four elements belong together (T2).
type ElementCheck struct {
	CheckNo  string                  `json:"check_no"`
	Elements cardholder.FourElements `json:"elements"`
}

// ApplySigning is the authentication application (鉴权申请) at a channel: the bank
// or the third party texts a code to the registered mobile.
type ApplySigning struct {
	SignNo   string                  `json:"sign_no"`
	PayerRef string                  `json:"payer_ref"`
	Elements cardholder.FourElements `json:"elements"`
	// NotifyURL, here and below, is where to tell of the result; empty: the member's.
	NotifyURL string `json:"notify_url,omitempty"`
}

// ResendSigningCode asks for the code once more.
type ResendSigningCode struct {
	SignNo string `json:"sign_no"`
}

// ConfirmSigning is the authentication confirmation (鉴权确认).
type ConfirmSigning struct {
	SignNo string `json:"sign_no"`
	Code   string `json:"code"`
}

// QuerySigning asks where a signing stands.
type QuerySigning struct {
	SignNo string `json:"sign_no"`
}

// Bind binds a card without a code, on evidence.
type Bind struct {
	SignNo   string                  `json:"sign_no"`
	PayerRef string                  `json:"payer_ref"`
	Elements cardholder.FourElements `json:"elements"`
	Evidence Evidence                `json:"evidence"`

	NotifyURL string `json:"notify_url,omitempty"`
}

// Evidence is why no code is needed. Reference is the platform's own (its
// verification, or the old signing); SignedOn ("2006-01-02") belongs to legacy
// evidence, CheckNo to platform_verified.
type Evidence struct {
	Kind      EvidenceKind `json:"kind"`
	Reference string       `json:"reference"`
	SignedOn  string       `json:"signed_on,omitempty"`
	CheckNo   string       `json:"check_no,omitempty"`
}

// QueryAgreement looks an agreement up by number, or by payer and card.
type QueryAgreement struct {
	AgreementNo string                `json:"agreement_no,omitempty"`
	PayerRef    string                `json:"payer_ref,omitempty"`
	CardNumber  cardholder.CardNumber `json:"card_number"`
}

// TerminateAgreement (解约) ends an agreement on the merchant's side.
type TerminateAgreement struct {
	AgreementNo string `json:"agreement_no"`
}

// ApplyCharge asks for a debit, by agreement number or by elements.
type ApplyCharge struct {
	OrderNo     string                  `json:"order_no"`
	OrderTime   time.Time               `json:"order_time"`
	Amount      money.Fen               `json:"amount"`
	Currency    string                  `json:"currency"`
	AgreementNo string                  `json:"agreement_no,omitempty"`
	Elements    cardholder.FourElements `json:"elements"` // zero when by agreement
	CheckNo     string                  `json:"check_no,omitempty"`
	PayerRef    string                  `json:"payer_ref"`
	ExpiresAt   time.Time               `json:"expires_at"` // zero: none
	NotifyURL   string                  `json:"notify_url,omitempty"`
	Summary     string                  `json:"summary,omitempty"`
}

// QueryCharge asks where an order stands. OrderTime must be the stored one.
type QueryCharge struct {
	OrderNo   string    `json:"order_no"`
	OrderTime time.Time `json:"order_time"`
}

// CloseCharge lays a tombstone on an order number, seen before or not.
type CloseCharge struct {
	OrderNo   string    `json:"order_no"`
	OrderTime time.Time `json:"order_time"`
}

// ConfirmCharge brings the code of a charge that asked for one.
type ConfirmCharge struct {
	OrderNo   string    `json:"order_no"`
	OrderTime time.Time `json:"order_time"`
	Code      string    `json:"code"`
}

// ResendChargeCode asks for a payment code once more.
type ResendChargeCode struct {
	OrderNo   string    `json:"order_no"`
	OrderTime time.Time `json:"order_time"`
}

// ApplyRefund gives a debit back, in whole or in part.
type ApplyRefund struct {
	RefundNo  string    `json:"refund_no"`
	OrderNo   string    `json:"order_no"`
	OrderTime time.Time `json:"order_time"`
	Amount    money.Fen `json:"amount"`
	Currency  string    `json:"currency"`
	NotifyURL string    `json:"notify_url,omitempty"`
}

// QueryRefund asks where a refund stands.
type QueryRefund struct {
	RefundNo string `json:"refund_no"`
}

// QueryLimits asks for the limits per bank and card type.
type QueryLimits struct{}

// QueryProfile asks for the channel's profile.
type QueryProfile struct{}

// Operation names the command.
func (ElementCheck) Operation() Operation { return OpElementCheck }

// Operation names the command.
func (ApplySigning) Operation() Operation { return OpSigningApply }

// Operation names the command.
func (ResendSigningCode) Operation() Operation { return OpSigningResend }

// Operation names the command.
func (ConfirmSigning) Operation() Operation { return OpSigningConfirm }

// Operation names the command.
func (QuerySigning) Operation() Operation { return OpSigningQuery }

// Operation names the command.
func (Bind) Operation() Operation { return OpBind }

// Operation names the command.
func (QueryAgreement) Operation() Operation { return OpAgreementQuery }

// Operation names the command.
func (TerminateAgreement) Operation() Operation { return OpAgreementTerminate }

// Operation names the command.
func (ApplyCharge) Operation() Operation { return OpCharge }

// Operation names the command.
func (QueryCharge) Operation() Operation { return OpChargeQuery }

// Operation names the command.
func (CloseCharge) Operation() Operation { return OpChargeClose }

// Operation names the command.
func (ConfirmCharge) Operation() Operation { return OpChargeConfirm }

// Operation names the command.
func (ResendChargeCode) Operation() Operation { return OpChargeResend }

// Operation names the command.
func (ApplyRefund) Operation() Operation { return OpRefund }

// Operation names the command.
func (QueryRefund) Operation() Operation { return OpRefundQuery }

// Operation names the command.
func (QueryLimits) Operation() Operation { return OpLimits }

// Operation names the command.
func (QueryProfile) Operation() Operation { return OpProfile }
