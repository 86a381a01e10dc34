package simulator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"countersign/internal/cardholder"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

func apply(no string) simulator.ApplySigning {
	return simulator.ApplySigning{SignNo: no, PayerRef: "payer-1", Elements: sample.Person(1)}
}

func confirm(no, code string) simulator.ConfirmSigning {
	return simulator.ConfirmSigning{SignNo: no, Code: code}
}

func TestSigningTextsTheRegisteredMobileAndEndsInAnAgreement(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	out := s.do(sample.AgreementBank, apply("sgn_1"))
	wantSigning(t, out, simulator.SigningCodeSent, "")
	sms := out.Signing.SMS
	if sms == nil || sms.Sender != simulator.PartyBank || sms.About != simulator.AboutSigning || sms.Seq != 1 ||
		sms.MaskedMobile != "138****0001" || !sms.ExpiresAt.Equal(s.now.Add(5*time.Minute)) || !sms.ResendAfter.Equal(s.now.Add(time.Minute)) {
		t.Errorf("sms: %+v", sms)
	}
	got := s.w.Messages(simulator.MessageFilter{Mobile: sample.Mobile(1)})
	if len(got) != 1 || got[0].From != "ICBC" || len(got[0].Code) != 6 {
		t.Fatalf("inbox: %+v", got)
	}
	out = s.do(sample.AgreementBank, confirm("sgn_1", got[0].Code))
	wantSigning(t, out, simulator.SigningSigned, "")
	if g := out.Signing.Agreement; g == nil || g.Status != simulator.AgreementActive || !strings.HasPrefix(g.AgreementNo, "agr_") || out.Signing.SMS != nil {
		t.Errorf("agreement: %+v", out.Signing)
	}
}

func TestWhoTextsIsTheProfilesSender(t *testing.T) {
	t.Parallel()
	for channel, from := range map[string]string{
		sample.AgreementBank: "ICBC", sample.AgreementThirdParty: sample.AgreementThirdParty, sample.BankDirect: "ICBC",
	} {
		s := setStage(t)
		s.do(channel, apply("sgn_1"))
		if got := s.w.Messages(simulator.MessageFilter{}); len(got) != 1 || got[0].From != from {
			t.Errorf("%s: %+v", channel, got)
		}
	}
}

func TestChannelsThatTextNoCodeRefuseToSign(t *testing.T) {
	t.Parallel()
	for _, channel := range []string{sample.BindingPlatform, sample.WithholdingPlatform, sample.WithholdingRaw} {
		s := setStage(t)
		wantProblem(t, s.do(channel, apply("sgn_1")), simulator.ProblemCodeNotOffered)
	}
}

func TestACodeThatIsNotTheSigningsOwnCountsAsATry(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]func(*stage) string{
		"a typo": func(s *stage) string { return wrong(s.code(simulator.AboutSigning)) },
		"another signing's code": func(s *stage) string {
			s.do(sample.AgreementBank, simulator.ApplySigning{SignNo: "sgn_2", PayerRef: "payer-2", Elements: sample.Person(2)})
			return s.code(simulator.AboutSigning)
		},
		"another channel's code": func(s *stage) string {
			s.do(sample.AgreementThirdParty, apply("sgn_1"))
			return s.code(simulator.AboutSigning)
		},
		"a superseded code": func(s *stage) string {
			old := s.code(simulator.AboutSigning)
			s.pass(time.Minute)
			s.do(sample.AgreementBank, simulator.ResendSigningCode{SignNo: "sgn_1"})
			return old
		},
		"nothing": func(*stage) string { return "" },
	} {
		s := setStage(t)
		s.do(sample.AgreementBank, apply("sgn_1"))
		out := s.do(sample.AgreementBank, confirm("sgn_1", code(s)))
		wantSigning(t, out, simulator.SigningCodeSent, simulator.ReasonWrongCode)
		if out.Signing.TriesLeft != 2 {
			t.Errorf("%s: %d tries left", name, out.Signing.TriesLeft)
		}
	}
}

func TestTheRightCodeWorksAfterAWrongOne(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	code := s.code(simulator.AboutSigning)
	s.do(sample.AgreementBank, confirm("sgn_1", wrong(code)))
	wantSigning(t, s.do(sample.AgreementBank, confirm("sgn_1", code)), simulator.SigningSigned, "")
}

func TestTooManyWrongCodesLockTheSigningEvenAcrossResends(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	for range 2 {
		s.do(sample.AgreementBank, confirm("sgn_1", wrong(s.code(simulator.AboutSigning))))
	}
	s.pass(time.Minute)
	out := s.do(sample.AgreementBank, simulator.ResendSigningCode{SignNo: "sgn_1"})
	if out.Signing == nil || out.Signing.TriesLeft != 1 || out.Signing.SMS.Seq != 2 {
		t.Fatalf("resend: %+v", out.Signing)
	}
	right := s.code(simulator.AboutSigning)
	wantSigning(t, s.do(sample.AgreementBank, confirm("sgn_1", wrong(right))), simulator.SigningLocked, simulator.ReasonCodeExhausted)
	wantProblem(t, s.do(sample.AgreementBank, confirm("sgn_1", right)), simulator.ProblemLocked)
	s.pass(time.Minute)
	wantProblem(t, s.do(sample.AgreementBank, simulator.ResendSigningCode{SignNo: "sgn_1"}), simulator.ProblemLocked)
	wantSigning(t, s.do(sample.AgreementBank, simulator.QuerySigning{SignNo: "sgn_1"}), simulator.SigningLocked, simulator.ReasonCodeExhausted)
	wantSigning(t, s.do(sample.AgreementBank, apply("sgn_2")), simulator.SigningCodeSent, "")
}

func TestAnExpiredCodeIsToldApartAndDoesNotCount(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	code := s.code(simulator.AboutSigning)
	s.pass(5*time.Minute - time.Nanosecond)
	s.pass(time.Nanosecond)
	out := s.do(sample.AgreementBank, confirm("sgn_1", code))
	wantSigning(t, out, simulator.SigningCodeSent, simulator.ReasonCodeExpired)
	if out.Signing.TriesLeft != 3 {
		t.Errorf("%d tries left", out.Signing.TriesLeft)
	}
	s.do(sample.AgreementBank, simulator.ResendSigningCode{SignNo: "sgn_1"})
	wantSigning(t, s.do(sample.AgreementBank, confirm("sgn_1", s.code(simulator.AboutSigning))), simulator.SigningSigned, "")
}

func TestACodeWorksToTheLastMoment(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	s.pass(5*time.Minute - time.Nanosecond)
	wantSigning(t, s.do(sample.AgreementBank, confirm("sgn_1", s.code(simulator.AboutSigning))), simulator.SigningSigned, "")
}

func TestASigningNobodyFinishedExpires(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	s.pass(30 * time.Minute)
	wantSigning(t, s.do(sample.AgreementBank, simulator.QuerySigning{SignNo: "sgn_1"}), simulator.SigningExpired, simulator.ReasonCodeExpired)
	out := s.do(sample.AgreementBank, simulator.ResendSigningCode{SignNo: "sgn_1"})
	wantSigning(t, out, simulator.SigningExpired, simulator.ReasonCodeExpired)
	if len(s.w.Messages(simulator.MessageFilter{})) != 1 {
		t.Error("an expired signing was texted again")
	}
}

func TestResendingTooSoonIsRefusedAndSaysHowLong(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	s.pass(59*time.Second + time.Millisecond)
	out := s.do(sample.AgreementBank, simulator.ResendSigningCode{SignNo: "sgn_1"})
	wantProblem(t, out, simulator.ProblemTooFrequent)
	if out.Problem.RetryAfter != time.Second {
		t.Errorf("retry after %s", out.Problem.RetryAfter)
	}
	s.pass(999 * time.Millisecond)
	wantSigning(t, s.do(sample.AgreementBank, simulator.ResendSigningCode{SignNo: "sgn_1"}), simulator.SigningCodeSent, "")
}

func TestWhatAResendDoesToTheOldCodeIsTheProfiles(t *testing.T) {
	t.Parallel()
	for channel, row := range map[string]struct {
		same     bool
		oldWorks bool
	}{
		sample.AgreementBank:       {same: false, oldWorks: false}, // new_code
		sample.AgreementThirdParty: {same: false, oldWorks: true},  // both_valid
		sample.BankDirect:          {same: true, oldWorks: true},   // same_code
	} {
		s := setStage(t)
		s.do(channel, apply("sgn_1"))
		old := s.code(simulator.AboutSigning)
		s.pass(time.Minute)
		s.do(channel, simulator.ResendSigningCode{SignNo: "sgn_1"})
		if (s.code(simulator.AboutSigning) == old) != row.same {
			t.Errorf("%s: same code = %v", channel, !row.same)
		}
		out := s.do(channel, confirm("sgn_1", old))
		if (out.Signing.Status == simulator.SigningSigned) != row.oldWorks {
			t.Errorf("%s: old code: %+v", channel, out.Signing)
		}
	}
}

func TestWithBothValidTheOlderCodeStillExpiresByItself(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementThirdParty, apply("sgn_1"))
	old := s.code(simulator.AboutSigning)
	s.pass(2 * time.Minute)
	s.do(sample.AgreementThirdParty, simulator.ResendSigningCode{SignNo: "sgn_1"})
	s.pass(3 * time.Minute)
	wantSigning(t, s.do(sample.AgreementThirdParty, confirm("sgn_1", old)), simulator.SigningCodeSent, simulator.ReasonCodeExpired)
	wantSigning(t, s.do(sample.AgreementThirdParty, confirm("sgn_1", s.code(simulator.AboutSigning))), simulator.SigningSigned, "")
}

func TestARepeatedSignNumberAnswersItsStateAndTextsNobody(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	wantSigning(t, s.do(sample.AgreementBank, apply("sgn_1")), simulator.SigningCodeSent, "")
	if n := len(s.w.Messages(simulator.MessageFilter{})); n != 1 {
		t.Errorf("%d messages", n)
	}
	other := apply("sgn_1")
	other.PayerRef = "payer-2"
	wantProblem(t, s.do(sample.AgreementBank, other), simulator.ProblemNumberReused)
}

func TestASignedCardAnswersTheLiveAgreementWithoutAnSMS(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	agreement := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	out := s.do(sample.AgreementBank, apply("sgn_again"))
	wantSigning(t, out, simulator.SigningSigned, "")
	if out.Signing.Agreement.AgreementNo != agreement || len(s.w.Messages(simulator.MessageFilter{})) != 1 {
		t.Errorf("got %+v", out.Signing)
	}
}

func TestAnAgreementServesNoOtherPayerChannelOrDeadOne(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]func(*stage, string) simulator.Outcome{
		"another payer": func(s *stage, _ string) simulator.Outcome {
			return s.do(sample.AgreementBank, simulator.ApplySigning{SignNo: "sgn_x", PayerRef: "payer-2", Elements: sample.Person(1)})
		},
		"another channel": func(s *stage, _ string) simulator.Outcome { return s.do(sample.AgreementThirdParty, apply("sgn_x")) },
		"after termination": func(s *stage, no string) simulator.Outcome {
			s.do(sample.AgreementBank, simulator.TerminateAgreement{AgreementNo: no})
			return s.do(sample.AgreementBank, apply("sgn_x"))
		},
		"after the customer cancelled": func(s *stage, no string) simulator.Outcome {
			s.control(simulator.CancelAtBank{AgreementNo: no})
			return s.do(sample.AgreementBank, apply("sgn_x"))
		},
	} {
		s := setStage(t)
		out := again(s, s.sign(sample.AgreementBank, "payer-1", sample.Person(1)))
		if out.Signing == nil || out.Signing.Status != simulator.SigningCodeSent {
			t.Errorf("%s: %+v", name, out.Signing)
		}
	}
}

func TestTwoSigningsOfOneCardEndInOneAgreement(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	first := s.code(simulator.AboutSigning)
	s.do(sample.AgreementBank, apply("sgn_2"))
	second := s.code(simulator.AboutSigning)
	one := s.do(sample.AgreementBank, confirm("sgn_1", first))
	two := s.do(sample.AgreementBank, confirm("sgn_2", second))
	if one.Signing.Agreement.AgreementNo != two.Signing.Agreement.AgreementNo || len(s.w.Agreements()) != 1 {
		t.Errorf("agreements: %+v", s.w.Agreements())
	}
}

func TestConfirmingTwiceGivesTheSameAgreement(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	code := s.code(simulator.AboutSigning)
	one := s.do(sample.AgreementBank, confirm("sgn_1", code))
	two := s.do(sample.AgreementBank, confirm("sgn_1", wrong(code)))
	wantSigning(t, two, simulator.SigningSigned, "")
	if one.Signing.Agreement.AgreementNo != two.Signing.Agreement.AgreementNo {
		t.Error("two agreements")
	}
}

func TestMismatchingElementsAreDeclinedBeforeAnySMS(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	c := apply("sgn_1")
	c.Elements.Name = sample.Person(2).Name
	wantSigning(t, s.do(sample.AgreementBank, c), simulator.SigningDeclined, simulator.ReasonElementsMismatch)
	c = apply("sgn_2")
	c.Elements.IDType = cardholder.Passport
	wantSigning(t, s.do(sample.AgreementBank, c), simulator.SigningDeclined, simulator.ReasonIDTypeUnsupported)
	if len(s.w.Messages(simulator.MessageFilter{})) != 0 {
		t.Error("an SMS went out")
	}
}

func TestACardLostWhileTheCodeWasOutIsNotSigned(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	s.control(simulator.ChangeAccount{CardNumber: sample.Person(1).CardNumber, State: new(simulator.CardLost)})
	out := s.do(sample.AgreementBank, confirm("sgn_1", s.code(simulator.AboutSigning)))
	wantSigning(t, out, simulator.SigningDeclined, simulator.ReasonCardLost)
}

func TestSigningsOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.AgreementBank, apply("sgn_1"))
	for name, c := range map[string]simulator.Command{
		"query": simulator.QuerySigning{SignNo: "sgn_1"}, "resend": simulator.ResendSigningCode{SignNo: "sgn_1"},
		"confirm": confirm("sgn_1", s.code(simulator.AboutSigning)),
	} {
		if out := s.do(sample.AgreementThirdParty, c); out.Problem == nil || out.Problem.Code != simulator.ProblemSigningNotFound {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

func TestCodesKeepTheirLeadingZeros(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	for i := range 200 {
		no := fmt.Sprintf("sgn_%d", i)
		s.do(sample.AgreementBank, simulator.ApplySigning{SignNo: no, PayerRef: no, Elements: sample.Person(1)})
		code := s.code(simulator.AboutSigning)
		if len(code) != 6 {
			t.Fatalf("code of %d digits", len(code))
		}
		if code[0] != '0' {
			continue
		}
		short := strings.TrimLeft(code, "0")
		wantSigning(t, s.do(sample.AgreementBank, confirm(no, short)), simulator.SigningCodeSent, simulator.ReasonWrongCode)
		wantSigning(t, s.do(sample.AgreementBank, confirm(no, code)), simulator.SigningSigned, "")
		return
	}
	t.Error("no code with a leading zero among 200")
}

func TestNoAnswerOfASigningHoldsItsCode(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	out := s.do(sample.AgreementBank, apply("sgn_1"))
	code := s.code(simulator.AboutSigning)
	export := s.w.Export()
	export.Inbox = nil
	for name, value := range map[string]any{"answer": *out.Signing, "sms": *out.Signing.SMS, "export": export} {
		if strings.Contains(fmt.Sprintf("%+v", value), code) {
			t.Errorf("the code is in the %s", name)
		}
	}
}
