package engine_test

import (
	"context"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
)

// gate is a receiver whose answers the test gives, one by one in the order of asking.
type gate struct {
	asked   chan engine.Copy
	answers []chan engine.Receipt
	next    chan int
}

// newGate makes one for so many notifications.
func newGate(size int) *gate {
	g := &gate{asked: make(chan engine.Copy, size), next: make(chan int, size)}
	for i := range size {
		g.answers = append(g.answers, make(chan engine.Receipt, 1))
		g.next <- i
	}
	return g
}

// Deliver waits for the test.
func (g *gate) Deliver(ctx context.Context, s engine.Copy) engine.Receipt {
	mine := <-g.next
	g.asked <- s
	select {
	case receipt := <-g.answers[mine]:
		return receipt
	case <-ctx.Done():
		return engine.Receipt{}
	}
}

// Body names the event.
func (*gate) Body(e simulator.Event) []byte { return []byte(`{"event_id":"` + e.EventID + `"}`) }

func TestADeliveryFromBeforeAResetOrARestoreIsNotReported(t *testing.T) {
	t.Parallel()
	for name, goBack := range map[string]func(*stage) error{
		"reset":   func(s *stage) error { return s.e.ResetWorld(s.t.Context(), s.world) },
		"restore": func(s *stage) error { return s.e.Restore(s.t.Context(), s.world, "before") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGate(3)
			s := setStage(t, engine.Options{Notifier: g})
			if _, err := s.e.TakeSnapshot(s.world, "before"); err != nil {
				t.Fatal(err)
			}
			first := s.notified(g)
			if err := goBack(s); err != nil {
				t.Fatal(err)
			}
			second := s.notified(g)
			if first.Event.EventID != second.Event.EventID || first.Attempt != second.Attempt {
				t.Fatalf("%s %d is not %s %d", first.Event.EventID, first.Attempt, second.Event.EventID, second.Attempt)
			}
			g.answers[0] <- engine.Receipt{Status: 200, Acknowledged: true}
			s.until("the first is over", func(v engine.ClockView) bool { return v.Busy == 1 })
			if flying, acked := s.notice(); !flying || acked {
				t.Errorf("the report of the first was taken for the second: in flight %v, acknowledged %v", flying, acked)
			}
			g.answers[1] <- engine.Receipt{Status: 200, Acknowledged: true}
			s.until("the second is over", func(v engine.ClockView) bool { return v.Busy == 0 })
			if flying, acked := s.notice(); flying || !acked {
				t.Errorf("the report of the second was not taken: in flight %v, acknowledged %v", flying, acked)
			}
		})
	}
}

// notified charges, lets the notification go out and gives what was sent.
func (s *stage) notified(g *gate) engine.Copy {
	s.t.Helper()
	s.must(s.charge())
	drain := time.Millisecond
	if _, err := s.e.MoveClock(s.t.Context(), s.world, engine.Move{By: time.Minute, Drain: &drain}); err != nil {
		s.t.Fatal(err)
	}
	return <-g.asked
}

// notice tells of the world's only event.
func (s *stage) notice() (inFlight, acknowledged bool) {
	s.t.Helper()
	err := s.e.Read(s.world, func(w *simulator.World) {
		for _, n := range w.Export().Pending {
			inFlight = inFlight || n.InFlight
		}
		for _, d := range w.Deliveries() {
			acknowledged = acknowledged || d.Outcome == simulator.DeliveryAcknowledged
		}
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return inFlight, acknowledged
}
