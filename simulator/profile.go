package simulator

import (
	"slices"

	"countersign/internal/money"
)

// Profile is a channel's attributes (渠道属性): everything in which one channel
// differs from another is data here (T3, T4).
type Profile struct {
	ChannelID        string   `json:"channel_id"`
	NameZH           string   `json:"name_zh"`
	NameEN           string   `json:"name_en"`
	Kind             Kind     `json:"kind"`
	Binds            bool     `json:"binds"`
	PlatformSMS      bool     `json:"platform_sms"`
	AgreementChannel bool     `json:"agreement_channel"`
	Sender           Party    `json:"sender"`
	Verifier         Party    `json:"verifier"`
	ChargeBy         ChargeBy `json:"charge_by"`
	// CodeOnEveryPayment: each charge waits for a code about the payment, sent
	// by PaymentCodeSender.
	CodeOnEveryPayment    bool              `json:"code_on_every_payment"`
	PaymentCodeSender     Party             `json:"payment_code_sender"`
	Code                  CodeRules         `json:"code"`
	Idempotent            bool              `json:"idempotent"`
	FinalCodes            []ProblemCode     `json:"final_codes"`
	MaxInFlightSeconds    int               `json:"max_in_flight_seconds"`
	ExpiryHonoured        bool              `json:"expiry_honoured"`
	CloseOffered          bool              `json:"close_offered"`
	AgreementLifetimeDays int               `json:"agreement_lifetime_days"` // 0: never ends by age
	QueryKeys             []string          `json:"query_keys"`
	Notification          NotificationRules `json:"notification"`
	Banks                 []BankTerms       `json:"banks"`
	SignatureAlg          string            `json:"signature_alg"` // HS256 or EdDSA
	SMSBrandZH            string            `json:"sms_brand_zh"`
	Maintenance           []Window          `json:"maintenance"`
	MerchantInSMS         bool              `json:"merchant_in_sms"`
}

// CodeRules are a channel's rules for SMS codes. Failures survive a resend.
type CodeRules struct {
	Length           int             `json:"length"`
	LifetimeSeconds  int             `json:"lifetime_seconds"`
	Tries            int             `json:"tries"`
	ResendGapSeconds int             `json:"resend_gap_seconds"`
	Resend           ResendSemantics `json:"resend"`
}

// NotificationRules say when a notification is repeated until acknowledged:
// the first delivery comes ScheduleSeconds[0] after the event, each further one
// that long after the last.
type NotificationRules struct {
	ScheduleSeconds []int  `json:"schedule_seconds"`
	Ack             string `json:"ack"`
}

// BankTerms say on what terms a channel reaches a bank.
type BankTerms struct {
	Bank      string     `json:"bank"`
	CardTypes []CardType `json:"card_types"`
	Limits    Limits     `json:"limits"`
}

// Limits are in fen, a zero means none. Days and months are those of UTC+8.
type Limits struct {
	Single     money.Fen `json:"single"`
	Daily      money.Fen `json:"daily"`
	Monthly    money.Fen `json:"monthly"`
	DailyCount int       `json:"daily_count"`
}

// Window is a time of maintenance: either two times of day "15:04" in UTC+8
// (over midnight if To is not after From), every day; or two instants in RFC 3339,
// once.
type Window struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// signsByCode reports whether the channel texts a code for signing.
func (p *Profile) signsByCode() bool { return p.Binds && !p.PlatformSMS }

// terms finds the terms for a bank and card type.
func (p *Profile) terms(bank string, card CardType) (BankTerms, bool) {
	for _, t := range p.Banks {
		if t.Bank == bank && slices.Contains(t.CardTypes, card) {
			return t, true
		}
	}
	return BankTerms{}, false
}
