package simulator_test

import (
	"testing"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// oldCustomers is a batch of a right item, one whose name is wrong, and one that
// repeats the first number.
func oldCustomers() simulator.BindBatch {
	good, bad, again := legacy("sgn_1"), legacy("sgn_2"), legacy("sgn_1")
	bad.Elements = sample.Person(2)
	bad.Elements.Name = sample.Person(1).Name
	return simulator.BindBatch{BatchNo: "bat_1", Items: []simulator.Bind{good, bad, again}}
}

// wantBatch wants a batch's counts.
func wantBatch(t *testing.T, out simulator.Outcome, signed, declined int) *simulator.BatchView {
	t.Helper()
	if out.Problem != nil || out.Batch == nil || out.Batch.Signed != signed || out.Batch.Declined != declined ||
		len(out.Batch.Items) != signed+declined {
		t.Fatalf("want %d signed and %d declined, got %+v problem %+v", signed, declined, out.Batch, out.Problem)
	}
	return out.Batch
}

func TestEachItemOfABatchIsJudgedByItself(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	batch := wantBatch(t, s.do(sample.AgreementBank, oldCustomers()), 1, 2)
	if batch.Items[0].Signing.Status != simulator.SigningSigned || batch.Items[0].Signing.Agreement == nil {
		t.Errorf("first: %+v", batch.Items[0].Signing)
	}
	if bad := batch.Items[1].Signing; bad == nil || bad.Status != simulator.SigningDeclined || bad.Reason != simulator.ReasonElementsMismatch {
		t.Errorf("second: %+v", bad)
	}
	if again := batch.Items[2]; again.Signing != nil || again.Problem != simulator.ProblemNumberReused || again.SignNo != "sgn_1" {
		t.Errorf("third: %+v", again)
	}
	if len(s.w.Messages(simulator.MessageFilter{})) != 0 {
		t.Error("somebody was texted")
	}
	charge := s.newCharge(batch.Items[0].Signing.Agreement.AgreementNo, "payer-1", 100)
	wantCharge(t, s.do(sample.AgreementBank, charge), simulator.ChargeSucceeded, "")
	wantSigning(t, s.do(sample.AgreementBank, simulator.QuerySigning{SignNo: "sgn_2"}), simulator.SigningDeclined, simulator.ReasonElementsMismatch)
}

func TestABatchNumberKeepsItsContent(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	wantBatch(t, s.do(sample.AgreementBank, oldCustomers()), 1, 2)
	wantBatch(t, s.do(sample.AgreementBank, oldCustomers()), 1, 2)
	wantBatch(t, s.do(sample.AgreementBank, simulator.QueryBindingBatch{BatchNo: "bat_1"}), 1, 2)
	other := oldCustomers()
	other.Items[1].Evidence.SignedOn = "2016-03-02"
	wantProblem(t, s.do(sample.AgreementBank, other), simulator.ProblemNumberReused)
	shorter := oldCustomers()
	shorter.Items = shorter.Items[:1]
	wantProblem(t, s.do(sample.AgreementBank, shorter), simulator.ProblemNumberReused)
	wantProblem(t, s.do(sample.AgreementBank, simulator.QueryBindingBatch{BatchNo: "bat_none"}), simulator.ProblemBatchNotFound)
	wantProblem(t, s.do(sample.BankDirect, simulator.QueryBindingBatch{BatchNo: "bat_1"}), simulator.ProblemBatchNotFound)
	if n := len(s.w.Agreements()); n != 1 {
		t.Errorf("%d agreements", n)
	}
}

func TestANumberBoundBeforeAnswersItsAgreementAndNotAnother(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	before := s.do(sample.AgreementBank, legacy("sgn_1")).Signing.Agreement.AgreementNo
	batch := simulator.BindBatch{BatchNo: "bat_1", Items: []simulator.Bind{legacy("sgn_1")}}
	if got := wantBatch(t, s.do(sample.AgreementBank, batch), 1, 0).Items[0].Signing.Agreement.AgreementNo; got != before {
		t.Errorf("agreement %s, was %s", got, before)
	}
	batch.BatchNo, batch.Items[0].PayerRef = "bat_2", "payer-9"
	if got := wantBatch(t, s.do(sample.AgreementBank, batch), 0, 1).Items[0].Problem; got != simulator.ProblemNumberReused {
		t.Errorf("problem %s", got)
	}
}

func TestABatchAsAWholeIsRefused(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	one := simulator.BindBatch{BatchNo: "bat_1", Items: []simulator.Bind{legacy("sgn_1")}}
	wantProblem(t, s.do(sample.WithholdingRaw, one), simulator.ProblemInvalidRequest)
	wantProblem(t, s.do(sample.AgreementBank, simulator.BindBatch{BatchNo: "bat_1"}), simulator.ProblemInvalidRequest)
	many := simulator.BindBatch{BatchNo: "bat_1", Items: make([]simulator.Bind, simulator.MostBatchItems+1)}
	wantProblem(t, s.do(sample.AgreementBank, many), simulator.ProblemInvalidRequest)
	on := true
	s.control(simulator.SwitchChannel{ChannelID: sample.AgreementBank, Maintenance: &on})
	wantProblem(t, s.do(sample.AgreementBank, one), simulator.ProblemMaintenance)
	wantProblem(t, s.do(sample.AgreementBank, simulator.QueryBindingBatch{BatchNo: "bat_1"}), simulator.ProblemBatchNotFound)
}

func TestEvidenceThatAChannelDoesNotTakeIsAProblemOfItsItem(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	batch := simulator.BindBatch{BatchNo: "bat_1", Items: []simulator.Bind{binding("sgn_1"), legacy("sgn_2")}}
	got := wantBatch(t, s.do(sample.AgreementBank, batch), 1, 1)
	if got.Items[0].Problem != simulator.ProblemInvalidRequest {
		t.Errorf("got %+v", got.Items[0])
	}
	s.do(sample.BindingPlatform, simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)})
	wantBatch(t, s.do(sample.BindingPlatform, batch), 2, 0)
}

func TestAFaultMeetsAnItemAsABindingOfItsOwn(t *testing.T) {
	t.Parallel()
	s := struck(t, simulator.FaultRule{
		Fault: "decline", Operation: simulator.OpBind, Reason: simulator.ReasonCardLost, When: simulator.When{OrderNo: "sgn_2", Bank: "ICBC"},
	})
	second := legacy("sgn_2")
	second.Elements, second.PayerRef = sample.Person(2), "payer-2"
	batch := simulator.BindBatch{BatchNo: "bat_1", Items: []simulator.Bind{legacy("sgn_1"), second}}
	got := wantBatch(t, s.do(sample.AgreementBank, batch), 1, 1)
	if reason := got.Items[1].Signing.Reason; reason != simulator.ReasonCardLost {
		t.Errorf("reason %s", reason)
	}
}
