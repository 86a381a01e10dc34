package simulator_test

import (
	"testing"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// paid is a stage with a paid order of 100 fen.
func paid(t *testing.T) (*stage, simulator.ApplyCharge) {
	t.Helper()
	s := setStage(t)
	c := s.newCharge(s.sign(sample.AgreementBank, "payer-1", sample.Person(1)), "payer-1", 100)
	wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeSucceeded, "")
	return s, c
}

func refundOf(c simulator.ApplyCharge, no string, amount money.Fen) simulator.ApplyRefund {
	return simulator.ApplyRefund{RefundNo: no, OrderNo: c.OrderNo, OrderTime: c.OrderTime, Amount: amount, Currency: money.Currency}
}

func wantRefund(t *testing.T, out simulator.Outcome, status simulator.RefundStatus, reason simulator.Reason) {
	t.Helper()
	if out.Problem != nil || out.Refund == nil || out.Refund.Status != status || out.Refund.Reason != reason {
		t.Fatalf("want refund %s %q, got %+v problem %+v", status, reason, out.Refund, out.Problem)
	}
}

func TestRefundsComeInPartsAndNeverAboveTheDebit(t *testing.T) {
	t.Parallel()
	s, c := paid(t)
	wantRefund(t, s.do(sample.AgreementBank, refundOf(c, "rfd_1", 60)), simulator.RefundSucceeded, "")
	wantRefund(t, s.do(sample.AgreementBank, refundOf(c, "rfd_2", 41)), simulator.RefundDeclined, simulator.ReasonRefundExceeds)
	wantRefund(t, s.do(sample.AgreementBank, refundOf(c, "rfd_3", 40)), simulator.RefundSucceeded, "")
	wantRefund(t, s.do(sample.AgreementBank, refundOf(c, "rfd_4", 1)), simulator.RefundDeclined, simulator.ReasonAlreadyRefunded)
	if got := s.balance(sample.Person(1)); got != 1_000_000 {
		t.Errorf("balance %d", got)
	}
	if rows := s.w.LedgerOf(c.OrderNo); len(rows) != 3 || rows[1].Kind != simulator.LedgerRefund || rows[1].RefundNo != "rfd_1" || rows[1].Amount != 60 {
		t.Errorf("ledger: %+v", rows)
	}
	out := s.do(sample.AgreementBank, simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime})
	if out.Charge.Refunded != 100 || out.Charge.Status != simulator.ChargeSucceeded {
		t.Errorf("order: %+v", out.Charge)
	}
}

func TestARefundNumberKeepsItsAnswer(t *testing.T) {
	t.Parallel()
	s, c := paid(t)
	s.do(sample.AgreementBank, refundOf(c, "rfd_1", 60))
	wantRefund(t, s.do(sample.AgreementBank, refundOf(c, "rfd_1", 60)), simulator.RefundSucceeded, "")
	wantProblem(t, s.do(sample.AgreementBank, refundOf(c, "rfd_1", 61)), simulator.ProblemNumberReused)
	wantRefund(t, s.do(sample.AgreementBank, simulator.QueryRefund{RefundNo: "rfd_1"}), simulator.RefundSucceeded, "")
	wantProblem(t, s.do(sample.AgreementBank, simulator.QueryRefund{RefundNo: "rfd_none"}), simulator.ProblemNotFound)
	wantProblem(t, s.do(sample.BankDirect, simulator.QueryRefund{RefundNo: "rfd_1"}), simulator.ProblemNotFound)
	if len(s.w.LedgerOf(c.OrderNo)) != 2 {
		t.Error("refunded twice")
	}
}

func TestRefundsOfNothingAreRefusedOrDeclined(t *testing.T) {
	t.Parallel()
	s, c := paid(t)
	declined := s.newCharge(c.AgreementNo, "payer-1", 500_001)
	s.do(sample.AgreementBank, declined)
	wantRefund(t, s.do(sample.AgreementBank, refundOf(declined, "rfd_1", 1)), simulator.RefundDeclined, simulator.ReasonRefundExceeds)
	unknown := c
	unknown.OrderNo = "ord_none"
	wantProblem(t, s.do(sample.AgreementBank, refundOf(unknown, "rfd_2", 1)), simulator.ProblemOrderNotFound)
	wrongTime := c
	wrongTime.OrderTime = c.OrderTime.Add(1)
	wantProblem(t, s.do(sample.AgreementBank, refundOf(wrongTime, "rfd_3", 1)), simulator.ProblemOrderNotFound)
	wantProblem(t, s.do(sample.AgreementBank, refundOf(c, "rfd_4", 0)), simulator.ProblemInvalidRequest)
	foreign := refundOf(c, "rfd_5", 1)
	foreign.Currency = "USD"
	wantProblem(t, s.do(sample.AgreementBank, foreign), simulator.ProblemInvalidRequest)
}

func TestACancelledCardTakesNoRefundALostOneDoes(t *testing.T) {
	t.Parallel()
	for state, reason := range map[simulator.CardState]simulator.Reason{
		simulator.CardCancelled: simulator.ReasonCardCancelled, simulator.CardLost: "",
	} {
		s, c := paid(t)
		s.control(simulator.ChangeAccount{CardNumber: sample.Person(1).CardNumber, State: &state})
		if out := s.do(sample.AgreementBank, refundOf(c, "rfd_1", 1)); out.Refund == nil || out.Refund.Reason != reason {
			t.Errorf("%s: %+v", state, out.Refund)
		}
	}
}
