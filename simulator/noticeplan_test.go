package simulator_test

import (
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// planned is notified under a plan.
func planned(t *testing.T, plan simulator.NotificationPlan) (*stage, string) {
	t.Helper()
	s := setStage(t)
	c := s.newCharge(s.sign(sample.AgreementBank, "payer-1", sample.Person(1)), "payer-1", 100)
	c.NotifyURL = "http://127.0.0.1/notify"
	id := s.control(simulator.AddNotificationPlan{Plan: plan}).PlanID
	if id == "" {
		t.Fatal("no plan id")
	}
	wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeSucceeded, "")
	return s, id
}

// reportSigned tells the world how a delivery ended, with the instant it was signed for.
func (s *stage) reportSigned(d *simulator.Delivery, acknowledged bool) simulator.Outcome {
	return s.control(simulator.Delivered{EventID: d.Event.EventID, Attempt: d.Attempt, Acknowledged: acknowledged, Status: 200, SignedAt: s.now})
}

func TestAPlanIsFollowedSendingBySendingAndThenTheSchedule(t *testing.T) {
	t.Parallel()
	s, id := planned(t, simulator.NotificationPlan{
		Sendings: []simulator.PlannedSending{
			{AfterMS: 2000, Variant: simulator.VariantWrongKey},
			{AfterMS: 1500, Copies: 3, IgnoreAck: true},
		},
		ThenSchedule: true,
	})
	first := sent(s.pass(2 * time.Second))
	if len(first) != 1 || first[0].Variant != simulator.VariantWrongKey {
		t.Fatalf("first: %+v", first)
	}
	s.report(first[0], false)
	second := sent(s.pass(1500 * time.Millisecond))
	if len(second) != 1 || second[0].Copies != 3 || second[0].Variant != simulator.VariantPlain {
		t.Fatalf("second: %+v", second)
	}
	s.report(second[0], true)
	third := sent(s.pass(time.Second))
	if len(third) != 1 || third[0].Attempt != 3 {
		t.Fatalf("by the schedule: %+v", third)
	}
	s.report(third[0], true)
	log := s.w.Deliveries()
	if len(log) != 3 || log[0].PlanID != id || log[1].PlanID != id || log[2].PlanID != "" || log[2].Cursor != 3 || len(s.w.Pending()) != 0 {
		t.Errorf("log: %+v", log)
	}
	if plans := s.w.NotificationPlans(); len(plans) != 1 || plans[0].Used != 1 {
		t.Errorf("plans: %+v", plans)
	}
	if cause := s.w.Journal(log[0].Cause-1, 1); cause[0].Operation != simulator.OpCharge {
		t.Errorf("cause: %+v", cause[0].Operation)
	}
}

func TestAPlanWithoutSendingsSendsNothingEver(t *testing.T) {
	t.Parallel()
	s, _ := planned(t, simulator.NotificationPlan{})
	if d := sent(s.pass(24 * time.Hour)); len(d) != 0 || len(s.w.Pending()) != 0 {
		t.Errorf("sent: %+v", d)
	}
}

func TestAnAcknowledgedPlanEndsButItsReplaysAreMade(t *testing.T) {
	t.Parallel()
	s, _ := planned(t, simulator.NotificationPlan{Sendings: []simulator.PlannedSending{
		{AfterMS: 1}, {Variant: simulator.VariantStale}, {AfterMS: 60_000, Variant: simulator.VariantReplay},
	}})
	first := sent(s.pass(time.Millisecond))
	if len(first) != 1 {
		t.Fatalf("first: %+v", first)
	}
	at := s.now
	s.reportSigned(first[0], true)
	again := sent(s.pass(time.Minute))
	if len(again) != 1 || again[0].Variant != simulator.VariantReplay || again[0].Of != 1 || !again[0].SignedAt.Equal(at) ||
		again[0].JTI(1, 1, at) != first[0].JTI(1, 1, at) || first[0].JTI(1, 2, at) == first[0].JTI(1, 1, at) {
		t.Errorf("again: %+v", again)
	}
}

func TestAPlanAfterTheNextWaitsForTheNextEventOfTheMember(t *testing.T) {
	t.Parallel()
	s, _ := planned(t, simulator.NotificationPlan{Order: simulator.OrderAfterNext, Sendings: []simulator.PlannedSending{{AfterMS: 1}}})
	if d := sent(s.pass(time.Hour)); len(d) != 0 {
		t.Fatalf("sent alone: %+v", d)
	}
	held := s.w.Pending()[0].Event.EventID
	c := s.newCharge(s.sign(sample.AgreementBank, "payer-2", sample.Person(2)), "payer-2", 5)
	c.NotifyURL = "http://127.0.0.1/notify"
	wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeSucceeded, "")
	next := sent(s.pass(time.Second))
	if len(next) != 1 || next[0].Event.EventID == held {
		t.Fatalf("next: %+v", next)
	}
	s.report(next[0], true)
	if d := sent(s.pass(time.Millisecond)); len(d) != 1 || d[0].Event.EventID != held {
		t.Errorf("then: %+v", d)
	}
}

func TestPlansThatCouldNeverBeCarriedOutAreRefused(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	sendings := func(list ...simulator.PlannedSending) []simulator.PlannedSending { return list }
	for field, plan := range map[string]simulator.NotificationPlan{
		"when.channel_id":      {Match: simulator.When{ChannelID: "none"}},
		"when.member_no":       {Match: simulator.When{MemberNo: "M-none"}},
		"when.bank":            {Match: simulator.When{Bank: "NONE"}},
		"when.amount":          {Match: simulator.When{Amount: -1}},
		"when.amount_to":       {Match: simulator.When{AmountFrom: 9, AmountTo: 3}},
		"when.event_type":      {Match: simulator.When{Amount: 9, EventType: simulator.EventSigningSigned}},
		"when.younger_than_ms": {Match: simulator.When{YoungerMS: 60_000}},
		"order":                {Order: simulator.OrderBeforeAnswer},
		"times":                {Times: -1},
		"sendings":             {Sendings: make([]simulator.PlannedSending, 101)},
		"sendings.0.copies":    {Sendings: sendings(simulator.PlannedSending{Copies: 10001})},
		"sendings.0.after_ms":  {Order: simulator.OrderBeforeAnswer, Sendings: sendings(simulator.PlannedSending{AfterMS: 1})},
		"sendings.0.variant":   {Sendings: sendings(simulator.PlannedSending{Variant: simulator.VariantReplay})},
		"sendings.1.variant":   {Sendings: sendings(simulator.PlannedSending{}, simulator.PlannedSending{Variant: "odd"})},
		"sendings.2.variant": {
			Match:    simulator.When{EventType: simulator.EventSigningSigned},
			Sendings: sendings(simulator.PlannedSending{}, simulator.PlannedSending{}, simulator.PlannedSending{Variant: simulator.VariantContradict}),
		},
	} {
		out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddNotificationPlan{Plan: plan}})
		if out.Problem == nil || out.Problem.Field != field {
			t.Errorf("%s: got %+v", field, out.Problem)
		}
	}
	if len(s.w.NotificationPlans()) != 0 {
		t.Error("a refused plan is in force")
	}
}

func TestAPlanForAChannelThatTellsNobodyIsRefused(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.profile(sample.WithholdingRaw, func(p *simulator.Profile) { p.Notification.ScheduleSeconds = nil })
	for field, match := range map[string]simulator.When{
		"when.channel_id": {ChannelID: sample.WithholdingRaw},
		"when.member_no":  {MemberNo: memberOf(sample.WithholdingRaw)},
	} {
		plan := simulator.NotificationPlan{Match: match, Sendings: []simulator.PlannedSending{{}}}
		out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddNotificationPlan{Plan: plan}})
		if out.Problem == nil || out.Problem.Field != field {
			t.Errorf("%s: %+v", field, out.Problem)
		}
	}
	s.control(simulator.AddNotificationPlan{Plan: simulator.NotificationPlan{Sendings: []simulator.PlannedSending{{}}}}) // others tell
}

func TestAReplayAfterAKeyRotationIsRefused(t *testing.T) {
	t.Parallel()
	s, _ := planned(t, simulator.NotificationPlan{Sendings: []simulator.PlannedSending{{AfterMS: 1000}}})
	first := s.next()
	s.reportSigned(first, true)
	replay := simulator.Redeliver{EventID: first.Event.EventID, Variant: simulator.VariantReplay}
	again := s.once(replay)
	if again.Variant != simulator.VariantReplay {
		t.Fatalf("%+v", again)
	}
	s.reportSigned(again, true)
	no := memberOf(sample.AgreementBank)
	m, _ := s.w.Member(no)
	keys := keysOf(no, 2, 2)
	keys.Alg = m.Keys.Alg
	s.control(simulator.RotateKeys{MemberNo: no, Keys: keys})
	if out := s.w.Step(simulator.Input{Now: s.now, Command: replay}); out.Problem == nil || out.Problem.Field != "variant" {
		t.Fatalf("%+v", out.Problem)
	}
	fresh := s.once(simulator.Redeliver{EventID: first.Event.EventID}) // a true one, with the new key
	s.reportSigned(fresh, true)
	if got := s.once(replay); got.Variant != simulator.VariantReplay || got.Of != fresh.Attempt {
		t.Errorf("%+v", got)
	}
}

// once has a notification sent again by hand and gives the sending.
func (s *stage) once(c simulator.Redeliver) *simulator.Delivery {
	s.t.Helper()
	if now := sent(s.control(c)); len(now) == 1 {
		return now[0]
	}
	return s.next()
}
