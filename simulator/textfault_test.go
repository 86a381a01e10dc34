package simulator_test

import (
	"slices"
	"testing"
	"time"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// textRows are the journal rows of messages about something.
func textRows(s *stage, about simulator.About) []simulator.JournalRow {
	return slices.DeleteFunc(s.w.Journal(0, 0), func(r simulator.JournalRow) bool { return r.Cause != string(about) })
}

// inboxOf are the messages that reached the first person about something.
func inboxOf(s *stage, about simulator.About) []simulator.Message {
	return s.w.Messages(simulator.MessageFilter{Mobile: sample.Mobile(1), About: about})
}

// underText puts a rule in force and applies for a signing.
func underText(t *testing.T, rule simulator.FaultRule) (*stage, simulator.Outcome) {
	t.Helper()
	s := setStage(t)
	s.control(simulator.AddFault{Rule: rule})
	out := s.do(sample.AgreementBank, apply("sgn_1"))
	wantSigning(t, out, simulator.SigningCodeSent, "")
	if !out.Signing.SMS.SentAt.Equal(s.now) || out.Signing.SMS.Seq != 1 {
		t.Errorf("the channel knows of the fault: %+v", out.Signing.SMS)
	}
	return s, out
}

func TestALateSMSArrivesAfterDelayAndJitter(t *testing.T) {
	t.Parallel()
	s, _ := underText(t, simulator.FaultRule{Fault: "sms_late", DelayMS: 10_000, JitterMS: 5_000, Times: 1})
	s.pass(9999 * time.Millisecond)
	if got := inboxOf(s, simulator.AboutSigning); len(got) != 0 {
		t.Fatalf("arrived early: %+v", got)
	}
	s.pass(5001 * time.Millisecond)
	got := inboxOf(s, simulator.AboutSigning)
	if len(got) != 1 || got[0].At.Before(sample.Start.Add(10*time.Second)) || got[0].At.After(sample.Start.Add(15*time.Second)) {
		t.Fatalf("got %+v", got)
	}
	rows := textRows(s, simulator.AboutSigning)
	if len(rows) != 2 || rows[0].Result != "delayed" || rows[1].Result != "arrived" || len(rows[1].Faults) != 1 {
		t.Errorf("journal %+v", rows)
	}
	wantSigning(t, s.do(sample.AgreementBank, confirm("sgn_1", got[0].Code)), simulator.SigningSigned, "")
}

func TestALostSMSStandsInTheJournalAndNowhereElse(t *testing.T) {
	t.Parallel()
	s, _ := underText(t, simulator.FaultRule{ID: "flt_loss", Fault: "sms_lose", Operation: simulator.OpSigningApply})
	s.pass(time.Minute)
	if got := inboxOf(s, simulator.AboutSigning); len(got) != 0 {
		t.Fatalf("arrived: %+v", got)
	}
	rows := textRows(s, simulator.AboutSigning)
	if len(rows) != 1 || rows[0].Result != "lost" || len(rows[0].Faults) != 1 || rows[0].Faults[0].RuleID != "flt_loss" {
		t.Errorf("journal %+v", rows)
	}
	s.do(sample.AgreementBank, simulator.ResendSigningCode{SignNo: "sgn_1"})
	wantSigning(t, s.do(sample.AgreementBank, confirm("sgn_1", s.code(simulator.AboutSigning))), simulator.SigningSigned, "")
}

func TestADuplicatedSMSArrivesWithTheSameText(t *testing.T) {
	t.Parallel()
	s, _ := underText(t, simulator.FaultRule{Fault: "sms_duplicate", Copies: 2, Times: 1})
	got := inboxOf(s, simulator.AboutSigning)
	if len(got) != 3 || got[0].Text != got[1].Text || got[1].Text != got[2].Text || got[0].ID == got[1].ID || got[1].ID == got[2].ID {
		t.Errorf("got %+v", got)
	}
}

func TestAnOvertakenSMSArrivesAfterTheNextOneToThatMobile(t *testing.T) {
	t.Parallel()
	s, _ := underText(t, simulator.FaultRule{Fault: "sms_reorder", DelayMS: 600_000, Operation: simulator.OpSigningApply, Times: 1})
	s.do(sample.AgreementBank, simulator.ApplySigning{SignNo: "sgn_other", PayerRef: "payer-2", Elements: sample.Person(2)})
	s.pass(time.Minute)
	if got := inboxOf(s, simulator.AboutSigning); len(got) != 0 {
		t.Fatalf("another person's SMS let it go: %+v", got)
	}
	s.do(sample.AgreementBank, simulator.ResendSigningCode{SignNo: "sgn_1"})
	got := inboxOf(s, simulator.AboutSigning)
	if len(got) != 2 || len(got[0].Faults) != 0 || len(got[1].Faults) != 1 {
		t.Fatalf("got %+v", got)
	}
	wantSigning(t, s.do(sample.AgreementBank, confirm("sgn_1", got[1].Code)), simulator.SigningCodeSent, simulator.ReasonWrongCode)
	wantSigning(t, s.do(sample.AgreementBank, confirm("sgn_1", got[0].Code)), simulator.SigningSigned, "")
	if out := s.pass(time.Hour); len(inboxOf(s, simulator.AboutSigning)) != 2 {
		t.Errorf("it came twice: %+v", out.Effects)
	}
}

func TestAnOvertakenSMSArrivesInTheEndWhenNoneComesAfterIt(t *testing.T) {
	t.Parallel()
	s, _ := underText(t, simulator.FaultRule{Fault: "sms_reorder", Times: 1})
	if due, waiting := s.w.NextDue(); !waiting || !due.Equal(sample.Start.Add(time.Minute)) {
		t.Errorf("due at %s", due)
	}
	s.pass(time.Minute)
	if got := inboxOf(s, simulator.AboutSigning); len(got) != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestCodesBeginWithZeroUnderTheFault(t *testing.T) {
	t.Parallel()
	s, _ := underText(t, simulator.FaultRule{Fault: "code_leading_zero"})
	first := s.code(simulator.AboutSigning)
	s.pass(time.Minute)
	s.do(sample.AgreementBank, simulator.ResendSigningCode{SignNo: "sgn_1"})
	second := s.code(simulator.AboutSigning)
	if first[0] != '0' || second[0] != '0' || len(first) != 6 {
		t.Errorf("codes %s, %s", first, second)
	}
	wantSigning(t, s.do(sample.AgreementBank, confirm("sgn_1", second)), simulator.SigningSigned, "")
}

func TestPaymentCodesAndDebitNoticesAreLostAsTextsOfTheCharge(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	code := s.sign(sample.CodeEveryPayment, "payer-1", sample.Person(1))
	plain := s.sign(sample.AgreementBank, "payer-2", sample.Person(2))
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "sms_lose", Operation: simulator.OpCharge}})
	wantCharge(t, s.do(sample.CodeEveryPayment, s.newCharge(code, "payer-1", 5)), simulator.ChargeCodeRequired, "")
	wantCharge(t, s.do(sample.AgreementBank, s.newCharge(plain, "payer-2", 5)), simulator.ChargeSucceeded, "")
	for _, about := range []simulator.About{simulator.AboutPayment, simulator.AboutDebitNotice} {
		if rows := textRows(s, about); len(rows) != 1 || rows[0].Result != "lost" {
			t.Errorf("%s: %+v", about, rows)
		}
	}
}

func TestTheGatewaysAnswerAnIDForWhatNeverArrives(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "sms_lose", Operation: simulator.OpSendSMS, Times: 1}})
	send := simulator.SendSMS{MessageNo: "msg_1", About: simulator.AboutPlatformCode, Mobile: mobile(t, 1), Text: "验证码012345", Reference: "vrf_1"}
	out := s.control(send)
	if out.MessageID == "" || len(inboxOf(s, simulator.AboutPlatformCode)) != 0 {
		t.Errorf("%q, inbox %+v", out.MessageID, inboxOf(s, simulator.AboutPlatformCode))
	}
	if again := s.control(send); again.MessageID != out.MessageID {
		t.Errorf("a repeat has id %q", again.MessageID)
	}
	rows := textRows(s, simulator.AboutPlatformCode)
	if len(rows) == 0 || rows[0].Result != "lost" || rows[0].Operation != simulator.OpSendSMS {
		t.Errorf("journal %+v", rows)
	}
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "sms_late", DelayMS: 1000, Operation: simulator.OpSendWeChat}})
	late := s.control(simulator.SendWeChat{MessageNo: "msg_2", About: simulator.AboutPlatformNotice, OpenID: "open_1", Text: "已扣款" + money.Fen(5).String()})
	s.pass(time.Second)
	if got := s.w.Messages(simulator.MessageFilter{OpenID: "open_1"}); len(got) != 1 || got[0].ID != late.MessageID {
		t.Errorf("answered %q, arrived %+v", late.MessageID, got)
	}
}
