package simulator_test

import (
	"strings"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// codeCharge begins a charge that waits for its code.
func codeCharge(t *testing.T) (*stage, simulator.ApplyCharge) {
	t.Helper()
	s := setStage(t)
	c := s.newCharge(s.sign(sample.CodeEveryPayment, "payer-1", sample.Person(1)), "payer-1", 12_345)
	out := s.do(sample.CodeEveryPayment, c)
	wantCharge(t, out, simulator.ChargeCodeRequired, "")
	if sms := out.Charge.SMS; sms == nil || sms.About != simulator.AboutPayment || sms.Sender != simulator.PartyThirdParty || sms.Seq != 1 {
		t.Fatalf("sms: %+v", sms)
	}
	return s, c
}

func confirmCharge(c simulator.ApplyCharge, code string) simulator.ConfirmCharge {
	return simulator.ConfirmCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime, Code: code}
}

func resendCharge(c simulator.ApplyCharge) simulator.ResendChargeCode {
	return simulator.ResendChargeCode{OrderNo: c.OrderNo, OrderTime: c.OrderTime}
}

func TestAChargeWithCodeDebitsOnlyAfterTheRightCode(t *testing.T) {
	t.Parallel()
	s, c := codeCharge(t)
	if len(s.w.Ledger()) != 0 {
		t.Fatal("debited before the code")
	}
	message := s.w.Messages(simulator.MessageFilter{About: simulator.AboutPayment})[0]
	if !strings.Contains(message.Text, "123.45") || !strings.Contains(message.Text, "支付") {
		t.Errorf("text: %s", message.Text)
	}
	wantCharge(t, s.do(sample.CodeEveryPayment, confirmCharge(c, message.Code)), simulator.ChargeSucceeded, "")
	wantCharge(t, s.do(sample.CodeEveryPayment, confirmCharge(c, message.Code)), simulator.ChargeSucceeded, "")
	if len(s.w.Ledger()) != 1 {
		t.Errorf("%d debits", len(s.w.Ledger()))
	}
}

func TestTheSigningCodeIsNoPaymentCode(t *testing.T) {
	t.Parallel()
	s, c := codeCharge(t)
	out := s.do(sample.CodeEveryPayment, confirmCharge(c, s.code(simulator.AboutSigning)))
	wantCharge(t, out, simulator.ChargeCodeRequired, simulator.ReasonWrongCode)
}

func TestTooManyWrongPaymentCodesDeclineTheOrder(t *testing.T) {
	t.Parallel()
	s, c := codeCharge(t)
	code := s.code(simulator.AboutPayment)
	for left := 2; left > 0; left-- {
		out := s.do(sample.CodeEveryPayment, confirmCharge(c, wrong(code)))
		wantCharge(t, out, simulator.ChargeCodeRequired, simulator.ReasonWrongCode)
		if out.Charge.TriesLeft != left {
			t.Errorf("%d tries left, want %d", out.Charge.TriesLeft, left)
		}
	}
	wantCharge(t, s.do(sample.CodeEveryPayment, confirmCharge(c, wrong(code))), simulator.ChargeDeclined, simulator.ReasonCodeExhausted)
	wantCharge(t, s.do(sample.CodeEveryPayment, confirmCharge(c, code)), simulator.ChargeDeclined, simulator.ReasonCodeExhausted)
	if len(s.w.Ledger()) != 0 {
		t.Error("money moved")
	}
}

func TestAPaymentCodeExpiresAndIsSentAgain(t *testing.T) {
	t.Parallel()
	s, c := codeCharge(t)
	wantProblem(t, s.do(sample.CodeEveryPayment, resendCharge(c)), simulator.ProblemTooFrequent)
	s.pass(5 * time.Minute)
	old := s.code(simulator.AboutPayment)
	wantCharge(t, s.do(sample.CodeEveryPayment, confirmCharge(c, old)), simulator.ChargeCodeRequired, simulator.ReasonCodeExpired)
	out := s.do(sample.CodeEveryPayment, resendCharge(c))
	wantCharge(t, out, simulator.ChargeCodeRequired, "")
	if out.Charge.SMS.Seq != 2 {
		t.Errorf("seq %d", out.Charge.SMS.Seq)
	}
	wantCharge(t, s.do(sample.CodeEveryPayment, confirmCharge(c, s.code(simulator.AboutPayment))), simulator.ChargeSucceeded, "")
}

func TestAnOrderWhoseCodeNobodyBroughtIsDeclined(t *testing.T) {
	t.Parallel()
	s, c := codeCharge(t)
	s.pass(30 * time.Minute)
	query := simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}
	wantCharge(t, s.do(sample.CodeEveryPayment, query), simulator.ChargeDeclined, simulator.ReasonCodeExpired)
}

func TestAClosedOrderTakesNoCode(t *testing.T) {
	t.Parallel()
	s, c := codeCharge(t)
	closing := simulator.CloseCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}
	wantCharge(t, s.do(sample.CodeEveryPayment, closing), simulator.ChargeClosed, "")
	wantCharge(t, s.do(sample.CodeEveryPayment, confirmCharge(c, s.code(simulator.AboutPayment))), simulator.ChargeClosed, "")
	wantCharge(t, s.do(sample.CodeEveryPayment, c), simulator.ChargeClosed, "")
}

func TestAnAgreementThatDiesWhileTheCodeIsOutDoesNotPay(t *testing.T) {
	t.Parallel()
	s, c := codeCharge(t)
	s.control(simulator.CancelAtBank{AgreementNo: c.AgreementNo})
	out := s.do(sample.CodeEveryPayment, confirmCharge(c, s.code(simulator.AboutPayment)))
	wantCharge(t, out, simulator.ChargeDeclined, simulator.ReasonAgreementCancelled)
}

func TestOtherChannelsTextNoPaymentCode(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	c := s.newCharge(s.sign(sample.AgreementBank, "payer-1", sample.Person(1)), "payer-1", 100)
	s.do(sample.AgreementBank, c)
	wantProblem(t, s.do(sample.AgreementBank, resendCharge(c)), simulator.ProblemCodeNotOffered)
	wantCharge(t, s.do(sample.AgreementBank, confirmCharge(c, "123456")), simulator.ChargeSucceeded, "")
	for name, command := range map[string]simulator.Command{
		"confirm": simulator.ConfirmCharge{OrderNo: "ord_none", OrderTime: s.now}, "resend": simulator.ResendChargeCode{OrderNo: "ord_none", OrderTime: s.now},
	} {
		if out := s.do(sample.AgreementBank, command); out.Problem == nil || out.Problem.Code != simulator.ProblemOrderNotFound {
			t.Errorf("%s: %+v", name, out)
		}
	}
}
