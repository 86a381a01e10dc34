package simulator_test

import (
	"testing"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// binding is a binding on the platform's own verification.
func binding(no string) simulator.Bind {
	return simulator.Bind{SignNo: no, PayerRef: "payer-1", Elements: sample.Person(1), Evidence: simulator.Evidence{
		Kind: simulator.EvidencePlatformVerified, Reference: "vrf_1",
	}}
}

// legacy is a binding on a signing of the old days.
func legacy(no string) simulator.Bind {
	b := binding(no)
	b.Evidence = simulator.Evidence{Kind: simulator.EvidenceLegacy, Reference: "old-1", SignedOn: "2016-03-01"}
	return b
}

func TestAPlatformVerifiedHolderIsBoundAfterAnElementCheck(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	wantSigning(t, s.do(sample.BindingPlatform, binding("sgn_0")), simulator.SigningDeclined, simulator.ReasonElementCheckMissing)
	s.do(sample.BindingPlatform, simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)})
	out := s.do(sample.BindingPlatform, binding("sgn_1"))
	wantSigning(t, out, simulator.SigningSigned, "")
	if out.Signing.Agreement == nil || len(s.w.Messages(simulator.MessageFilter{})) != 0 {
		t.Errorf("got %+v", out.Signing)
	}
	charge := s.newCharge(out.Signing.Agreement.AgreementNo, "payer-1", 100)
	wantCharge(t, s.do(sample.BindingPlatform, charge), simulator.ChargeSucceeded, "")
}

func TestTheNamedCheckMustHavePassedWithTheSameElements(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	bad := sample.Person(1)
	bad.Name = sample.Person(2).Name
	s.do(sample.BindingPlatform, simulator.ElementCheck{CheckNo: "chk_ok", Elements: sample.Person(1)})
	s.do(sample.BindingPlatform, simulator.ElementCheck{CheckNo: "chk_bad", Elements: bad})
	s.do(sample.BindingPlatform, simulator.ElementCheck{CheckNo: "chk_other", Elements: sample.Person(2)})
	for check, status := range map[string]simulator.SigningStatus{
		"chk_ok": simulator.SigningSigned, "chk_bad": simulator.SigningDeclined,
		"chk_other": simulator.SigningDeclined, "chk_none": simulator.SigningDeclined,
	} {
		b := binding("sgn_" + check)
		b.Evidence.CheckNo = check
		if out := s.do(sample.BindingPlatform, b); out.Signing == nil || out.Signing.Status != status {
			t.Errorf("%s: %+v", check, out.Signing)
		}
	}
}

func TestLegacyEvidenceBindsOnEveryChannelThatBindsIfTheBankConfirms(t *testing.T) {
	t.Parallel()
	for _, channel := range []string{sample.AgreementBank, sample.AgreementThirdParty, sample.BindingPlatform, sample.BankDirect} {
		s := setStage(t)
		wantSigning(t, s.do(channel, legacy("sgn_1")), simulator.SigningSigned, "")
		mismatch := legacy("sgn_2")
		mismatch.Elements.Mobile = mobile(t, 77)
		wantSigning(t, s.do(channel, mismatch), simulator.SigningDeclined, simulator.ReasonElementsMismatch)
	}
}

func TestEvidenceAChannelDoesNotTakeIsRefused(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		channel string
		change  func(*simulator.Bind)
		field   string
	}{
		"own verification where the bank texts": {sample.AgreementBank, func(*simulator.Bind) {}, "evidence.kind"},
		"a channel that keeps no bindings":      {sample.WithholdingRaw, func(*simulator.Bind) {}, ""},
		"an unknown kind":                       {sample.BindingPlatform, func(b *simulator.Bind) { b.Evidence.Kind = "hearsay" }, "evidence.kind"},
		"no reference":                          {sample.BindingPlatform, func(b *simulator.Bind) { b.Evidence.Reference = "" }, "evidence.reference"},
		"legacy without its day":                {sample.BindingPlatform, func(b *simulator.Bind) { b.Evidence.Kind = simulator.EvidenceLegacy }, "evidence.signed_on"},
	} {
		s := setStage(t)
		b := binding("sgn_1")
		row.change(&b)
		out := s.do(row.channel, b)
		wantProblem(t, out, simulator.ProblemInvalidRequest)
		if out.Problem.Field != row.field {
			t.Errorf("%s: field %q", name, out.Problem.Field)
		}
	}
}

func TestARepeatedBindingAnswersTheSameAgreement(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	one := s.do(sample.BindingPlatform, legacy("sgn_1"))
	two := s.do(sample.BindingPlatform, legacy("sgn_1"))
	other := s.do(sample.BindingPlatform, legacy("sgn_2"))
	for _, out := range []simulator.Outcome{two, other} {
		if out.Signing.Agreement.AgreementNo != one.Signing.Agreement.AgreementNo {
			t.Errorf("got %+v", out.Signing)
		}
	}
	changed := legacy("sgn_1")
	changed.Evidence.Reference = "old-2"
	wantProblem(t, s.do(sample.BindingPlatform, changed), simulator.ProblemNumberReused)
}
