package fault_test

import (
	"slices"
	"testing"

	"countersign/simulator"
)

func TestDeclineSetsTheReason(t *testing.T) {
	t.Parallel()
	got := applied(t, simulator.FaultRule{
		Fault: "decline_with_reason", Operation: simulator.OpCharge, Reason: simulator.ReasonInsufficientBalance,
	})
	if got != (simulator.Disposition{Decline: simulator.ReasonInsufficientBalance}) {
		t.Errorf("got %+v", got)
	}
}

func TestDeclineOfAnyOperationMeansThoseTheReasonFits(t *testing.T) {
	t.Parallel()
	done := complete(t, simulator.FaultRule{Fault: "decline_with_reason", Reason: simulator.ReasonSMSNotSent})
	if !slices.Equal(done.Operations, []simulator.Operation{simulator.OpSigningApply}) {
		t.Errorf("got %v", done.Operations)
	}
}

func TestReasonsNoBankGivesThereAreRefused(t *testing.T) {
	t.Parallel()
	refused(t, map[string]simulator.FaultRule{
		"none":                       {Fault: "decline_with_reason", Operation: simulator.OpCharge},
		"an agreement still alive":   {Fault: "decline_with_reason", Operation: simulator.OpCharge, Reason: simulator.ReasonAgreementCancelled},
		"a balance at a signing":     {Fault: "decline_with_reason", Operation: simulator.OpSigningApply, Reason: simulator.ReasonInsufficientBalance},
		"held for risk at a refund":  {Fault: "decline_with_reason", Operation: simulator.OpRefund, Reason: simulator.ReasonRiskHeld},
		"the verifier's own, always": {Fault: "decline_with_reason", Reason: simulator.ReasonWrongCode},
	}, "reason")
}
