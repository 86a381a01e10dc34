// Package sample is a small universe for the tests of the simulator's packages:
// two banks, a channel of every kind, three people. It is imported by tests only;
// what users see comes from fixtures.
package sample

import (
	"fmt"
	"time"

	"countersign/internal/cardholder"
	"countersign/simulator"
)

// The channels, one of each kind. Silent is the raw withholding channel, NonIdem
// the bank's direct one, which is not idempotent and honours no expiry.
const (
	AgreementBank       = "agreement-bank"
	AgreementThirdParty = "agreement-third"
	BindingPlatform     = "binding-platform"
	WithholdingPlatform = "withholding-platform"
	WithholdingRaw      = "withholding-raw"
	BankDirect          = "bank-direct"
	CodeEveryPayment    = "code-every"
)

// Start is when sample worlds begin: noon in China on a Wednesday.
//
//nolint:gochecknoglobals // an immutable instant; time.Date is no constant
var Start = time.Date(2018, 6, 6, 4, 0, 0, 0, time.UTC)

// Universe returns the universe as data.
func Universe() simulator.Universe {
	return simulator.Universe{
		Banks: []simulator.Bank{
			{Code: "ICBC", NameZH: "工商银行", NameEN: "ICBC"},
			{Code: "CMB", NameZH: "招商银行", NameEN: "CMB"},
		},
		BINs: []simulator.BIN{
			{Prefix: "622202", Length: 19, Bank: "ICBC", CardType: simulator.DebitCard},
			{Prefix: "622230", Length: 16, Bank: "ICBC", CardType: simulator.CreditCard},
			{Prefix: "622588", Length: 16, Bank: "CMB", CardType: simulator.DebitCard},
		},
		Channels: Channels(),
		Accounts: []simulator.Account{
			{Holder: Person(1), Balance: 1_000_000},
			{Holder: Person(2), Balance: 50_000, DebitNotice: true},
			{Holder: CMBPerson(3), Balance: 1_000_000},
		},
	}
}

// Template compiles the universe.
func Template() *simulator.Template {
	t, err := simulator.Compile(Universe())
	if err != nil {
		panic(err) // the sample itself is wrong
	}
	return t
}

// Channels returns the profiles.
func Channels() []simulator.Profile {
	agreementBank := base(AgreementBank, simulator.KindAgreementBank)
	agreementBank.AgreementChannel = true

	third := base(AgreementThirdParty, simulator.KindAgreementThirdParty)
	third.Sender, third.Verifier, third.MerchantInSMS = simulator.PartyThirdParty, simulator.PartyThirdParty, true
	third.Code.Resend, third.AgreementLifetimeDays = simulator.ResendBothValid, 365

	binding := base(BindingPlatform, simulator.KindBindingPlatform)
	binding.PlatformSMS, binding.Sender, binding.Verifier = true, simulator.PartyPlatform, simulator.PartyPlatform

	withholding := base(WithholdingPlatform, simulator.KindWithholdingPlatform)
	withholding.Binds, withholding.PlatformSMS, withholding.ChargeBy = false, true, simulator.ByElements
	withholding.Sender, withholding.Verifier = simulator.PartyPlatform, simulator.PartyPlatform

	raw := base(WithholdingRaw, simulator.KindWithholdingRaw)
	raw.Binds, raw.ChargeBy = false, simulator.ByElements
	raw.Sender, raw.Verifier = simulator.PartyNobody, simulator.PartyNobody

	direct := base(BankDirect, simulator.KindBankDirect)
	direct.Idempotent, direct.ExpiryHonoured, direct.CloseOffered = false, false, false
	direct.Code.Resend = simulator.ResendSameCode
	direct.Banks = direct.Banks[:1]

	every := base(CodeEveryPayment, simulator.KindCodeEveryPayment)
	every.CodeOnEveryPayment, every.PaymentCodeSender = true, simulator.PartyThirdParty
	return []simulator.Profile{agreementBank, third, binding, withholding, raw, direct, every}
}

// base is a binding channel whose bank texts, with everything on.
func base(id string, kind simulator.Kind) simulator.Profile {
	debit := []simulator.CardType{simulator.DebitCard}
	return simulator.Profile{
		ChannelID: id, NameZH: "示例渠道", NameEN: id, Kind: kind, Binds: true, Sender: simulator.PartyBank,
		Verifier: simulator.PartyBank, ChargeBy: simulator.ByAgreement,
		Code: simulator.CodeRules{
			Length: 6, LifetimeSeconds: 300, Tries: 3, ResendGapSeconds: 60, Resend: simulator.ResendNewCode,
		},
		Idempotent: true, ExpiryHonoured: true, CloseOffered: true, MaxInFlightSeconds: 1800,
		FinalCodes:   []simulator.ProblemCode{simulator.ProblemMaintenance, simulator.ProblemRequestExpired, simulator.ProblemOrderClosed},
		QueryKeys:    []string{"order_no"},
		Notification: simulator.NotificationRules{ScheduleSeconds: []int{1, 5, 30}, Ack: "event_id"},
		Banks: []simulator.BankTerms{
			{Bank: "ICBC", CardTypes: debit, Limits: simulator.Limits{Single: 500_000, Daily: 800_000, Monthly: 900_000, DailyCount: 5}},
			{Bank: "CMB", CardTypes: debit},
		},
		SignatureAlg: "HS256", SMSBrandZH: "示例付",
	}
}

// Person is somebody with an ICBC debit card; the number tells them apart.
func Person(n int) cardholder.FourElements {
	return person(n, fmt.Sprintf("622202000000%07d", n))
}

// CMBPerson is somebody with a CMB debit card.
func CMBPerson(n int) cardholder.FourElements {
	return person(n, fmt.Sprintf("622588000000%04d", n))
}

// person makes an invented person with a card.
func person(n int, card string) cardholder.FourElements {
	return cardholder.FourElements{
		Name: must(cardholder.NewName("测试" + string(rune('一'+n)))), IDType: cardholder.ResidentID,
		IDNumber: must(cardholder.NewIDNumber(idNumber(n))), CardNumber: must(cardholder.NewCardNumber(card)),
		Mobile: must(cardholder.NewMobile(Mobile(n))),
	}
}

// Mobile is a person's mobile number.
func Mobile(n int) string { return fmt.Sprintf("1380000%04d", n) }

// idNumber makes an ID number of the unassigned region with its check character.
func idNumber(n int) string {
	digits := fmt.Sprintf("99000019900101%03d", n)
	for _, check := range "0123456789X" {
		if _, err := cardholder.NewIDNumber(digits + string(check)); err == nil {
			return digits + string(check)
		}
	}
	return digits
}

// must unwraps what the sample wrote right.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
