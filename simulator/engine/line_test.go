package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/internal/sample"
)

func TestALineIsBusyUntilItPausesAndGoneWhenItEnds(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	line, err := s.e.Line(s.world, "")
	if err != nil {
		t.Fatal(err)
	}
	s.until("busy", func(v engine.ClockView) bool { return v.Busy == 1 && v.Parked == 0 })
	reached := make(chan bool, 1)
	go func() {
		reached <- line.Pause(context.Background(), time.Second)
		line.End()
		line.End()
	}()
	s.until("parked", func(v engine.ClockView) bool { return v.Busy == 0 && v.Parked == 1 })
	if moved, err := s.e.NextClock(t.Context(), s.world); err != nil || !moved.Now.Equal(sample.Start.Add(time.Second)) {
		t.Errorf("%+v %v", moved, err)
	}
	if !<-reached {
		t.Error("its instant has not come")
	}
	s.until("nothing", func(v engine.ClockView) bool { return v.Busy == 0 && v.Parked == 0 })
}

func TestALineGoesOnAtOnceWithoutItsRule(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	id := s.must(simulator.AddFault{Rule: simulator.FaultRule{Fault: "drip", DelayMS: 1000}}).FaultID
	line, err := s.e.Line(s.world, id)
	if err != nil {
		t.Fatal(err)
	}
	defer line.End()
	reached := make(chan bool, 1)
	go func() {
		line.Stay(context.Background())
		reached <- line.Pause(context.Background(), time.Hour)
	}()
	s.until("parked", func(v engine.ClockView) bool { return v.Parked == 1 })
	s.must(simulator.RemoveFault{ID: id})
	if !<-reached {
		t.Error("a pause without its rule is over at once")
	}
}

func TestLinesAreBoundedAndEndWithTheEngine(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	const most = 64
	lines := make([]*engine.Line, most)
	for i := range lines {
		var err error
		if lines[i], err = s.e.Line(s.world, ""); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
	}
	if _, err := s.e.Line(s.world, ""); !errors.Is(err, engine.ErrTooManyLines) {
		t.Errorf("one more: %v", err)
	}
	for _, line := range lines {
		go func() {
			defer line.End()
			<-line.Gone()
		}()
	}
	s.e.Close() // waits for them
	if _, err := s.e.Line(s.world, ""); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
	if _, err := s.e.Line("nowhere", ""); !errors.Is(err, engine.ErrWorldNotFound) {
		t.Errorf("no world: %v", err)
	}
}
