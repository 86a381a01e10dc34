package fault_test

import (
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/fault"
)

func TestADelayIsCountedInMilliseconds(t *testing.T) {
	t.Parallel()
	catalogue := fault.All()
	rule, problem := catalogue.Complete(simulator.FaultRule{Fault: "slow", DelayMS: 500})
	if problem != nil {
		t.Fatal(problem)
	}
	kind, _ := catalogue.Kind(rule.Fault)
	var done simulator.Disposition
	kind.Apply(rule, simulator.Moment{}, &done)
	if done.Slow != 500*time.Millisecond {
		t.Errorf("slow by %s", done.Slow)
	}
}
