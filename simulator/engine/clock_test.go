package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"countersign/internal/clock"
	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/internal/sample"
)

func TestAVirtualClockFiresWhatIsDueInOrder(t *testing.T) {
	t.Parallel()
	notifier := &recorder{answer: func(engine.Copy) engine.Receipt { return engine.Receipt{Status: 500} }}
	s := setStage(t, engine.Options{Notifier: notifier})
	s.must(s.charge())
	v, err := s.e.Clock(s.world)
	if err != nil || !v.Virtual || v.NextDue == nil || !v.NextDue.Equal(sample.Start.Add(time.Second)) {
		t.Fatalf("clock: %+v %v", v, err)
	}
	moved, err := s.e.NextClock(t.Context(), s.world)
	if err != nil || len(moved.Fired) != 1 || !moved.Now.Equal(sample.Start.Add(time.Second)) || moved.Busy != 0 {
		t.Fatalf("next: %+v %v", moved, err)
	}
	if got := notifier.all(); len(got) != 1 || !got[0].Now.Equal(moved.Now) || got[0].Member.MemberNo != s.member.MemberNo {
		t.Fatalf("sent: %+v", got)
	}
	moved, err = s.e.SetClock(t.Context(), s.world, sample.Start.Add(time.Hour))
	if err != nil || len(moved.Fired) != 2 || !moved.Fired[1].At.Equal(sample.Start.Add(36*time.Second)) || moved.NextDue != nil {
		t.Fatalf("set: %+v %v", moved, err)
	}
	if got := notifier.all(); len(got) != 3 || got[2].Attempt != 3 {
		t.Errorf("sent: %+v", got)
	}
	if moved, err = s.e.NextClock(t.Context(), s.world); err != nil || len(moved.Fired) != 0 || !moved.Now.Equal(sample.Start.Add(time.Hour)) {
		t.Errorf("nothing due: %+v %v", moved, err)
	}
}

func TestAClockCannotGoBackOrBeSetOnRealTime(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	if _, err := s.e.SetClock(t.Context(), s.world, sample.Start.Add(-time.Second)); !errors.Is(err, clock.ErrBackwards) {
		t.Errorf("backwards: %v", err)
	}
	info, err := s.e.CreateWorld(t.Context(), engine.NewWorld{Template: sample.Template()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.e.SetClock(t.Context(), info.ID, sample.Start); !errors.Is(err, engine.ErrRealClock) {
		t.Errorf("set: %v", err)
	}
	if _, err := s.e.NextClock(t.Context(), info.ID); !errors.Is(err, engine.ErrRealClock) {
		t.Errorf("next: %v", err)
	}
}

func TestARealClockFiresByItself(t *testing.T) {
	t.Parallel()
	notifier := &recorder{}
	u := sample.Universe()
	u.Channels[4].Notification.ScheduleSeconds = []int{0}
	template, err := simulator.Compile(u)
	if err != nil {
		t.Fatal(err)
	}
	e := engine.New(engine.Options{Notifier: notifier})
	defer e.Close()
	info, err := e.CreateWorld(t.Context(), engine.NewWorld{Template: template})
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, e: e, world: info.ID}
	s.member = s.addMember(sample.WithholdingRaw)
	one := 1
	s.must(simulator.ChangeBank{Bank: "ICBC", SettleAfterSeconds: &one})
	c := s.charge()
	if out := s.must(c); out.Charge.Status != simulator.ChargeProcessing {
		t.Fatalf("got %+v", out.Charge)
	}
	s.until("settled and notified", func(v engine.ClockView) bool { return v.NextDue == nil && v.Busy == 0 })
	if s.debits(c.OrderNo) != 1 || len(notifier.all()) != 1 {
		t.Errorf("debits %d, sent %d", s.debits(c.OrderNo), len(notifier.all()))
	}
}

func TestASlowAnswerIsParkedOnTheWorldsClock(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	s.must(simulator.AddFault{Rule: simulator.FaultRule{Fault: "slow", Operation: simulator.OpCharge, DelayMS: 15000}})
	c := s.charge()
	done := make(chan simulator.Outcome, 1)
	go func() {
		out, _ := s.do(context.Background(), c)
		done <- out
	}()
	before := s.until("parked", func(v engine.ClockView) bool { return v.Parked == 1 && v.Busy == 0 })
	if before.NextDue == nil || !before.NextDue.Equal(sample.Start.Add(time.Second)) { // its notification comes first
		t.Errorf("next due %v", before.NextDue)
	}
	if _, err := s.e.SetClock(t.Context(), s.world, sample.Start.Add(14*time.Second)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-done:
		t.Fatal("answered early")
	default:
	}
	if _, err := s.e.SetClock(t.Context(), s.world, sample.Start.Add(15*time.Second)); err != nil {
		t.Fatal(err)
	}
	out := <-done
	if out.Reply.Withheld || out.Charge == nil || out.Charge.Status != simulator.ChargeSucceeded {
		t.Errorf("got %+v", out)
	}
	after := s.until("settled", func(v engine.ClockView) bool { return v.Parked == 0 && v.Busy == 0 })
	if after.Activity <= before.Activity {
		t.Error("activity did not rise")
	}
}
