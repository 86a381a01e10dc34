package simulator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// changed is a channel's profile with a change, sharing nothing with the world's.
func (s *stage) changed(channelID string, change func(*simulator.Profile)) simulator.Profile {
	s.t.Helper()
	present, known := s.w.Channel(channelID)
	if !known {
		s.t.Fatalf("no channel %s", channelID)
	}
	p := *present
	p.Banks = slices.Clone(p.Banks)
	change(&p)
	return p
}

// profile gives a channel a changed profile.
func (s *stage) profile(channelID string, change func(*simulator.Profile)) {
	s.t.Helper()
	s.control(simulator.ChangeProfile{ChannelID: channelID, Profile: s.changed(channelID, change)})
}

func TestANewProfileHoldsForWhatBeginsAfterIt(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	other := setStage(t)
	s.profile(sample.AgreementBank, func(p *simulator.Profile) {
		p.Sender, p.Verifier, p.SMSBrandZH = simulator.PartyThirdParty, simulator.PartyThirdParty, "别家付"
		p.Code.Length, p.Idempotent = 4, false
		p.Maintenance = []simulator.Window{{From: "13:00", To: "13:10"}}
	})
	out := s.do(sample.AgreementBank, apply("sgn_1"))
	wantSigning(t, out, simulator.SigningCodeSent, "")
	m := s.w.Messages(simulator.MessageFilter{})[0]
	if out.Signing.SMS.Sender != simulator.PartyThirdParty || m.Sender != simulator.PartyThirdParty || m.Brand != "别家付" || len(m.Code) != 4 {
		t.Errorf("texted: %+v %+v", out.Signing.SMS, m)
	}
	out = s.do(sample.AgreementBank, confirm("sgn_1", m.Code))
	c := s.newCharge(out.Signing.Agreement.AgreementNo, "payer-1", 1)
	wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeSucceeded, "")
	wantProblem(t, s.do(sample.AgreementBank, c), simulator.ProblemNumberReused)
	if shown := s.do(sample.AgreementBank, simulator.QueryProfile{}).Profile; shown.Sender != simulator.PartyThirdParty {
		t.Errorf("the channel still says %s", shown.Sender)
	}
	s.pass(time.Hour + time.Minute)
	wantProblem(t, s.do(sample.AgreementBank, s.newCharge(c.AgreementNo, "payer-1", 1)), simulator.ProblemMaintenance)
	if p, _ := other.w.Channel(sample.AgreementBank); p.Sender != simulator.PartyBank {
		t.Error("another world of the template has the new profile")
	}
	s.control(simulator.ResetWorld{})
	if p, _ := s.w.Channel(sample.AgreementBank); p.Sender != simulator.PartyBank {
		t.Error("a world put back keeps the new profile")
	}
}

func TestCodesThatAreOutKeepTheRulesTheyWereSentUnder(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	code := s.code(simulator.AboutSigning)
	s.profile(sample.AgreementBank, func(p *simulator.Profile) {
		p.Sender, p.Verifier = simulator.PartyThirdParty, simulator.PartyThirdParty
		p.Code = simulator.CodeRules{Length: 4, LifetimeSeconds: 1, Tries: 1, ResendGapSeconds: 600, Resend: simulator.ResendSameCode}
	})
	out := s.do(sample.AgreementBank, confirm("sgn_1", wrong(code)))
	wantSigning(t, out, simulator.SigningCodeSent, simulator.ReasonWrongCode)
	if out.Signing.TriesLeft != 2 || out.Signing.SMS.Sender != simulator.PartyBank {
		t.Errorf("judged by the new rules: %+v", out.Signing)
	}
	s.pass(time.Minute)
	wantSigning(t, s.do(sample.AgreementBank, simulator.ResendSigningCode{SignNo: "sgn_1"}), simulator.SigningCodeSent, "")
	if again := s.code(simulator.AboutSigning); again == code || len(again) != 6 {
		t.Errorf("sent again by the new rules: %s after %s", again, code)
	}
	wantSigning(t, s.do(sample.AgreementBank, confirm("sgn_1", s.code(simulator.AboutSigning))), simulator.SigningSigned, "")
}

func TestAPaymentCodeThatIsOutOutlivesAProfileWithoutOne(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	c := s.newCharge(s.sign(sample.CodeEveryPayment, "payer-1", sample.Person(1)), "payer-1", 1)
	wantCharge(t, s.do(sample.CodeEveryPayment, c), simulator.ChargeCodeRequired, "")
	s.profile(sample.CodeEveryPayment, func(p *simulator.Profile) { p.CodeOnEveryPayment = false })
	s.pass(time.Minute)
	wantCharge(t, s.do(sample.CodeEveryPayment, resendCharge(c)), simulator.ChargeCodeRequired, "")
	wantCharge(t, s.do(sample.CodeEveryPayment, confirmCharge(c, s.code(simulator.AboutPayment))), simulator.ChargeSucceeded, "")
	later := s.newCharge(c.AgreementNo, "payer-1", 1)
	wantCharge(t, s.do(sample.CodeEveryPayment, later), simulator.ChargeSucceeded, "")
}

func TestAProfileThatCannotBeIsRefusedAndNamesTheMember(t *testing.T) {
	t.Parallel()
	const at = sample.AgreementBank
	for name, row := range map[string]struct {
		channel string
		change  func(*simulator.Profile)
		field   string
	}{
		"no such channel":         {"none", func(*simulator.Profile) {}, "channel_id"},
		"another channel's":       {sample.BankDirect, func(*simulator.Profile) {}, "profile.channel_id"},
		"another algorithm":       {at, func(p *simulator.Profile) { p.SignatureAlg = "EdDSA" }, "profile.signature_alg"},
		"a contradiction":         {at, func(p *simulator.Profile) { p.ChargeBy = simulator.ByElements }, "profile"},
		"a bank nobody knows":     {at, func(p *simulator.Profile) { p.Banks[0].Bank = "NONE" }, "profile"},
		"a limit below zero":      {at, func(p *simulator.Profile) { p.Banks[0].Limits.Daily = -1 }, "profile"},
		"a window that cannot be": {at, func(p *simulator.Profile) { p.Maintenance = []simulator.Window{{From: "now"}} }, "profile"},
	} {
		s := setStage(t)
		before, _ := s.w.Channel(at)
		out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.ChangeProfile{ChannelID: row.channel, Profile: s.changed(at, row.change)}})
		if out.Problem == nil || out.Problem.Field != row.field || strings.Contains(out.Problem.Detail, "\n") {
			t.Errorf("%s: %+v", name, out.Problem)
		}
		if after, _ := s.w.Channel(at); after != before {
			t.Errorf("%s: changed all the same", name)
		}
	}
}

func TestAMerchantTradesOnceAtAChannel(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	add := func(no, channelID string) simulator.Outcome {
		return s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddMember{Member: simulator.Member{
			MemberNo: no, ChannelID: channelID, Merchant: "shop", MerchantName: merchant,
		}}})
	}
	if out := add("M1", sample.BankDirect); out.Problem != nil {
		t.Fatal(out.Problem)
	}
	if out := add("M2", sample.BankDirect); out.Problem == nil || out.Problem.Field != "merchant" {
		t.Errorf("twice at one channel: %+v", out.Problem)
	}
	if out := add("M3", sample.AgreementBank); out.Problem != nil {
		t.Errorf("at another channel: %v", out.Problem)
	}
	s.control(simulator.ResetWorld{})
	if m, known := s.w.Member("M1"); !known || m.Merchant != "shop" {
		t.Errorf("after a reset: %+v", m)
	}
}
