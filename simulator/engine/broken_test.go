package engine_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// crash is a catalogue that fails in the middle of a step.
type crash struct{ simulator.FaultCatalogue }

// Complete fails.
func (crash) Complete(simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
	panic("6222020000000001016")
}

func TestAStepThatFailsBreaksItsWorldAndNoOther(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	e := engine.New(engine.Options{Faults: crash{fault.All()}, Drain: soon, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	t.Cleanup(e.Close)
	for _, id := range []string{"wld_bad", "wld_good"} {
		if _, err := e.CreateWorld(t.Context(), engine.NewWorld{ID: id, Seed: 7, Virtual: true, Start: sample.Start, Template: sample.Template()}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	held := make(chan bool, 1)
	go func() {
		reached, _ := e.Park(ctx, "wld_bad", nil)
		held <- reached
	}()
	for {
		if c, err := e.Clock("wld_bad"); err != nil || c.Parked == 1 || ctx.Err() != nil {
			break
		}
	}
	if _, err := e.Do(ctx, "wld_bad", simulator.Input{Command: simulator.AddFault{Rule: simulator.FaultRule{Fault: "hang"}}}); !errors.Is(err, engine.ErrWorldBroken) {
		t.Fatalf("%v", err)
	}
	if reached := <-held; reached || ctx.Err() != nil {
		t.Errorf("what the world held is not let go: %v %v", reached, ctx.Err())
	}
	if _, err := e.SetClock(ctx, "wld_bad", sample.Start.Add(time.Hour)); !errors.Is(err, engine.ErrWorldBroken) {
		t.Errorf("%v", err)
	}
	if n := len(e.Worlds()); n != 2 {
		t.Errorf("%d worlds", n)
	}
	if _, err := e.SetClock(ctx, "wld_good", sample.Start.Add(time.Hour)); err != nil {
		t.Errorf("the other world: %v", err)
	}
	if err := e.DeleteWorld(ctx, "wld_bad"); err != nil {
		t.Error(err)
	}
	if told := log.String(); !strings.Contains(told, "a step broke its world") || !strings.Contains(told, "broken_test.go") && !strings.Contains(told, "Complete") || strings.Contains(told, "6222020000000001016") {
		t.Errorf("the log tells: %s", told)
	}
}

func TestAListOfWorldsHoldsUpNobodyWhileAWorldIsBusy(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	inside, leave := make(chan struct{}), make(chan struct{})
	go func() {
		_ = s.e.Read(s.world, func(*simulator.World) { close(inside); <-leave })
	}()
	<-inside
	listed := make(chan int, 1)
	go func() { listed <- len(s.e.Worlds()) }()
	made := make(chan error, 1)
	go func() {
		_, err := s.e.CreateWorld(context.Background(), engine.NewWorld{ID: "wld_second", Seed: 1, Virtual: true, Start: sample.Start, Template: sample.Template()})
		made <- err
	}()
	patience := time.NewTimer(soon)
	defer patience.Stop()
	select {
	case err := <-made:
		if err != nil {
			t.Error(err)
		}
	case <-patience.C:
		t.Error("no world can be made while another is busy")
	}
	close(leave)
	<-listed
}
