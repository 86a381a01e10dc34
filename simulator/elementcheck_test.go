package simulator_test

import (
	"reflect"
	"testing"

	"countersign/internal/cardholder"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

func TestMatchingElementsPassWithoutAnSMS(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	out := s.do(sample.WithholdingRaw, simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)})
	if out.Problem != nil || out.Check.Result != simulator.CheckPassed || out.Check.Reason != "" {
		t.Errorf("got %+v %+v", out.Check, out.Problem)
	}
	if len(s.w.Messages(simulator.MessageFilter{})) != 0 {
		t.Error("an SMS went out")
	}
}

func TestTheSameAnswerWhicheverElementIsWrong(t *testing.T) {
	t.Parallel()
	other := sample.Person(2)
	for name, spoil := range map[string]func(*cardholder.FourElements){
		"name":                 func(e *cardholder.FourElements) { e.Name = other.Name },
		"ID number":            func(e *cardholder.FourElements) { e.IDNumber = other.IDNumber },
		"mobile":               func(e *cardholder.FourElements) { e.Mobile = other.Mobile },
		"somebody else's card": func(e *cardholder.FourElements) { e.CardNumber = other.CardNumber },
		"no readable name":     func(e *cardholder.FourElements) { e.Name = cardholder.Name{} },
		"no readable ID":       func(e *cardholder.FourElements) { e.IDNumber = cardholder.IDNumber{} },
		"no such card":         func(e *cardholder.FourElements) { e.CardNumber = sample.Person(99).CardNumber },
	} {
		s := setStage(t)
		elements := sample.Person(1)
		spoil(&elements)
		out := s.do(sample.WithholdingRaw, simulator.ElementCheck{CheckNo: "chk_1", Elements: elements})
		want := &simulator.CheckView{CheckNo: "chk_1", Result: simulator.CheckDeclined, Reason: simulator.ReasonElementsMismatch}
		if out.Problem != nil || !reflect.DeepEqual(out.Check, want) {
			t.Errorf("wrong %s: got %+v", name, out.Check)
		}
	}
}

func TestChecksAreDeclinedForReasonsOfTheirOwn(t *testing.T) {
	t.Parallel()
	passport := sample.Person(1)
	passport.IDType = cardholder.Passport
	credit := sample.Person(1)
	credit.CardNumber, _ = cardholder.NewCardNumber("6222300000000001")
	for name, row := range map[string]struct {
		channel  string
		elements cardholder.FourElements
		state    simulator.CardState
		reason   simulator.Reason
	}{
		"another ID type":          {sample.WithholdingRaw, passport, "", simulator.ReasonIDTypeUnsupported},
		"a card type not offered":  {sample.WithholdingRaw, credit, "", simulator.ReasonCardUnsupported},
		"a bank the channel lacks": {sample.BankDirect, sample.CMBPerson(3), "", simulator.ReasonCardUnsupported},
		"a lost card":              {sample.WithholdingRaw, sample.Person(1), simulator.CardLost, simulator.ReasonCardLost},
		"a frozen card":            {sample.WithholdingRaw, sample.Person(1), simulator.CardFrozen, simulator.ReasonCardFrozen},
		"a cancelled card":         {sample.WithholdingRaw, sample.Person(1), simulator.CardCancelled, simulator.ReasonCardCancelled},
		"an expired card":          {sample.WithholdingRaw, sample.Person(1), simulator.CardExpired, simulator.ReasonCardExpired},
	} {
		s := setStage(t)
		if row.state != "" {
			s.control(simulator.ChangeAccount{CardNumber: row.elements.CardNumber, State: &row.state})
		}
		out := s.do(row.channel, simulator.ElementCheck{CheckNo: "chk_1", Elements: row.elements})
		if out.Problem != nil || out.Check.Reason != row.reason {
			t.Errorf("%s: got %+v", name, out.Check)
		}
	}
}

func TestACheckNumberKeepsItsAnswer(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	check := simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)}
	s.do(sample.WithholdingRaw, check)
	s.control(simulator.ChangeAccount{CardNumber: sample.Person(1).CardNumber, Mobile: new(mobile(t, 42))})
	if out := s.do(sample.WithholdingRaw, check); out.Check == nil || out.Check.Result != simulator.CheckPassed {
		t.Errorf("repeat: %+v", out)
	}
	check.Elements = sample.Person(2)
	wantProblem(t, s.do(sample.WithholdingRaw, check), simulator.ProblemNumberReused)
}
