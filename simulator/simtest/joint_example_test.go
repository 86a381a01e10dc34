package simtest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"countersign/contract/control"
	"countersign/simulator/simtest"
)

// service is a program under test: an order whose answer is missing is asked for a
// minute later, by its own clock.
type service struct {
	now  time.Time
	ask  *time.Time // when it asks
	work func(now time.Time) string
	done int64
}

// Reading implements simtest.Tested.
func (s *service) Reading(context.Context) (simtest.Reading, error) {
	return simtest.Reading{Now: s.now, Next: s.ask, Activity: s.done}, nil
}

// Set implements simtest.Tested.
func (s *service) Set(_ context.Context, to time.Time) ([]string, error) {
	s.now = to
	if s.ask == nil || s.ask.After(to) {
		return nil, nil
	}
	s.ask, s.done = nil, s.done+1
	return []string{s.work(to)}, nil
}

// A program with a test clock of its own moves together with the world: its query goes
// out at the very minute it is due, between two notifications of the channel.
func ExampleClock_Joint() {
	example(func(t testing.TB) {
		w := simtest.New(t, simtest.VirtualClock(start))
		m := w.Member("bridge-pay")
		agreement, _ := m.Sign(w.CardOf("ICBC"))
		mail := m.Receive()
		mail.Silence(true)

		w.Faults.Add(simtest.LostReply(control.OperationCharge).Times(1))
		_, err := m.Charge(simtest.Order{Number: "ord_1000001", Fen: 66_00, AgreementNo: agreement})
		fmt.Println("answered:", err == nil)

		later := start.Add(time.Minute)
		mine := &service{now: start, ask: &later, work: func(now time.Time) string {
			charge, err := m.Query("ord_1000001", start)
			if err != nil {
				return err.Error()
			}
			return now.Format("15:04:05") + " asked: " + string(charge.Status)
		}}
		passed := w.Clock.Joint(mine).Advance(10 * time.Minute)
		for _, what := range passed.Begun {
			fmt.Println(what)
		}
		fmt.Println("both at", mine.now.Format("15:04:05"), passed.Now.Format("15:04:05"), len(mail.Got()) > 1)
	})
	// Output:
	// answered: false
	// 11:31:00 asked: succeeded
	// both at 11:40:00 11:40:00 true
}
