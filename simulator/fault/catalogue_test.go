package fault_test

import (
	"slices"
	"testing"

	"countersign/simulator"
	"countersign/simulator/fault"
)

// complete completes a rule that must be accepted.
func complete(t *testing.T, rule simulator.FaultRule) simulator.FaultRule {
	t.Helper()
	done, problem := fault.All().Complete(rule)
	if problem != nil {
		t.Fatalf("%+v: %v", rule, problem)
	}
	return done
}

// refused completes rules that must be refused, naming the member.
func refused(t *testing.T, rules map[string]simulator.FaultRule, field string) {
	t.Helper()
	for name, rule := range rules {
		if _, problem := fault.All().Complete(rule); problem == nil || problem.Field != field || problem.Code != simulator.ProblemInvalidRequest {
			t.Errorf("%s: got %+v, want field %s", name, problem, field)
		}
	}
}

// applied is what a rule's kind writes at a moment.
func applied(t *testing.T, rule simulator.FaultRule) simulator.Disposition {
	t.Helper()
	kind, known := fault.All().Kind(rule.Fault)
	if !known {
		t.Fatalf("no fault %s", rule.Fault)
	}
	var d simulator.Disposition
	kind.Apply(complete(t, rule), simulator.Moment{}, &d)
	return d
}

func TestEveryFaultIsDescribedAndHasAtLeastOnePoint(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, d := range fault.All().Descriptions() {
		if seen[d.Name] || d.About == "" || len(d.Points) == 0 || len(d.Operations) == 0 {
			t.Errorf("description: %+v", d)
		}
		seen[d.Name] = true
		if _, known := fault.All().Kind(d.Name); !known {
			t.Errorf("%s has no kind", d.Name)
		}
	}
}

func TestUnknownFaultsAreRefused(t *testing.T) {
	t.Parallel()
	refused(t, map[string]simulator.FaultRule{"none": {}, "unknown": {Fault: "gremlins"}}, "fault")
	if _, known := fault.All().Kind("gremlins"); known {
		t.Error("gremlins have a kind")
	}
}

func TestARuleGetsItsUsualPointAndItsOperations(t *testing.T) {
	t.Parallel()
	done := complete(t, simulator.FaultRule{Fault: "hang"})
	if done.Point != simulator.PointCommitted || done.Operation != simulator.AnyOperation || !slices.Equal(done.Operations, simulator.ChannelOperations()) {
		t.Errorf("got %+v", done)
	}
	done = complete(t, simulator.FaultRule{Fault: "hang", Operation: simulator.OpCharge, Operations: []simulator.Operation{simulator.OpRefund}})
	if done.Operations != nil {
		t.Errorf("operations given by the caller survived: %+v", done)
	}
}

func TestPointsAndOperationsAFaultNeverMeetsAreRefused(t *testing.T) {
	t.Parallel()
	refused(t, map[string]simulator.FaultRule{
		"hang at a notification":   {Fault: "hang", Point: simulator.PointNotifying},
		"decline after the commit": {Fault: "decline", Point: simulator.PointCommitted, Reason: simulator.ReasonCardLost},
		"an unknown point":         {Fault: "hang", Point: "lunch"},
	}, "point")
	refused(t, map[string]simulator.FaultRule{
		"hang of a notification":  {Fault: "hang", Operation: simulator.OpNotification},
		"drop of a charge":        {Fault: "notification_drop", Operation: simulator.OpCharge},
		"maintenance of a query":  {Fault: "maintenance", Operation: simulator.OpChargeQuery},
		"the bank at a query":     {Fault: "decline", Operation: simulator.OpLimits, Reason: simulator.ReasonCardLost},
		"an unknown operation":    {Fault: "hang", Operation: "lunch"},
		"a charge at the gateway": {Fault: "sms_late", Operation: simulator.OpLimits, DelayMS: 5},
	}, "operation")
}

func TestParametersAFaultDoesNotTakeAreRefused(t *testing.T) {
	t.Parallel()
	refused(t, map[string]simulator.FaultRule{"hang": {Fault: "hang", Reason: simulator.ReasonCardLost}}, "reason")
	refused(t, map[string]simulator.FaultRule{"hang": {Fault: "hang", DelayMS: 3000}}, "delay_ms")
	refused(t, map[string]simulator.FaultRule{"slow": {Fault: "slow", DelayMS: 3000, Copies: 2}}, "copies")
}

func TestSelectionsThatCouldNeverMatchAreRefused(t *testing.T) {
	t.Parallel()
	rule := func(op simulator.Operation, w simulator.When) map[string]simulator.FaultRule {
		return map[string]simulator.FaultRule{string(op): {Fault: "hang", Operation: op, When: w}}
	}
	refused(t, rule(simulator.OpCharge, simulator.When{Nth: -1}), "when.nth")
	refused(t, rule(simulator.OpCharge, simulator.When{Every: -1}), "when.every")
	refused(t, rule(simulator.OpCharge, simulator.When{Permille: 1001}), "when.permille")
	refused(t, rule(simulator.OpCharge, simulator.When{Permille: -1}), "when.permille")
	refused(t, rule(simulator.OpCharge, simulator.When{Nth: 1, Every: 2}), "when")
	refused(t, rule(simulator.OpCharge, simulator.When{Amount: -1}), "when.amount")
	refused(t, rule(simulator.OpElementCheck, simulator.When{Amount: 1}), "when.amount")
	refused(t, rule(simulator.OpCharge, simulator.When{CardLast4: "123"}), "when.card_last4")
	refused(t, rule(simulator.OpCharge, simulator.When{CardLast4: "12a4"}), "when.card_last4")
	refused(t, rule(simulator.OpProfile, simulator.When{CardLast4: "1234"}), "when.card_last4")
	refused(t, rule(simulator.OpLimits, simulator.When{OrderNo: "ord_1"}), "when.order_no")
	refused(t, map[string]simulator.FaultRule{"budget": {Fault: "hang", Times: -1}}, "times")
	complete(t, simulator.FaultRule{Fault: "hang", When: simulator.When{Amount: 5, CardLast4: "0001", OrderNo: "ord_1", Permille: 1000}, Times: 1})
}
