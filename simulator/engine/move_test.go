package engine_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/internal/sample"
)

func TestAMoveSaysWhatHappenedAndWhetherItSettled(t *testing.T) {
	t.Parallel()
	notifier := &recorder{answer: func(engine.Copy) engine.Receipt { return engine.Receipt{Status: 200, Acknowledged: true} }}
	s := setStage(t, engine.Options{Notifier: notifier})
	c := s.charge()
	s.must(c)
	moved, err := s.e.MoveClock(t.Context(), s.world, engine.Move{By: time.Minute})
	if err != nil || !moved.Settled || !moved.Now.Equal(sample.Start.Add(time.Minute)) || len(moved.Fired) != 1 {
		t.Fatalf("%+v %v", moved, err)
	}
	got := moved.Fired[0]
	if got.Kind != simulator.DueNotification || got.Number != c.OrderNo || !got.At.Equal(sample.Start.Add(time.Second)) || got.What == "" {
		t.Errorf("happened: %+v", got)
	}
}

func TestAPeerThatNeverAnswersIsWaitedForOnce(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	notifier := &recorder{answer: func(engine.Copy) engine.Receipt { <-hold; return engine.Receipt{} }}
	s := setStage(t, engine.Options{Notifier: notifier})
	defer close(hold)
	s.must(s.charge())
	drain := time.Millisecond
	moved, err := s.e.MoveClock(t.Context(), s.world, engine.Move{By: time.Hour, Drain: &drain})
	if err != nil || moved.Settled || moved.Busy == 0 || !moved.Now.Equal(sample.Start.Add(time.Hour)) {
		t.Errorf("%+v %v", moved, err)
	}
}

func TestAnEndlessTradeDoesNotHoldTheClock(t *testing.T) {
	t.Parallel()
	u := sample.Universe()
	for i := range u.Channels {
		u.Channels[i].Notification.ScheduleSeconds = []int{0}
	}
	template, err := simulator.Compile(u)
	if err != nil {
		t.Fatal(err)
	}
	notifier := &recorder{}
	e := engine.New(engine.Options{Notifier: notifier})
	t.Cleanup(e.Close)
	info, err := e.CreateWorld(t.Context(), engine.NewWorld{Virtual: true, Start: sample.Start, Template: template})
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, e: e, world: info.ID}
	s.member = s.addMember(sample.WithholdingRaw)
	first := s.charge()
	var enough atomic.Bool
	var orders atomic.Int64
	notifier.answer = func(engine.Copy) engine.Receipt { // a client that answers each notification with another order
		if !enough.Load() {
			next := first
			next.OrderNo = fmt.Sprint("again_", orders.Add(1))
			_, _ = s.do(context.Background(), next)
		}
		return engine.Receipt{Status: 200, Acknowledged: true}
	}
	s.must(first)
	drain := 5 * time.Millisecond
	moved, err := e.MoveClock(t.Context(), info.ID, engine.Move{By: time.Minute, Drain: &drain})
	enough.Store(true)
	if err != nil || moved.Settled || !moved.Now.Equal(sample.Start.Add(time.Minute)) {
		t.Errorf("settled %v at %s after %d orders, %v", moved.Settled, moved.Now, orders.Load(), err)
	}
}

func TestWhatIsDueIsListedWithWhatIsHeld(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	s.must(simulator.AddFault{Rule: simulator.FaultRule{Fault: "slow", Operation: simulator.OpCharge, DelayMS: 500}})
	c := s.charge()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = s.do(context.Background(), c)
	}()
	s.until("parked", func(v engine.ClockView) bool { return v.Parked == 1 })
	list, err := s.e.Due(s.world, 10)
	if err != nil || len(list) < 2 {
		t.Fatalf("%+v %v", list, err)
	}
	if list[0].Kind != simulator.DueHeldCall || list[0].Number != c.OrderNo || list[1].Kind != simulator.DueNotification {
		t.Errorf("%+v", list)
	}
	for i := range list[1:] {
		if list[i+1].At.Before(list[i].At) {
			t.Errorf("out of order: %+v", list)
		}
	}
	if first, err := s.e.Due(s.world, 1); err != nil || len(first) != 1 {
		t.Errorf("limit: %+v %v", first, err)
	}
	moved, err := s.e.MoveClock(t.Context(), s.world, engine.Move{By: time.Second})
	if err != nil || len(moved.Fired) == 0 || moved.Fired[0].Kind != simulator.DueHeldCall || moved.Fired[0].Number != c.OrderNo {
		t.Errorf("%+v %v", moved, err)
	}
	<-done
	if _, err := s.e.Due("other", 1); err == nil {
		t.Error("unknown world")
	}
}
