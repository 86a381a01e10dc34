package simulator_test

import (
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// notified is a stage with a paid order whose platform wants to be told.
func notified(t *testing.T, rules ...simulator.FaultRule) (*stage, simulator.ApplyCharge) {
	t.Helper()
	s := setStage(t)
	c := s.newCharge(s.sign(sample.AgreementBank, "payer-1", sample.Person(1)), "payer-1", 100)
	c.NotifyURL = "http://127.0.0.1/notify"
	for _, rule := range rules {
		s.control(simulator.AddFault{Rule: rule})
	}
	wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeSucceeded, "")
	return s, c
}

// sent collects the deliveries a step asks for.
func sent(out simulator.Outcome) []*simulator.Delivery {
	var all []*simulator.Delivery
	for _, effect := range out.Effects {
		if effect.Kind == simulator.EffectDeliver {
			all = append(all, effect.Delivery)
		}
	}
	return all
}

// report tells the world how a delivery ended.
func (s *stage) report(d *simulator.Delivery, acknowledged bool) simulator.Outcome {
	return s.control(simulator.Delivered{
		EventID: d.Event.EventID, Attempt: d.Attempt, Acknowledged: acknowledged, Status: 200,
	})
}

func TestANotificationGoesOutOnItsScheduleUntilAcknowledged(t *testing.T) {
	t.Parallel()
	s, c := notified(t)
	if next, due := s.w.NextDue(); !due || !next.Equal(s.now.Add(time.Second)) {
		t.Fatalf("next due %s %v", next, due)
	}
	first := sent(s.pass(time.Second))
	if len(first) != 1 || first[0].Attempt != 1 || first[0].Copies != 1 || first[0].URL != c.NotifyURL {
		t.Fatalf("first: %+v", first)
	}
	event := first[0].Event
	if event.Type != simulator.EventChargeSucceeded || event.Charge.OrderNo != c.OrderNo || event.Charge.Status != simulator.ChargeSucceeded {
		t.Errorf("event: %+v", event)
	}
	s.report(first[0], false)
	second := sent(s.pass(5 * time.Second))
	if len(second) != 1 || second[0].Attempt != 2 || second[0].Event.EventID != event.EventID {
		t.Fatalf("second: %+v", second)
	}
	s.report(second[0], true)
	if _, due := s.w.NextDue(); due || len(s.w.Pending()) != 0 {
		t.Error("still pending after the acknowledgement")
	}
	log := s.w.Deliveries()
	if len(log) != 2 || log[0].Acknowledged || !log[1].Acknowledged || log[1].Ref != c.OrderNo {
		t.Errorf("log: %+v", log)
	}
}

func TestANotificationNobodyAcknowledgesIsGivenUpAndCanBeSentAgain(t *testing.T) {
	t.Parallel()
	s, _ := notified(t)
	var last *simulator.Delivery
	for _, pause := range []time.Duration{time.Second, 5 * time.Second, 30 * time.Second} {
		d := sent(s.pass(pause))
		if len(d) != 1 {
			t.Fatalf("after %s: %+v", pause, d)
		}
		last = d[0]
		s.report(last, false)
	}
	if d := sent(s.pass(24 * time.Hour)); len(d) != 0 || len(s.w.Pending()) != 0 {
		t.Fatalf("not given up: %+v", d)
	}
	d := sent(s.control(simulator.Redeliver{EventID: last.Event.EventID}))
	if len(d) != 1 || d[0].Attempt != 4 {
		t.Fatalf("redelivered: %+v", d)
	}
	s.report(d[0], true)
	if d := sent(s.control(simulator.Redeliver{EventID: last.Event.EventID})); len(d) != 1 {
		t.Errorf("after acknowledgement: %+v", d)
	}
}

func TestASendingUnderWayIsNotStartedTwice(t *testing.T) {
	t.Parallel()
	s, _ := notified(t)
	first := sent(s.pass(time.Second))[0]
	if d := sent(s.pass(time.Hour)); len(d) != 0 {
		t.Errorf("started again: %+v", d)
	}
	open := s.w.InFlight()
	if len(open) != 1 || open[0].EventID != first.Event.EventID || open[0].Attempt != 1 {
		t.Errorf("in flight: %+v", open)
	}
	wantProblem(t, s.w.Step(simulator.Input{Now: s.now, Command: simulator.Delivered{EventID: first.Event.EventID, Attempt: 9}}), simulator.ProblemNotFound)
}

func TestEachKindOfEventIsNotifiedToTheMember(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	const member = "M-told"
	s.control(simulator.AddMember{Member: simulator.Member{
		MemberNo: member, ChannelID: sample.AgreementBank, NotifyURL: "http://127.0.0.1/member",
	}})
	do := func(c simulator.Command) simulator.Outcome {
		return s.w.Step(simulator.Input{Now: s.now, Command: c, Request: simulator.Request{ChannelID: sample.AgreementBank, MemberNo: member}})
	}
	do(apply("sgn_1"))
	no := do(confirm("sgn_1", s.code(simulator.AboutSigning))).Signing.Agreement.AgreementNo
	good, bad := s.newCharge(no, "payer-1", 100), s.newCharge(no, "payer-1", 500_001)
	do(good)
	do(bad)
	do(refundOf(good, "rfd_1", 1))
	s.control(simulator.CancelAtBank{AgreementNo: no})
	got := map[simulator.EventType]bool{}
	for _, d := range sent(s.pass(time.Second)) {
		got[d.Event.Type] = true
		if d.URL != "http://127.0.0.1/member" {
			t.Errorf("%s to %s", d.Event.Type, d.URL)
		}
	}
	for _, want := range []simulator.EventType{
		simulator.EventSigningSigned, simulator.EventChargeSucceeded, simulator.EventChargeDeclined,
		simulator.EventRefundSucceeded, simulator.EventAgreementEnded,
	} {
		if !got[want] {
			t.Errorf("%s was not notified", want)
		}
	}
}

func TestTerminatingByTheMerchantIsNotNotified(t *testing.T) {
	t.Parallel()
	s, c := notified(t)
	pending := len(s.w.Pending())
	s.do(sample.AgreementBank, simulator.TerminateAgreement{AgreementNo: c.AgreementNo})
	if len(s.w.Pending()) != pending {
		t.Error("the merchant was told of what it did itself")
	}
}

func TestADroppedNotificationIsLostAndTheScheduleGoesOn(t *testing.T) {
	t.Parallel()
	s, _ := notified(t, simulator.FaultRule{Fault: "notification_dropped", Times: 1})
	if d := sent(s.pass(time.Second)); len(d) != 0 {
		t.Fatalf("sent: %+v", d)
	}
	if d := sent(s.pass(5 * time.Second)); len(d) != 1 || d[0].Attempt != 2 {
		t.Errorf("second: %+v", d)
	}
	if log := s.w.Deliveries(); len(log) != 1 || !log[0].Dropped {
		t.Errorf("log: %+v", log)
	}
}

func TestADuplicatedNotificationAsksForCopies(t *testing.T) {
	t.Parallel()
	s, _ := notified(t, simulator.FaultRule{Fault: "notification_duplicated", Copies: 2})
	if d := sent(s.pass(time.Second)); len(d) != 1 || d[0].Copies != 3 {
		t.Errorf("sent: %+v", d)
	}
}

func TestALateNotificationComesLateOnceAndIsWrittenDown(t *testing.T) {
	t.Parallel()
	s, _ := notified(t, simulator.FaultRule{Fault: "notification_late", DelaySeconds: 3600})
	if d := sent(s.pass(time.Second)); len(d) != 0 {
		t.Fatalf("sent: %+v", d)
	}
	if d := sent(s.pass(time.Hour - time.Second)); len(d) != 0 {
		t.Fatalf("sent: %+v", d)
	}
	if d := sent(s.pass(time.Second)); len(d) != 1 || d[0].Attempt != 1 {
		t.Errorf("sent: %+v", d)
	}
	struck := 0
	for _, row := range s.w.Journal(0, 0) {
		if row.Operation == simulator.OpNotification && len(row.Faults) == 1 && row.Faults[0].Fault == "notification_late" {
			struck++
		}
	}
	if struck != 1 {
		t.Errorf("%d journal rows of the fault", struck)
	}
}

func TestANotificationWithoutAPauseGoesOutInTheSameStep(t *testing.T) {
	t.Parallel()
	u := sample.Universe()
	u.Channels[4].Notification.ScheduleSeconds = []int{0}
	template, err := simulator.Compile(u)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, now: sample.Start, w: simulator.NewWorld("wld_test", 7, sample.Start, template, nil)}
	s.control(simulator.AddMember{Member: simulator.Member{
		MemberNo: memberOf(sample.WithholdingRaw), ChannelID: sample.WithholdingRaw, NotifyURL: "http://127.0.0.1/n",
	}})
	if d := sent(s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 1))); len(d) != 1 {
		t.Errorf("sent: %+v", d)
	}
}
