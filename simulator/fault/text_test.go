package fault_test

import (
	"slices"
	"testing"
	"time"

	"countersign/simulator"
)

func TestFaultsOfTextsSayHowTheyTravel(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule simulator.FaultRule
		want simulator.TextFault
	}{
		"sms_late":          {simulator.FaultRule{DelayMS: 15_000}, simulator.TextFault{Late: 15 * time.Second}},
		"sms_lose":          {simulator.FaultRule{}, simulator.TextFault{Lose: true}},
		"sms_duplicate":     {simulator.FaultRule{}, simulator.TextFault{Copies: 1}},
		"sms_reorder":       {simulator.FaultRule{}, simulator.TextFault{Overtaken: time.Minute}},
		"code_leading_zero": {simulator.FaultRule{}, simulator.TextFault{LeadingZero: true}},
	} {
		c.rule.Fault = name
		if got := applied(t, c.rule); got != (simulator.Disposition{Text: c.want}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestALateTextIsDelayedByTheSeedWithinItsJitter(t *testing.T) {
	t.Parallel()
	rule := complete(t, simulator.FaultRule{Fault: "sms_late", JitterMS: 1000})
	seen := map[time.Duration]bool{}
	for strike := range 50 {
		var d, again simulator.Disposition
		at := simulator.Moment{Seed: 3, Strike: strike}
		kindOf(t, "sms_late").Apply(rule, at, &d)
		kindOf(t, "sms_late").Apply(rule, at, &again)
		if d != again || d.Text.Late < 0 || d.Text.Late > time.Second {
			t.Fatalf("strike %d: %s, then %s", strike, d.Text.Late, again.Text.Late)
		}
		seen[d.Text.Late] = true
	}
	if len(seen) < 20 {
		t.Errorf("only %d delays", len(seen))
	}
}

func TestTextFaultsThatCouldHaveNoEffectAreRefused(t *testing.T) {
	t.Parallel()
	refused(t, map[string]simulator.FaultRule{"no delay": {Fault: "sms_late"}}, "delay_ms")
	refused(t, map[string]simulator.FaultRule{"too many": {Fault: "sms_duplicate", Copies: 21}}, "copies")
	refused(t, map[string]simulator.FaultRule{
		"a query": {Fault: "sms_lose", Operation: simulator.OpChargeQuery}, "no code of ours": {Fault: "code_leading_zero", Operation: simulator.OpSendSMS},
	}, "operation")
}

func TestATextFaultOfAnyOperationLeavesTheGatewaysAlone(t *testing.T) {
	t.Parallel()
	done := complete(t, simulator.FaultRule{Fault: "sms_lose"})
	if slices.Contains(done.Operations, simulator.OpSendSMS) || !slices.Contains(done.Operations, simulator.OpChargeResend) {
		t.Errorf("got %v", done.Operations)
	}
	complete(t, simulator.FaultRule{Fault: "sms_lose", Operation: simulator.OpSendWeChat})
}
