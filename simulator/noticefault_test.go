package simulator_test

import (
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

func TestALieOfAFaultIsAnotherEventAndTheTrueOneFollows(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		fault string
		want  simulator.ChargeStatus
	}{{"notification_stale", simulator.ChargeProcessing}, {"notification_contradict", simulator.ChargeDeclined}} {
		s, _ := notified(t, simulator.FaultRule{Fault: row.fault, Times: 1})
		lie := sent(s.pass(time.Second))
		if len(lie) != 1 || lie[0].Lie == nil || lie[0].Lie.EventID == lie[0].Event.EventID || lie[0].Lie.Charge.Status != row.want {
			t.Fatalf("%s: %+v", row.fault, lie)
		}
		s.report(lie[0], true)
		truth := sent(s.pass(time.Second))
		if len(truth) != 1 || truth[0].Lie != nil || truth[0].Event.Charge.Status != simulator.ChargeSucceeded {
			t.Errorf("%s: then %+v", row.fault, truth)
		}
	}
}

func TestAFaultSaysAnotherAmountOrAnotherMember(t *testing.T) {
	t.Parallel()
	amount, _ := notified(t, simulator.FaultRule{Fault: "notification_wrong_amount", Amount: 1, Times: 1})
	if d := sent(amount.pass(time.Second)); len(d) != 1 || d[0].Said().Charge.Amount != 1 || d[0].Event.Charge.Amount != 100 {
		t.Errorf("amount: %+v", d)
	}
	member, _ := notified(t, simulator.FaultRule{Fault: "notification_foreign_member", Times: 1})
	if d := sent(member.pass(time.Second)); len(d) != 1 || d[0].Said().MemberNo == d[0].Event.MemberNo {
		t.Errorf("member: %+v", d)
	}
}

func TestALostAcknowledgementLetsTheScheduleGoOn(t *testing.T) {
	t.Parallel()
	s, _ := notified(t, simulator.FaultRule{Fault: "notification_ignore_ack", Times: 1})
	s.report(sent(s.pass(time.Second))[0], true)
	if d := sent(s.pass(5 * time.Second)); len(d) != 1 || d[0].Attempt != 2 {
		t.Errorf("second: %+v", d)
	}
}

func TestAReorderedNotificationFollowsTheNextOneOrItsDelay(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{Fault: "notification_reorder", Times: 1, DelayMS: 60_000}
	alone, _ := notified(t, rule)
	if d := sent(alone.pass(time.Second)); len(d) != 0 {
		t.Fatalf("not held: %+v", d)
	}
	if d := sent(alone.pass(time.Minute)); len(d) != 1 {
		t.Errorf("after its delay: %+v", d)
	}
	s, first := notified(t, rule)
	s.pass(time.Second)
	held := s.w.Pending()[0].Event.EventID
	c := s.newCharge(first.AgreementNo, "payer-1", 1)
	c.NotifyURL = first.NotifyURL
	wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeSucceeded, "")
	next := sent(s.pass(time.Second))
	if len(next) != 1 || next[0].Event.EventID == held {
		t.Fatalf("next: %+v", next)
	}
	if d := sent(s.report(next[0], true)); len(d) != 1 || d[0].Event.EventID != held {
		t.Errorf("then: %+v", d)
	}
}

func TestStrangersAreRefusedInAWorldOfOneMember(t *testing.T) {
	t.Parallel()
	s, c := notified(t)
	_ = c
	event := s.w.Pending()[0].Event.EventID
	for _, name := range []string{"notification_foreign_key", "notification_foreign_member"} {
		alone := len(s.w.Members()) == 1
		out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddFault{Rule: simulator.FaultRule{Fault: name}}})
		if refused := out.Problem != nil && out.Problem.Field == "fault"; refused != alone {
			t.Errorf("%s with %d members: %+v", name, len(s.w.Members()), out.Problem)
		}
	}
	out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.Redeliver{EventID: event, Variant: simulator.VariantReplay}})
	if out.Problem == nil || out.Problem.Field != "variant" {
		t.Errorf("replay of nothing: %+v", out.Problem)
	}
}

func TestARedeliveryWhileASendingIsUnderWayFollowsIt(t *testing.T) {
	t.Parallel()
	s, _ := notified(t)
	first := sent(s.pass(time.Second))[0]
	s.control(simulator.Redeliver{EventID: first.Event.EventID, Variant: simulator.VariantUnsigned, Copies: 2})
	d := sent(s.report(first, true))
	if len(d) != 1 || d[0].Variant != simulator.VariantUnsigned || d[0].Copies != 2 {
		t.Fatalf("redelivered: %+v", d)
	}
	s.report(d[0], false)
	if len(s.w.Pending()) != 0 {
		t.Error("an acknowledged notification goes on")
	}
}
