package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestAWrongAmountIsToldOnlyWhereThereIsOne(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{Fault: "notification_wrong_amount", Amount: 7}
	isVariant(t, rule, simulator.NoticeFault{Variant: simulator.VariantWrongAmount, Amount: 7})
	for event, want := range map[simulator.EventType]bool{
		simulator.EventChargeSucceeded: true, simulator.EventRefundSucceeded: true, simulator.EventSigningSigned: false,
	} {
		if got := selects(t, rule, simulator.Moment{EventType: event, Amount: 5}); got != want {
			t.Errorf("%s: %v", event, got)
		}
	}
	if selects(t, rule, simulator.Moment{EventType: simulator.EventChargeSucceeded, Amount: 7}) {
		t.Error("the truth was chosen")
	}
	refused(t, map[string]simulator.FaultRule{
		"negative": {Fault: "notification_wrong_amount", Amount: -1},
		"the same": {Fault: "notification_wrong_amount", Amount: 7, When: simulator.When{Amount: 7}},
	}, "amount")
}
