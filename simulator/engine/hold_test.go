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

func TestASlowRequestIsCarriedOutAtTheEndOfItsHold(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	s.must(simulator.AddFault{Rule: simulator.FaultRule{
		Fault: "slow", Operation: simulator.OpCharge, Point: simulator.PointBeforeReceive, DelayMS: 15000,
	}})
	c := s.charge()
	done := make(chan simulator.Outcome, 1)
	go func() {
		out, _ := s.do(context.Background(), c)
		done <- out
	}()
	s.until("parked", func(v engine.ClockView) bool { return v.Parked == 1 })
	if s.debits(c.OrderNo) != 0 {
		t.Error("debited before it was received")
	}
	if _, err := s.e.NextClock(t.Context(), s.world); err != nil {
		t.Fatal(err)
	}
	select {
	case out := <-done:
		if out.Charge == nil || !out.Charge.AcceptedAt.Equal(sample.Start.Add(15*time.Second)) {
			t.Errorf("got %+v", out)
		}
	case <-time.After(soon):
		t.Fatal("held once more by the same rule")
	}
}

func TestAHungRequestEndsWithItsCallerOrItsWorld(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*stage, context.CancelFunc){
		"the caller gives up":  func(_ *stage, cancel context.CancelFunc) { cancel() },
		"the world is deleted": func(s *stage, _ context.CancelFunc) { _ = s.e.DeleteWorld(s.t.Context(), s.world) },
		"the world is reset":   func(s *stage, _ context.CancelFunc) { _ = s.e.ResetWorld(s.t.Context(), s.world) },
		"the engine is closed": func(s *stage, _ context.CancelFunc) { s.e.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setStage(t, engine.Options{})
			s.must(simulator.AddFault{Rule: simulator.FaultRule{Fault: "hang", Operation: simulator.OpCharge}})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := make(chan simulator.Outcome, 1)
			go func() {
				out, _ := s.do(ctx, s.charge())
				done <- out
			}()
			s.until("parked", func(v engine.ClockView) bool { return v.Parked == 1 })
			end(s, cancel)
			select {
			case out := <-done:
				if !out.Reply.Withheld {
					t.Errorf("reply: %+v", out.Reply)
				}
			case <-time.After(soon):
				t.Fatal("still hanging")
			}
		})
	}
}

func TestRemovingARuleLetsGoOfWhatItHolds(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		rule     simulator.FaultRule
		all      bool
		answered bool
	}{
		"slow, the rule":       {simulator.FaultRule{Fault: "slow", DelayMS: 60000}, false, true},
		"slow, all rules":      {simulator.FaultRule{Fault: "slow", DelayMS: 60000}, true, true},
		"hang":                 {simulator.FaultRule{Fault: "hang"}, false, false},
		"hang, never received": {simulator.FaultRule{Fault: "hang", Point: simulator.PointBeforeReceive}, false, false},
		"slow, not received":   {simulator.FaultRule{Fault: "slow", DelayMS: 60000, Point: simulator.PointReceived}, false, true},
	} {
		s := setStage(t, engine.Options{})
		row.rule.Operation = simulator.OpCharge
		id := s.must(simulator.AddFault{Rule: row.rule}).FaultID
		s.must(simulator.AddFault{Rule: simulator.FaultRule{Fault: "hang", ID: "other", Operation: simulator.OpLimits}})
		done := make(chan simulator.Outcome, 1)
		go func() {
			out, _ := s.do(context.Background(), s.charge())
			done <- out
		}()
		s.until("parked", func(v engine.ClockView) bool { return v.Parked == 1 })
		s.must(simulator.RemoveFault{ID: "other"})
		if v := s.until(name, func(engine.ClockView) bool { return true }); v.Parked != 1 {
			t.Errorf("%s: another rule's removal let it go", name)
		}
		if row.all {
			id = ""
		}
		s.must(simulator.RemoveFault{ID: id})
		select {
		case out := <-done:
			if out.Reply.Withheld == row.answered || row.answered && out.Charge == nil {
				t.Errorf("%s: %+v", name, out)
			}
		case <-time.After(soon):
			t.Fatalf("%s: still held", name)
		}
	}
}

func TestASlowRequestOfADeletedWorldIsNotAnswered(t *testing.T) {
	t.Parallel()
	s := setStage(t, engine.Options{})
	s.must(simulator.AddFault{Rule: simulator.FaultRule{Fault: "slow", Operation: simulator.OpCharge, DelayMS: 9000}})
	done := make(chan simulator.Outcome, 1)
	go func() {
		out, _ := s.do(context.Background(), s.charge())
		done <- out
	}()
	s.until("parked", func(v engine.ClockView) bool { return v.Parked == 1 })
	if err := s.e.DeleteWorld(t.Context(), s.world); err != nil {
		t.Fatal(err)
	}
	if out := <-done; !out.Reply.Withheld {
		t.Errorf("reply: %+v", out.Reply)
	}
	if _, _, err := s.e.FindMember(s.member.MemberNo); !errors.Is(err, engine.ErrWorldNotFound) {
		t.Errorf("member of a deleted world: %v", err)
	}
	if err := s.e.DeleteWorld(t.Context(), s.world); !errors.Is(err, engine.ErrWorldNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
}
