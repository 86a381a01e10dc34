package simulator_test

import (
	"strings"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

func TestRulesThatCouldHaveNoEffectAreRefused(t *testing.T) {
	t.Parallel()
	for field, rules := range map[string][]simulator.FaultRule{
		"operation": {{Fault: "agreement_revoked", When: simulator.When{ChannelID: sample.WithholdingRaw}}},
		"when.order_no": {
			{Fault: "statement_late", DelayMS: 1, When: simulator.When{OrderNo: "ord_0001"}},
			{Fault: "hang", When: simulator.When{OrderNo: "ab"}},
			{Fault: "hang", When: simulator.When{OrderNo: "not a number"}},
			{Fault: "hang", When: simulator.When{OrderNo: strings.Repeat("a", 65)}},
		},
		"per_number": {{Fault: "hang", Operation: simulator.OpCharge, Times: 1, PerNumber: 2}},
		"expires_at": {{Fault: "hang", ExpiresAt: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}},
		"reason":     {{Fault: "decline", Operation: simulator.OpCharge, Reason: "no_such_word"}},
	} {
		for _, rule := range rules {
			s := setStage(t)
			if out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddFault{Rule: rule}}); out.Problem == nil || out.Problem.Field != field {
				t.Errorf("%+v: %v, want %s", rule, out.Problem, field)
			}
		}
	}
	s := setStage(t)
	for _, rule := range []simulator.FaultRule{
		{Fault: "agreement_revoked"},
		{Fault: "statement_late", DelayMS: 1, When: simulator.When{OrderNo: "2018-06-06"}},
		{Fault: "hang", Operation: simulator.OpCharge, Times: 2, PerNumber: 2},
	} {
		if out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddFault{Rule: rule}}); out.Problem != nil {
			t.Errorf("%+v: %v", rule, out.Problem)
		}
	}
}

func TestPlansThatSayNothingOrTooMuchAreRefused(t *testing.T) {
	t.Parallel()
	many := simulator.PlannedSending{Copies: 10000}
	for field, plan := range map[string]simulator.NotificationPlan{
		"then_schedule": {ThenSchedule: true},
		"sendings":      {Sendings: []simulator.PlannedSending{many, many, {}}},
		"when.order_no": {Match: simulator.When{OrderNo: "a b c d"}},
	} {
		s := setStage(t)
		if out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddNotificationPlan{Plan: plan}}); out.Problem == nil || out.Problem.Field != field {
			t.Errorf("%s: %v", field, out.Problem)
		}
	}
}

func TestTheRowThatCarriesAHeldRequestOutNamesTheFault(t *testing.T) {
	t.Parallel()
	for _, point := range []simulator.Point{simulator.PointBeforeReceive, simulator.PointReceived} {
		s := struck(t, simulator.FaultRule{Fault: "slow", Operation: simulator.OpCharge, Point: point, DelayMS: 15000})
		in := simulator.Input{Now: s.now, Command: s.rawCharge(sample.Person(1), 100), Request: simulator.Request{
			ChannelID: sample.WithholdingRaw, MemberNo: memberOf(sample.WithholdingRaw), JTI: "jti-1",
		}}
		out := s.w.Step(in)
		s.pass(15 * time.Second)
		in.Now, in.Resumed, in.Held = s.now, out.Reply.Deferred, out.Row
		row := s.w.Journal(s.w.Step(in).Row-1, 1)[0]
		if !row.Committed || len(row.Faults) != 1 || row.Faults[0].Point != point || row.Faults[0].Fault != "slow" {
			t.Errorf("%s: %+v", point, row)
		}
	}
}
