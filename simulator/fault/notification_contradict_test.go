package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestOnlyTheEndOfAChargeIsContradicted(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{Fault: "notification_contradict", Answer: simulator.AnswerDeclined}
	isVariant(t, rule, simulator.NoticeFault{Variant: simulator.VariantContradict, Answer: simulator.AnswerDeclined})
	for event, want := range map[simulator.EventType]bool{
		simulator.EventChargeSucceeded: true, simulator.EventChargeDeclined: false, simulator.EventRefundSucceeded: false,
	} {
		if got := selects(t, rule, simulator.Moment{EventType: event}); got != want {
			t.Errorf("%s: %v", event, got)
		}
	}
	refused(t, map[string]simulator.FaultRule{
		"not an end": {Fault: "notification_contradict", Answer: simulator.AnswerProcessing},
		"the truth":  {Fault: "notification_contradict", Answer: simulator.AnswerDeclined, When: simulator.When{EventType: simulator.EventChargeDeclined}},
	}, "answer")
	refused(t, map[string]simulator.FaultRule{
		"of a refund": {Fault: "notification_contradict", When: simulator.When{EventType: simulator.EventRefundSucceeded}},
	}, "when.event_type")
}
