package engine_test

import (
	"testing"
	"time"

	"countersign/orchestrator"
)

// attemptOf is the one attempt of a payment.
func (r *rig) attemptOf(paymentID string) orchestrator.Attempt {
	r.t.Helper()
	for _, a := range r.store.snapshot().Attempts {
		if a.PaymentID == paymentID {
			return a
		}
	}
	r.t.Fatal("the payment has no attempt")
	return orchestrator.Attempt{}
}

// readable makes a row decodable, or not.
func (r *rig) readable(id string, yes bool) {
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	c := r.store.data.copy()
	delete(c.Unreadable, id)
	if !yes {
		c.Unreadable[id] = true
	}
	r.store.data = c
}

func TestARowThatCannotBeReadHoldsNothingElseBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.fault = func(_ string, c orchestrator.Call, n int) fault {
		if c.Operation == orchestrator.OpCharge {
			return loseReply
		}
		return noFault
	}
	poisoned, healthy := r.pay("order-1"), r.pay("order-2")
	bad := r.attemptOf(poisoned.ID)
	r.readable(bad.ID, false)
	for range 12 {
		was := r.store.snapshot().Merchants[merchantID].TestNow
		view, err := r.engine.NextClock(t.Context(), merchantID)
		r.must(err)
		r.settle()
		if !view.Now.After(was) {
			t.Fatalf("the clock stands still at %v, next due %v", view.Now, view.NextDue)
		}
	}
	if r.store.snapshot().Payments[healthy.ID].Status != orchestrator.PaymentSucceeded {
		t.Error("the healthy payment did not get on")
	}
	tables := r.store.snapshot()
	if n := tables.Failures["attempt"+bad.ID]; n < 6 || n > 12 {
		t.Errorf("%d failures are counted", n)
	}
	if due := tables.Attempts[bad.ID].DueAt; !due.After(tables.Merchants[merchantID].TestNow) {
		t.Errorf("the row is due at %v", due)
	}
	r.readable(bad.ID, true)
	r.pass(2 * time.Hour)
	r.wantStatus(r.get(poisoned.ID), orchestrator.PaymentSucceeded)
	if n := r.store.snapshot().Failures["attempt"+bad.ID]; n != 0 {
		t.Errorf("%d failures are still counted", n)
	}
	r.wantDebits(2)
	r.invariants()
}
