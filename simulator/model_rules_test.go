package simulator_test

import (
	"time"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// modelRules is what a kind of channel promises, written down from the contract (mission.md, the table of
// kinds; design 3.1) and not read from the profiles of the sample: a profile that says something else
// makes the model disagree.
type modelRules struct {
	channel      string
	texts        bool   // it texts a signing code and takes it
	sender       string // of that SMS
	bindsOnWord  bool   // it binds on the platform's word after an element check
	byElements   bool   // it charges by the four elements
	again        string // what a resend does: "new", "both" or "same"
	codeAtCharge bool
	idempotent   bool
	expiry       bool // refuses a charge after its own expiry
	closes       bool
	banks        []string
	days         int // life of an agreement, 0 for ever
}

// modelled lists the kinds.
//
//nolint:gochecknoglobals // a table
var modelled = map[simulator.Kind]modelRules{
	simulator.KindAgreementBank: {
		channel: sample.AgreementBank, texts: true, sender: "bank", again: "new", idempotent: true, expiry: true, closes: true,
		banks: []string{"ICBC", "CMB"},
	},
	simulator.KindAgreementThirdParty: {
		channel: sample.AgreementThirdParty, texts: true, sender: "third_party", again: "both", idempotent: true, expiry: true, closes: true,
		banks: []string{"ICBC", "CMB"}, days: 365,
	},
	simulator.KindBindingPlatform: {
		channel: sample.BindingPlatform, bindsOnWord: true, idempotent: true, expiry: true, closes: true, banks: []string{"ICBC", "CMB"},
	},
	simulator.KindWithholdingPlatform: {
		channel: sample.WithholdingPlatform, byElements: true, idempotent: true, expiry: true, closes: true, banks: []string{"ICBC", "CMB"},
	},
	simulator.KindWithholdingRaw: {
		channel: sample.WithholdingRaw, byElements: true, idempotent: true, expiry: true, closes: true, banks: []string{"ICBC", "CMB"},
	},
	simulator.KindBankDirect: {
		channel: sample.BankDirect, texts: true, sender: "bank", again: "same", banks: []string{"ICBC"},
	},
	simulator.KindCodeEveryPayment: {
		channel: sample.CodeEveryPayment, texts: true, sender: "bank", again: "new", codeAtCharge: true, idempotent: true, expiry: true,
		closes: true, banks: []string{"ICBC", "CMB"},
	},
}

// Numbers that all kinds share in the sample.
const (
	modelTries    = 3
	modelCodeLife = 300 * time.Second
	modelGap      = 60 * time.Second
	modelOpen     = 30 * time.Minute // how long a signing or an order waits for its code
)

// modelLimits are those of an ICBC debit card; CMB has none.
//
//nolint:gochecknoglobals // a table
var modelLimits = struct {
	single, daily, monthly money.Fen
	count                  int
}{500_000, 800_000, 900_000, 5}

// beijing is the zone of business days.
//
//nolint:gochecknoglobals // an immutable zone
var beijing = time.FixedZone("CST", 8*3600)
