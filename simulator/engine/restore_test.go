package engine_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

func TestARestoreIsInTheLogOfADurableWorld(t *testing.T) {
	t.Parallel()
	p := &tape{}
	s := durable(t, p, &recorder{})
	s.must(s.charge())
	if _, err := s.e.TakeSnapshot(s.world, "one"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.e.SetClock(t.Context(), s.world, sample.Start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.e.Restore(t.Context(), s.world, "one"); err != nil {
		t.Fatal(err)
	}
	if err := s.e.SetTTL(s.world, time.Hour); err == nil {
		t.Fatal("a durable world was given a time to live")
	}
	replayed := simulator.NewWorld("wld_up", 7, sample.Start, sample.Template(), fault.All())
	for _, in := range p.inputs {
		if c, is := in.Command.(simulator.LoadState); is {
			text, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			var back simulator.LoadState
			if err := json.Unmarshal(text, &back); err != nil {
				t.Fatal(err)
			}
			in.Command = back
		}
		replayed.Step(in)
	}
	again, err := engine.Canonical(replayed)
	if err != nil || !bytes.Equal(again, canonical(t, s.e, s.world)) {
		t.Fatal("the log tells another story", err)
	}
}
