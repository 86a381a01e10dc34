package simulator_test

import (
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

func TestAnAgreementIsFoundByNumberOrByPayerAndCard(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	card := sample.Person(1).CardNumber
	for name, row := range map[string]struct {
		channel string
		query   simulator.QueryAgreement
		found   bool
	}{
		"by number":              {sample.AgreementBank, simulator.QueryAgreement{AgreementNo: no}, true},
		"by payer and card":      {sample.AgreementBank, simulator.QueryAgreement{PayerRef: "payer-1", CardNumber: card}, true},
		"another payer":          {sample.AgreementBank, simulator.QueryAgreement{PayerRef: "payer-2", CardNumber: card}, false},
		"another card":           {sample.AgreementBank, simulator.QueryAgreement{PayerRef: "payer-1", CardNumber: sample.Person(2).CardNumber}, false},
		"another member, number": {sample.AgreementThirdParty, simulator.QueryAgreement{AgreementNo: no}, false},
		"an unknown number":      {sample.AgreementBank, simulator.QueryAgreement{AgreementNo: "agr_none"}, false},
	} {
		out := s.do(row.channel, row.query)
		if (out.Problem == nil) != row.found {
			t.Errorf("%s: %+v", name, out)
		}
		if !row.found && (out.Problem == nil || out.Problem.Code != simulator.ProblemNotFound) {
			t.Errorf("%s: problem %+v", name, out.Problem)
		}
		if row.found && (out.Agreement.AgreementNo != no || out.Agreement.MaskedCard != card.Masked()) {
			t.Errorf("%s: %+v", name, out.Agreement)
		}
	}
}

func TestByCardTheNewestAgreementIsTold(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	first := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	s.do(sample.AgreementBank, simulator.TerminateAgreement{AgreementNo: first})
	second := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	out := s.do(sample.AgreementBank, simulator.QueryAgreement{PayerRef: "payer-1", CardNumber: sample.Person(1).CardNumber})
	if first == second || out.Agreement.AgreementNo != second {
		t.Errorf("got %+v", out.Agreement)
	}
}

func TestADeadAgreementStaysAsItDied(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	s.control(simulator.CancelAtBank{AgreementNo: no})
	out := s.do(sample.AgreementBank, simulator.TerminateAgreement{AgreementNo: no})
	if out.Agreement == nil || out.Agreement.Status != simulator.AgreementCancelledAtBank {
		t.Errorf("got %+v", out)
	}
	wantProblem(t, s.do(sample.AgreementThirdParty, simulator.TerminateAgreement{AgreementNo: no}), simulator.ProblemNotFound)
}

func TestTheCustomerCancelsAtTheBankByCard(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	s.sign(sample.AgreementThirdParty, "payer-1", sample.Person(1))
	kept := s.sign(sample.AgreementBank, "payer-2", sample.Person(2))
	card := sample.Person(1).CardNumber
	if out := s.control(simulator.CancelAtBank{CardNumber: card, ChannelID: sample.AgreementBank}); len(out.Ended) != 1 {
		t.Errorf("at one channel: %+v", out.Ended)
	}
	if out := s.control(simulator.CancelAtBank{CardNumber: card}); len(out.Ended) != 1 {
		t.Errorf("the rest: %+v", out.Ended)
	}
	wantProblem(t, s.w.Step(simulator.Input{Now: s.now, Command: simulator.CancelAtBank{CardNumber: card}}), simulator.ProblemNotFound)
	if out := s.do(sample.AgreementBank, simulator.QueryAgreement{AgreementNo: kept}); out.Agreement.Status != simulator.AgreementActive {
		t.Errorf("somebody else's: %+v", out.Agreement)
	}
}

func TestAForgottenAgreementIsMissingEverywhereAndSignedAnew(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementThirdParty, "payer-1", sample.Person(1))
	kept := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	card := sample.Person(1).CardNumber
	forget := simulator.ForgetAgreement{ChannelID: sample.AgreementThirdParty, CardNumber: card}
	if out := s.control(forget); len(out.Ended) != 1 || out.Ended[0].AgreementNo != no {
		t.Errorf("lost: %+v", out.Ended)
	}
	wantCharge(t, s.do(sample.AgreementThirdParty, s.newCharge(no, "payer-1", 1)), simulator.ChargeDeclined, simulator.ReasonAgreementMissing)
	wantProblem(t, s.do(sample.AgreementThirdParty, simulator.QueryAgreement{AgreementNo: no}), simulator.ProblemNotFound)
	wantProblem(t, s.do(sample.AgreementThirdParty, simulator.QueryAgreement{PayerRef: "payer-1", CardNumber: card}), simulator.ProblemNotFound)
	wantProblem(t, s.w.Step(simulator.Input{Now: s.now, Command: forget}), simulator.ProblemNotFound)
	wantCharge(t, s.do(sample.AgreementBank, s.newCharge(kept, "payer-1", 1)), simulator.ChargeSucceeded, "")
	if again := s.sign(sample.AgreementThirdParty, "payer-1", sample.Person(1)); again == no {
		t.Error("the lost number came back")
	}
}

func TestAnAgreementDiesOfAgeToTheSecondAndIsNothingToJumpTo(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementThirdParty, "payer-1", sample.Person(1))
	if next, due := s.w.NextDue(); due {
		t.Errorf("a clock would jump to %s", next)
	}
	life := 365 * 24 * time.Hour
	s.pass(life - time.Second)
	wantCharge(t, s.do(sample.AgreementThirdParty, s.newCharge(no, "payer-1", 100)), simulator.ChargeSucceeded, "")
	s.pass(time.Second)
	wantCharge(t, s.do(sample.AgreementThirdParty, s.newCharge(no, "payer-1", 100)), simulator.ChargeDeclined, simulator.ReasonAgreementExpired)
	out := s.do(sample.AgreementThirdParty, simulator.QueryAgreement{AgreementNo: no})
	if out.Agreement.Status != simulator.AgreementExpired || !out.Agreement.EndedAt.Equal(sample.Start.Add(life)) {
		t.Errorf("got %+v", out.Agreement)
	}
}
