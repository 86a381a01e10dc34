package fault_test

import (
	"slices"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/fault"
)

func TestFaultsOfTheBankSayWhatItDoes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule simulator.FaultRule
		want simulator.BankFault
	}{
		"bank_slow":         {simulator.FaultRule{}, simulator.BankFault{After: time.Minute}},
		"bank_silent":       {simulator.FaultRule{}, simulator.BankFault{Silent: true}},
		"bank_reverses":     {simulator.FaultRule{}, simulator.BankFault{Reverse: time.Hour}},
		"late_debit":        {simulator.FaultRule{}, simulator.BankFault{Late: time.Minute, LateReason: simulator.ReasonRiskRefused}},
		"partial_debit":     {simulator.FaultRule{Amount: 7}, simulator.BankFault{Instead: 7}},
		"agreement_revoked": {simulator.FaultRule{}, simulator.BankFault{Revoke: true}},
		"code_unrecorded":   {simulator.FaultRule{}, simulator.BankFault{Unrecorded: true}},
	} {
		c.rule.Fault = name
		if got := applied(t, c.rule); got != (simulator.Disposition{Bank: c.want}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestDelaysOfTheBankAreTheRulesOwnAndBounded(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{Fault: "bank_reverses", DelayMS: 5}
	if got := applied(t, rule); got.Bank.Reverse != 5*time.Millisecond {
		t.Errorf("got %s", got.Bank.Reverse)
	}
	for _, name := range []string{"bank_reverses", "late_debit", "key_rotate", "sms_reorder"} {
		refused(t, map[string]simulator.FaultRule{
			"below zero": {Fault: name, DelayMS: -1}, "over a month": {Fault: name, DelayMS: 2_592_000_001},
		}, "delay_ms")
	}
}

func TestALateDebitIsDeclinedForAReasonOfCharges(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{Fault: "late_debit", Reason: simulator.ReasonLimitDaily}
	if got := applied(t, rule); got.Bank.LateReason != simulator.ReasonLimitDaily {
		t.Errorf("got %+v", got.Bank)
	}
	refused(t, map[string]simulator.FaultRule{
		"held":         {Fault: "late_debit", Reason: simulator.ReasonRiskHeld},
		"of a signing": {Fault: "late_debit", Reason: simulator.ReasonSMSNotSent},
	}, "reason")
}

func TestAPartialDebitNeedsAnAmountThatDiffers(t *testing.T) {
	t.Parallel()
	refused(t, map[string]simulator.FaultRule{
		"none":          {Fault: "partial_debit"},
		"below zero":    {Fault: "partial_debit", Amount: -1},
		"what is asked": {Fault: "partial_debit", Amount: 5, When: simulator.When{Amount: 5}},
	}, "amount")
	refused(t, map[string]simulator.FaultRule{"another fault": {Fault: "bank_silent", Amount: 5}}, "amount")
}

func TestARevokedAgreementNeedsOne(t *testing.T) {
	t.Parallel()
	kind, selective := kindOf(t, "agreement_revoked").(simulator.SelectiveKind)
	if !selective || kind.Selects(simulator.FaultRule{}, simulator.Moment{}) || !kind.Selects(simulator.FaultRule{}, simulator.Moment{ByAgreement: true}) {
		t.Error("it selects charges without an agreement, or none")
	}
}

func TestKeysRotateAtTheCommitOfAnyOperation(t *testing.T) {
	t.Parallel()
	done := complete(t, simulator.FaultRule{Fault: "key_rotate", When: simulator.When{Every: 500}})
	if done.Point != simulator.PointCommitted || !slices.Contains(done.Operations, simulator.OpLimits) {
		t.Errorf("got %+v", done)
	}
	if got := applied(t, done); got != (simulator.Disposition{Key: simulator.KeyFault{Rotate: true, Overlap: 5 * time.Minute}}) {
		t.Errorf("got %+v", got)
	}
}

// kindOf finds a kind.
func kindOf(t *testing.T, name string) simulator.FaultKind {
	t.Helper()
	kind, known := fault.All().Kind(name)
	if !known {
		t.Fatalf("no fault %s", name)
	}
	return kind
}
