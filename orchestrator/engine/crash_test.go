package engine_test

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// crasher ends an incarnation at its nth passing of the gate: from then on every port call of it ends its
// goroutine, as a killed process makes no more calls.
type crasher struct {
	mu      sync.Mutex
	at      int
	passed  []string
	crashed bool
}

func (c *crasher) gate(point string) {
	c.mu.Lock()
	c.passed = append(c.passed, point)
	if len(c.passed) == c.at {
		c.crashed = true
	}
	dead := c.crashed
	c.mu.Unlock()
	if dead {
		runtime.Goexit()
	}
}

// inProcess runs fn in a goroutine, which may be ended by a crash.
func inProcess(fn func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	<-done
}

// scenario is a flow whose every crash point is tried.
type scenario struct {
	name string
	rig  func(*testing.T) *rig
	act  func(*rig) // as the client does, in the process that crashes
}

func scenarios() []scenario {
	pay := func(r *rig, order string) (engine.PaymentView, error) {
		return r.engine.ApplyPayment(r.t.Context(), merchantID, engine.Key{Value: order}, r.command(order))
	}
	return []scenario{
		{
			name: "silent payment", rig: func(t *testing.T) *rig { return newRig(t, raw("a"), raw("b")) },
			act: func(r *rig) { _, _ = pay(r, "order-1") },
		},
		{
			name: "silent payment whose reply is lost", rig: func(t *testing.T) *rig {
				r := newRig(t, raw("a"), raw("b"))
				r.bank.fault = on(orchestrator.OpCharge, 1, loseReply)
				return r
			},
			act: func(r *rig) { _, _ = pay(r, "order-1") },
		},
		{
			name: "signing inside a payment", rig: func(t *testing.T) *rig { return newRig(t, agreementBank("a")) },
			act: func(r *rig) {
				v, err := pay(r, "order-1")
				if err == nil && v.Status == orchestrator.PaymentCodeRequired {
					_, _ = r.confirm(v.ID, "012345")
				}
			},
		},
		{
			name: "own code and binding inside a payment", rig: func(t *testing.T) *rig { return newRig(t, bindingPlatform("a")) },
			act: func(r *rig) {
				v, err := pay(r, "order-1")
				if err == nil && v.Status == orchestrator.PaymentCodeRequired {
					_, _ = r.confirm(v.ID, r.phone.code(r.t))
				}
			},
		},
	}
}

// finish is what a patient client does after a crash: the same key again, then whatever the answer asks for.
func finish(r *rig) engine.PaymentView {
	r.t.Helper()
	v, err := r.engine.ApplyPayment(r.t.Context(), merchantID, engine.Key{Value: "order-1"}, r.command("order-1"))
	r.must(err)
	for range 12 {
		switch v.Status {
		case orchestrator.PaymentSucceeded:
			return v
		case orchestrator.PaymentFailed:
			v, err = r.engine.RetryPayment(r.t.Context(), merchantID, engine.Key{}, v.ID, engine.RetryCommand{PayerPresent: true})
			r.must(err)
			continue
		case orchestrator.PaymentCodeRequired:
			if v.CodeRequired.Sender == orchestrator.PartyPlatform {
				r.pass(time.Minute)
				if v, err = r.engine.ResendPayment(r.t.Context(), merchantID, engine.Key{}, v.ID); err != nil {
					v = r.get(v.ID)
					continue
				}
				v, err = r.confirm(v.ID, r.phone.code(r.t))
			} else {
				v, err = r.confirm(v.ID, "012345")
			}
			if err != nil {
				r.t.Logf("confirm: %v", err)
				v = r.get(v.ID)
			}
			continue
		}
		r.pass(time.Minute)
		v = r.get(v.ID)
	}
	return v
}

// points runs the scenario once without a crash and answers how often it passes the gate.
func (s scenario) points(t *testing.T) []string {
	t.Helper()
	r := s.rig(t)
	c := &crasher{}
	r.gate = c.gate
	s.act(r)
	r.settle()
	return c.passed
}

func TestCrashAtEachPointEndsTheSameWithOneDebit(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			passed := s.points(t)
			if len(passed) < 10 {
				t.Fatalf("only %d crash points", len(passed))
			}
			for at := 1; at <= len(passed); at++ {
				name := fmt.Sprintf("%d %s", at, passed[at-1])
				crashAndRecover(t, s, name, at, 0)
			}
		})
	}
}

func TestCrashDuringTheRecoveryFromACrash(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			n := len(s.points(t))
			for at := 1; at <= n; at++ {
				for second := 1; second <= 12; second += 2 {
					crashAndRecover(t, s, fmt.Sprintf("%d then %d", at, second), at, second)
				}
			}
		})
	}
}

// crashAndRecover crashes the scenario at one point, and the recovery at another when second > 0, then lets a
// patient client finish.
func crashAndRecover(t *testing.T, s scenario, name string, at, second int) {
	t.Helper()
	r := s.rig(t)
	c := &crasher{at: at}
	r.gate = c.gate
	inProcess(func() { s.act(r) })
	r.settle()
	if second > 0 {
		again := &crasher{at: second}
		r.gate = again.gate
		r.start()
		inProcess(func() { _ = r.engine.Recover(r.t.Context()) })
		r.settle()
	}
	r.gate = func(string) {}
	r.store.data = r.store.snapshot().stored()
	r.start()
	r.must(r.engine.Recover(t.Context()))
	r.settle()
	r.pass(time.Minute)
	v := finish(r)
	if v.Status != orchestrator.PaymentSucceeded {
		t.Errorf("crash at %s: payment is %s %+v; calls %v", name, v.Status, v.Failure, r.bank.calls)
	}
	if got := r.bank.debited(); got != 1 {
		t.Errorf("crash at %s: %d debits", name, got)
	}
	r.invariants()
}

func TestEveryPortCallPassesANamedPoint(t *testing.T) {
	t.Parallel()
	known := engine.Points()
	for _, s := range scenarios() {
		for _, p := range s.points(t) {
			base := p
			for _, suffix := range []string{"/before", "/after"} {
				if len(p) > len(suffix) && p[len(p)-len(suffix):] == suffix {
					base = p[:len(p)-len(suffix)]
				}
			}
			if base == p || !slices.Contains(known, base) {
				t.Errorf("point %q has no name in the list", p)
			}
		}
	}
}
