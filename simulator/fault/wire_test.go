package fault_test

import (
	"slices"
	"testing"

	"countersign/simulator"
	"countersign/simulator/fault"
)

func TestEachEndingOnTheSocketAsksForItselfAtTheCommit(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]simulator.Ending{
		"reset": simulator.EndingReset, "half_close": simulator.EndingHalfClose, "truncate": simulator.EndingTruncate,
		"endless_body": simulator.EndingEndlessBody, "gzip_bomb": simulator.EndingGzipBomb,
	} {
		rule := simulator.FaultRule{ID: "flt_1", Fault: name, Operation: simulator.OpCharge}
		if got := applied(t, rule); got != (simulator.Disposition{Wire: simulator.WireFault{Ending: want, Rule: "flt_1"}}) {
			t.Errorf("%s: %+v", name, got)
		}
		if done := complete(t, rule); done.Point != simulator.PointCommitted {
			t.Errorf("%s: point %s", name, done.Point)
		}
		complete(t, simulator.FaultRule{Fault: name, Operation: simulator.OpSendSMS, Point: simulator.PointReceived})
	}
	complete(t, simulator.FaultRule{Fault: "reset", Point: simulator.PointBeforeReceive})
	refused(t, map[string]simulator.FaultRule{
		"half of nothing": {Fault: "half_close", Point: simulator.PointBeforeReceive},
		"in the bank":     {Fault: "reset", Point: simulator.PointBank},
	}, "point")
	refused(t, map[string]simulator.FaultRule{"of what we send": {Fault: "reset", Operation: simulator.OpNotification}}, "operation")
	refused(t, map[string]simulator.FaultRule{"pause": {Fault: "truncate", DelayMS: 1}}, "delay_ms")
}

func TestADripNeedsItsPause(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{ID: "flt_1", Fault: "drip", DelayMS: 1000}
	if got := applied(t, rule); got != (simulator.Disposition{Wire: simulator.WireFault{Pause: 1e9, Rule: "flt_1"}}) {
		t.Errorf("%+v", got)
	}
	refused(t, map[string]simulator.FaultRule{"none": {Fault: "drip"}, "negative": {Fault: "drip", DelayMS: -1}}, "delay_ms")
}

func TestAResetAfterPartOfTheBodyIsTwoRules(t *testing.T) {
	t.Parallel()
	for _, order := range [][]string{{"reset", "truncate"}, {"truncate", "reset"}, {"half_close", "reset"}} {
		var d simulator.Disposition
		for _, name := range order {
			kind, _ := fault.All().Kind(name)
			kind.Apply(simulator.FaultRule{ID: name}, simulator.Moment{}, &d)
		}
		if d.Wire != (simulator.WireFault{Ending: simulator.EndingReset, Partly: true, Rule: "reset"}) {
			t.Errorf("%v: %+v", order, d.Wire)
		}
	}
}

func TestSocketFaultsSayThatTheyHappenThere(t *testing.T) {
	t.Parallel()
	names := []string{"reset", "half_close", "truncate", "drip", "endless_body", "gzip_bomb"}
	for _, d := range fault.All().Descriptions() {
		if d.OnSocket != slices.Contains(names, d.Name) {
			t.Errorf("%s: on_socket %v", d.Name, d.OnSocket)
		}
	}
}

func TestAnyOperationLeavesTheGatewaysOut(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"withhold_reply", "hang", "reset", "gzip_bomb"} {
		done := complete(t, simulator.FaultRule{Fault: name})
		if !slices.Equal(done.Operations, simulator.ChannelOperations()) {
			t.Errorf("%s: any is %v", name, done.Operations)
		}
		for _, op := range simulator.GatewayOperations() {
			complete(t, simulator.FaultRule{Fault: name, Operation: op})
		}
	}
}

func TestWhatAGatewayDoesNotKnowIsRefused(t *testing.T) {
	t.Parallel()
	on := func(when simulator.When) simulator.FaultRule {
		return simulator.FaultRule{Fault: "hang", Operation: simulator.OpSendSMS, When: when}
	}
	refused(t, map[string]simulator.FaultRule{"a channel": on(simulator.When{ChannelID: "bridge-pay"})}, "when.channel_id")
	refused(t, map[string]simulator.FaultRule{"a member": on(simulator.When{MemberNo: "M-1"})}, "when.member_no")
	refused(t, map[string]simulator.FaultRule{"a card": on(simulator.When{CardLast4: "0001"})}, "when.card_last4")
	refused(t, map[string]simulator.FaultRule{"an amount": on(simulator.When{Amount: 1})}, "when.amount")
	complete(t, on(simulator.When{OrderNo: "pay_0001"}))
}
