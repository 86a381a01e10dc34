package simtest_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"countersign/contract/control"
	"countersign/simulator/simtest"
)

// charging is a program whose charge is held by the channel until the world's time comes.
type charging struct {
	now    time.Time
	call   func() error
	open   atomic.Int64
	done   atomic.Int64
	called bool
	err    chan error
}

// Reading implements simtest.Tested: the call is due at once.
func (p *charging) Reading(context.Context) (simtest.Reading, error) {
	r := simtest.Reading{Now: p.now, Activity: p.done.Load(), Open: int(p.open.Load())}
	if !p.called {
		r.Next = &p.now
	}
	return r, nil
}

// Set implements simtest.Tested.
func (p *charging) Set(_ context.Context, to time.Time) ([]string, error) {
	if to.Before(p.now) {
		return nil, errors.New("set back")
	}
	if p.now = to; p.called {
		return nil, nil
	}
	p.called = true
	p.open.Add(1)
	go func() {
		p.err <- p.call()
		p.done.Add(1)
		p.open.Add(-1)
	}()
	return []string{"charge"}, nil
}

// TestJointStepWaitsForOpenCalls holds a charge for a minute: time passes for both, and
// the answer comes within the step.
func TestJointStepWaitsForOpenCalls(t *testing.T) {
	t.Parallel()
	w := simtest.New(t, simtest.VirtualClock(start))
	m := w.Member("bridge-pay")
	agreement, err := m.Sign(w.CardOf("ICBC"))
	if err != nil {
		t.Fatal(err)
	}
	w.Faults.Add(simtest.Slow(control.OperationCharge, time.Minute))
	p := &charging{now: start, err: make(chan error, 1), call: func() error {
		_, err := m.Charge(simtest.Order{Fen: 66_00, AgreementNo: agreement})
		return err
	}}
	both := w.Clock.Joint(p)
	passed := both.Advance(2 * time.Minute)
	select {
	case err := <-p.err:
		if err != nil {
			t.Error(err)
		}
	default:
		t.Error("the step has not waited for the answer")
	}
	if len(passed.Begun) != 1 || !passed.Now.Equal(start.Add(2*time.Minute)) || !p.now.Equal(passed.Now) {
		t.Errorf("%+v, program at %s", passed, p.now)
	}
	if both.To(start.Add(time.Hour)); !p.now.Equal(w.Clock.Now()) || !p.now.Equal(start.Add(time.Hour)) {
		t.Errorf("program at %s, world at %s", p.now, w.Clock.Now())
	}
}
