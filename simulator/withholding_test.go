package simulator_test

import (
	"testing"

	"countersign/internal/cardholder"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

func TestRawWithholdingRunsTheElementCheckInside(t *testing.T) {
	t.Parallel()
	for _, channel := range []string{sample.WithholdingRaw, sample.WithholdingPlatform} {
		s := setStage(t)
		wantCharge(t, s.do(channel, s.rawCharge(sample.Person(1), 100)), simulator.ChargeSucceeded, "")
		if len(s.w.Messages(simulator.MessageFilter{})) != 0 {
			t.Errorf("%s: an SMS went out", channel)
		}
		wrongName := sample.Person(1)
		wrongName.Name = sample.Person(2).Name
		wantCharge(t, s.do(channel, s.rawCharge(wrongName, 100)), simulator.ChargeDeclined, simulator.ReasonElementsMismatch)
	}
}

func TestUnreadableElementsAreAMismatchAndNoProblem(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	who := sample.Person(1)
	who.IDNumber = cardholder.IDNumber{}
	c := s.rawCharge(who, 100)
	if got := s.w.Admit(simulator.Input{Command: c}); got.Command.Operation() != simulator.OpCharge {
		t.Error("not admitted")
	}
	wantCharge(t, s.do(sample.WithholdingRaw, c), simulator.ChargeDeclined, simulator.ReasonElementsMismatch)
	who.IDType = cardholder.Passport
	wantCharge(t, s.do(sample.WithholdingRaw, s.rawCharge(who, 100)), simulator.ChargeDeclined, simulator.ReasonIDTypeUnsupported)
}

func TestRawWithholdingByANamedCheck(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.WithholdingRaw, simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)})
	c := s.rawCharge(sample.Person(1), 100)
	c.CheckNo = "chk_1"
	wantCharge(t, s.do(sample.WithholdingRaw, c), simulator.ChargeSucceeded, "")
	c = s.rawCharge(sample.Person(2), 100)
	c.CheckNo = "chk_1"
	wantCharge(t, s.do(sample.WithholdingRaw, c), simulator.ChargeDeclined, simulator.ReasonElementCheckMissing)
	c = s.rawCharge(sample.Person(1), 100)
	c.CheckNo = "chk_none"
	wantCharge(t, s.do(sample.WithholdingRaw, c), simulator.ChargeDeclined, simulator.ReasonElementCheckMissing)
}

func TestAReissuedCardIsDeclinedThoughACheckPassedBefore(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.WithholdingRaw, simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)})
	s.control(simulator.ChangeAccount{CardNumber: sample.Person(1).CardNumber, Mobile: new(mobile(t, 55))})
	c := s.rawCharge(sample.Person(1), 100)
	c.CheckNo = "chk_1"
	wantCharge(t, s.do(sample.WithholdingRaw, c), simulator.ChargeDeclined, simulator.ReasonElementsMismatch)
}

func TestWithholdingDeclinesOtherIDTypesAndCards(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	passport := sample.Person(1)
	passport.IDType = cardholder.Passport
	wantCharge(t, s.do(sample.WithholdingRaw, s.rawCharge(passport, 100)), simulator.ChargeDeclined, simulator.ReasonIDTypeUnsupported)
	wantCharge(t, s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(98), 100)), simulator.ChargeDeclined, simulator.ReasonElementsMismatch)
	credit := sample.Person(1)
	credit.CardNumber, _ = cardholder.NewCardNumber("6222300000000001")
	wantCharge(t, s.do(sample.WithholdingRaw, s.rawCharge(credit, 100)), simulator.ChargeDeclined, simulator.ReasonCardUnsupported)
}
