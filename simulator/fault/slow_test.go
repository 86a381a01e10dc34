package fault_test

import (
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/fault"
)

func TestASlowAnswerTakesTheDelayAndTheLongestCounts(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{Fault: "slow", Operation: simulator.OpCharge, DelayMS: 15000}
	if got := applied(t, rule); got != (simulator.Disposition{Slow: 15 * time.Second}) {
		t.Errorf("got %+v", got)
	}
	kind, _ := fault.All().Kind("slow")
	d := simulator.Disposition{Slow: time.Minute}
	kind.Apply(rule, simulator.Moment{}, &d)
	if d.Slow != time.Minute {
		t.Errorf("got %s", d.Slow)
	}
}

func TestASlowAnswerNeedsADelay(t *testing.T) {
	t.Parallel()
	refused(t, map[string]simulator.FaultRule{
		"none": {Fault: "slow"}, "negative": {Fault: "slow", DelayMS: -1}, "more than thirty days": {Fault: "slow", DelayMS: 2_592_000_001},
	}, "delay_ms")
}
