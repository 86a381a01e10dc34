package fault_test

import (
	"slices"
	"testing"

	"countersign/simulator"
)

func TestDeclineSetsTheReason(t *testing.T) {
	t.Parallel()
	got := applied(t, simulator.FaultRule{
		Fault: "decline", Operation: simulator.OpCharge, Reason: simulator.ReasonInsufficientBalance,
	})
	if got != (simulator.Disposition{Bank: simulator.BankFault{Decline: simulator.ReasonInsufficientBalance}}) {
		t.Errorf("got %+v", got)
	}
}

func TestDeclineOfAnyOperationMeansThoseTheReasonFits(t *testing.T) {
	t.Parallel()
	done := complete(t, simulator.FaultRule{Fault: "decline", Reason: simulator.ReasonSMSNotSent})
	if !slices.Equal(done.Operations, []simulator.Operation{simulator.OpSigningApply}) {
		t.Errorf("got %v", done.Operations)
	}
}

func TestReasonsNoBankGivesThereAreRefused(t *testing.T) {
	t.Parallel()
	refused(t, map[string]simulator.FaultRule{
		"none":                       {Fault: "decline", Operation: simulator.OpCharge},
		"an agreement still alive":   {Fault: "decline", Operation: simulator.OpCharge, Reason: simulator.ReasonAgreementCancelled},
		"a balance at a signing":     {Fault: "decline", Operation: simulator.OpSigningApply, Reason: simulator.ReasonInsufficientBalance},
		"held for risk at a refund":  {Fault: "decline", Operation: simulator.OpRefund, Reason: simulator.ReasonRiskHeld},
		"the verifier's own, always": {Fault: "decline", Reason: simulator.ReasonWrongCode},
	}, "reason")
}
