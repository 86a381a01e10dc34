package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestRangesBanksAndEventsThatCouldNeverMatchAreRefused(t *testing.T) {
	t.Parallel()
	rule := func(name string, w simulator.When) map[string]simulator.FaultRule {
		return map[string]simulator.FaultRule{name: {Fault: name, When: w}}
	}
	refused(t, rule("hang", simulator.When{AmountFrom: 200, AmountTo: 100}), "when.amount_from")
	refused(t, rule("hang", simulator.When{AmountFrom: -1}), "when.amount_from")
	refused(t, rule("hang", simulator.When{AmountTo: -1}), "when.amount_to")
	refused(t, rule("hang", simulator.When{Amount: 5, AmountTo: 100}), "when.amount")
	refused(t, rule("hang", simulator.When{EventType: simulator.EventChargeSucceeded}), "when.event_type")
	refused(t, rule("notification_drop", simulator.When{EventType: "charge.lost"}), "when.event_type")
	refused(t, rule("notification_drop", simulator.When{EventType: simulator.EventSigningSigned, AmountFrom: 1}), "when.amount_from")
	refused(t, map[string]simulator.FaultRule{"bank": {Fault: "hang", Operation: simulator.OpLimits, When: simulator.When{Bank: "ICBC"}}}, "when.bank")
	refused(t, map[string]simulator.FaultRule{"negative": {Fault: "hang", PerNumber: -1}, "of limits": {Fault: "hang", Operation: simulator.OpLimits, PerNumber: 1}}, "per_number")
	refused(t, map[string]simulator.FaultRule{"the nth five times": {Fault: "hang", Times: 5, When: simulator.When{Nth: 2}}}, "times")
	complete(t, simulator.FaultRule{Fault: "hang", PerNumber: 2, When: simulator.When{AmountFrom: 100, AmountTo: 100, Bank: "ICBC", Every: 3}})
	complete(t, simulator.FaultRule{Fault: "notification_drop", When: simulator.When{EventType: simulator.EventChargeDeclined, AmountTo: 5}})
}
