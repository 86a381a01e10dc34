package orchestrator_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"countersign/orchestrator"
)

// consistent is a profile of a kind as the table of kinds has it.
func consistent(kind orchestrator.ChannelKind, party orchestrator.Party) orchestrator.ChannelProfile {
	p := orchestrator.ChannelProfile{Kind: kind, Sender: party, Verifier: party, Binds: true, ChargeBy: orchestrator.ChargeByAgreement}
	switch kind {
	case orchestrator.KindBindingPlatform:
		p.PlatformSMS = true
	case orchestrator.KindWithholdingPlatform:
		p.Binds, p.PlatformSMS, p.ChargeBy = false, true, orchestrator.ChargeByElements
	case orchestrator.KindWithholdingRaw:
		p.Binds, p.ChargeBy = false, orchestrator.ChargeByElements
	case orchestrator.KindCodeEveryPayment:
		p.CodeOnEveryPayment, p.PaymentCodeSender = true, orchestrator.PartyBank
	}
	return p
}

var parties = []orchestrator.Party{orchestrator.PartyBank, orchestrator.PartyThirdParty, orchestrator.PartyPlatform, orchestrator.PartyNobody}

func TestAKindSaysWhoTextsTheCode(t *testing.T) {
	t.Parallel()
	bank, third, platform, nobody := parties[0], parties[1], parties[2], parties[3]
	for kind, plain := range map[orchestrator.ChannelKind][]orchestrator.Party{
		orchestrator.KindAgreementBank: {bank}, orchestrator.KindAgreementThirdParty: {third}, orchestrator.KindBankDirect: {bank},
		orchestrator.KindCodeEveryPayment: {bank, third}, orchestrator.KindBindingPlatform: {platform},
		orchestrator.KindWithholdingPlatform: {platform}, orchestrator.KindWithholdingRaw: {nobody},
	} {
		for _, party := range parties {
			p := consistent(kind, party)
			want := false
			for _, one := range plain {
				want = want || one == party
			}
			if err := p.Check(); (err == nil) != want {
				t.Errorf("%s with sender %s: %v", kind, party, err)
			}
			p.AgreementChannel = true // T6: the breach is for the contract tests to find
			texted := party == bank || party == third
			if free := texted && p.Binds && !p.PlatformSMS; (p.Check() == nil) != (want || free) {
				t.Errorf("agreement channel, %s with sender %s: %v", kind, party, p.Check())
			}
		}
	}
}

func TestAProfileThatContradictsItselfNamesTheMember(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 5, 2, 0, 0, 0, time.UTC)
	for field, spoil := range map[string]func(*orchestrator.ChannelProfile){
		"profile.kind":                  func(p *orchestrator.ChannelProfile) { p.Kind = "other" },
		"profile.binds":                 func(p *orchestrator.ChannelProfile) { p.Binds = false },
		"profile.platform_sms":          func(p *orchestrator.ChannelProfile) { p.PlatformSMS = true },
		"profile.charge_by":             func(p *orchestrator.ChannelProfile) { p.ChargeBy = orchestrator.ChargeByElements },
		"profile.sender":                func(p *orchestrator.ChannelProfile) { p.Sender = orchestrator.PartyNobody },
		"profile.verifier":              func(p *orchestrator.ChannelProfile) { p.Verifier = orchestrator.PartyPlatform },
		"profile.code_on_every_payment": func(p *orchestrator.ChannelProfile) { p.CodeOnEveryPayment = true },
		"profile.payment_code_sender": func(p *orchestrator.ChannelProfile) {
			p.Kind, p.CodeOnEveryPayment = orchestrator.KindCodeEveryPayment, true
		},
		"profile.banks.1.bank":       func(p *orchestrator.ChannelProfile) { p.Banks = append(p.Banks, p.Banks[0]) },
		"profile.banks.0.card_types": func(p *orchestrator.ChannelProfile) { p.Banks[0].CardTypes = []string{"debit", "debit"} },
		"profile.maintenance.0.to": func(p *orchestrator.ChannelProfile) {
			p.Maintenance = []orchestrator.Window{{From: day, To: day}}
		},
	} {
		p := consistent(orchestrator.KindAgreementBank, orchestrator.PartyBank)
		p.Banks = []orchestrator.BankSupport{{Bank: "ICBC", CardTypes: []string{"debit", "credit"}}}
		p.Maintenance = []orchestrator.Window{{From: day, To: day.Add(time.Hour)}}
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		spoil(&p)
		err := p.Check()
		if refusal, ok := errors.AsType[*orchestrator.Error](err); !ok || refusal.Field != field {
			t.Errorf("%s: refused with %v", field, err)
		}
	}
}

func TestTheLongestTimeInFlightDoesNotOverflow(t *testing.T) {
	t.Parallel()
	bound, ok := orchestrator.ChannelProfile{MaxInFlightSeconds: math.MaxInt}.MaxInFlight()
	if !ok || bound < 30*24*time.Hour {
		t.Errorf("bound is %s", bound)
	}
	if bound, ok = (orchestrator.ChannelProfile{MaxInFlightSeconds: 30}).MaxInFlight(); !ok || bound != 30*time.Second {
		t.Errorf("bound is %s", bound)
	}
}
