package orchestrator

import (
	"slices"
	"time"

	"countersign/internal/money"
)

// ChannelKind is the sort of channel (mission, kinds of channel; T3).
type ChannelKind string

// Kinds of channel.
const (
	KindAgreementBank       ChannelKind = "agreement_bank"
	KindAgreementThirdParty ChannelKind = "agreement_third_party"
	KindBindingPlatform     ChannelKind = "binding_platform"
	KindWithholdingPlatform ChannelKind = "withholding_platform"
	KindWithholdingRaw      ChannelKind = "withholding_raw"
	KindBankDirect          ChannelKind = "bank_direct"
	KindCodeEveryPayment    ChannelKind = "code_every_payment"
)

// Party sends or verifies a code.
type Party string

// Parties.
const (
	PartyBank       Party = "bank"
	PartyThirdParty Party = "third_party"
	PartyPlatform   Party = "platform"
	PartyNobody     Party = "nobody"
)

// About is what an SMS, or a prompt, speaks of.
type About string

// Subjects of an SMS or a prompt.
const (
	AboutSigning About = "signing"
	AboutPayment About = "payment"
)

// ChargeBy is what a charge must carry.
type ChargeBy string

// Ways to name the card in a charge.
const (
	ChargeByAgreement ChargeBy = "agreement"
	ChargeByElements  ChargeBy = "elements"
)

// ChannelProfile is the *configured* description of a channel: data the rules go by. What a channel
// serves about itself is only compared with it.
type ChannelProfile struct {
	ChannelID             string              `json:"channel_id"`
	NameZH                string              `json:"name_zh"`
	NameEN                string              `json:"name_en"`
	Kind                  ChannelKind         `json:"kind"`
	Binds                 bool                `json:"binds"`             // 是否绑卡
	PlatformSMS           bool                `json:"platform_sms"`      // 是否平台自发短信
	AgreementChannel      bool                `json:"agreement_channel"` // under the network's rules (T6)
	Sender                Party               `json:"sender"`
	Verifier              Party               `json:"verifier"`
	ChargeBy              ChargeBy            `json:"charge_by"`
	CodeOnEveryPayment    bool                `json:"code_on_every_payment"`
	PaymentCodeSender     Party               `json:"payment_code_sender,omitempty"`
	Code                  CodeProfile         `json:"code"`
	Idempotent            bool                `json:"idempotent"`              // by order number
	FinalCodes            []string            `json:"final_codes"`             // signed 4xx codes that say: this copy did nothing
	MaxInFlightSeconds    int                 `json:"max_in_flight_seconds"`   // 0 = not declared
	ExpiryHonoured        bool                `json:"expiry_honoured"`         // refuses a charge after its expires_at
	CloseOffered          bool                `json:"close_offered"`           // close is a tombstone
	AgreementLifetimeDays int                 `json:"agreement_lifetime_days"` // 0 = never ends by age
	QueryKeys             []string            `json:"query_keys"`
	Notification          NotificationProfile `json:"notification"`
	Banks                 []BankSupport       `json:"banks"`
	SignatureAlg          string              `json:"signature_alg"` // HS256 | EdDSA
	SMSBrandZH            string              `json:"sms_brand_zh,omitempty"`
	Maintenance           []Window            `json:"maintenance"`
	MerchantInSMS         bool                `json:"merchant_in_sms"`
}

// CodeProfile describes the codes a channel sends and checks.
type CodeProfile struct {
	Length           int    `json:"length"`
	LifetimeSeconds  int    `json:"lifetime_seconds"`
	Tries            int    `json:"tries"`
	ResendGapSeconds int    `json:"resend_gap_seconds"`
	Resend           string `json:"resend"` // same_code | new_code | both_valid
}

// NotificationProfile says when a channel repeats a notification, and what it takes for an answer.
type NotificationProfile struct {
	ScheduleSeconds []int  `json:"schedule_seconds"`
	Ack             string `json:"ack"`
}

// BankSupport is one bank a channel serves, with its limits per card.
type BankSupport struct {
	Bank      string   `json:"bank"`
	CardTypes []string `json:"card_types"`
	Limits
}

// Limits of one bank at one channel, per card. Amounts in fen; 0 means none.
type Limits struct {
	Single     money.Fen `json:"single"`
	Daily      money.Fen `json:"daily"`
	Monthly    money.Fen `json:"monthly"`
	DailyCount int       `json:"daily_count"`
}

// Window is a stretch of time, From inclusive, To exclusive.
type Window struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Contains says whether t lies in the window.
func (w Window) Contains(t time.Time) bool { return !t.Before(w.From) && t.Before(w.To) }

// InMaintenance says whether a configured window covers now.
func (p ChannelProfile) InMaintenance(now time.Time) bool {
	return slices.ContainsFunc(p.Maintenance, func(w Window) bool { return w.Contains(now) })
}

// Support is what the channel offers for a bank and card type.
func (p ChannelProfile) Support(bank, cardType string) (BankSupport, bool) {
	for _, b := range p.Banks {
		if b.Bank == bank && slices.Contains(b.CardTypes, cardType) {
			return b, true
		}
	}
	return BankSupport{}, false
}

// Final says whether a signed 4xx with this code proves that the copy which got it did nothing.
func (p ChannelProfile) Final(code string) bool { return slices.Contains(p.FinalCodes, code) }

// longestInFlight keeps a bound, added to a present, within what instants are stored as: a hundred years.
const longestInFlight = 100 * 365 * 24 * time.Hour

// MaxInFlight is the longest time a received request may stay invisible; ok is false when undeclared.
func (p ChannelProfile) MaxInFlight() (bound time.Duration, ok bool) {
	return time.Duration(min(p.MaxInFlightSeconds, int(longestInFlight/time.Second))) * time.Second, p.MaxInFlightSeconds > 0
}

// Method is the way a first signing goes at this channel (mission, table of kinds).
func (p ChannelProfile) Method() SigningMethod {
	switch {
	case p.PlatformSMS && p.Binds:
		return MethodOwnCodeBinding
	case p.PlatformSMS:
		return MethodOwnCode
	case p.Binds:
		return MethodTexted
	default:
		return MethodElementCheck
	}
}

// NeedsElementCheck says whether a card must have passed an element check before anything else.
func (p ChannelProfile) NeedsElementCheck() bool { return p.PlatformSMS || !p.Binds }
