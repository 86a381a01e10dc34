package engine_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

func contextWithCancel(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(t.Context())
}

func TestSameKeyInParallelMakesOnePayment(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	key := engine.Key{Value: "k-1", Fingerprint: "body"}
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]int{}
	for range 16 {
		wg.Go(func() {
			v, err := r.engine.ApplyPayment(t.Context(), merchantID, key, r.command("order-1"))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				seen[string(orchestrator.CodeOf(err))]++
				return
			}
			seen[v.ID]++
		})
	}
	wg.Wait()
	delete(seen, string(orchestrator.CodeKeyInProgress))
	if len(seen) != 1 {
		t.Fatalf("answers: %v", seen)
	}
	r.wantDebits(1)
}

func TestSameKeyWithAnotherBodyIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.pay("order-1")
	_, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{Value: "order-1", Fingerprint: "other"}, r.command("order-2"))
	r.wantCode(err, orchestrator.CodeKeyReused)
	r.wantDebits(1)
}

func TestOrderNumberOutlivesTheKey(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	v := r.pay("order-1")
	again, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{Value: "new"}, r.command("order-1"))
	r.must(err)
	if again.ID != v.ID || !again.Existing {
		t.Fatalf("second payment %+v", again)
	}
	other := r.command("order-1")
	other.Amount++
	_, err = r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{Value: "newer"}, other)
	r.wantCode(err, orchestrator.CodeOrderExists)
	r.wantDebits(1)
}

func TestRepeatedConfirmAnswersAsBefore(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	v := r.pay("order-1")
	confirm := func(key, code string) (engine.PaymentView, error) {
		return r.engine.ConfirmPayment(t.Context(), merchantID, engine.Key{Value: key, Fingerprint: code}, v.ID,
			engine.ConfirmCommand{Code: orchestrator.NewSecret(code)})
	}
	for range 2 {
		_, err := confirm("c-1", "111111")
		r.wantCode(err, orchestrator.CodeWrongCode)
	}
	if got := r.get(v.ID).CodeRequired.TriesLeft; got != 4 {
		t.Fatalf("the repeat cost a try: %d left", got)
	}
	for range 2 {
		got, err := confirm("c-2", "012345")
		r.must(err)
		r.wantStatus(got, orchestrator.PaymentSucceeded)
	}
	r.wantDebits(1)
}

func TestOtherMerchantsSeeNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	v := r.pay("order-1")
	_, err := r.engine.PutMerchant(t.Context(), engine.MerchantCommand{ID: "mer-2", Name: "other", Token: orchestrator.NewSecret("another-token")})
	r.must(err)
	_, err = r.engine.GetPayment(t.Context(), "mer-2", v.ID)
	r.wantCode(err, orchestrator.CodeNotFound)
	_, err = r.engine.GetCard(t.Context(), "mer-2", r.card)
	r.wantCode(err, orchestrator.CodeNotFound)
	_, err = r.engine.ConfirmPayment(t.Context(), "mer-2", engine.Key{}, v.ID, engine.ConfirmCommand{})
	r.wantCode(err, orchestrator.CodeNotFound)
	id, err := r.engine.MerchantByToken(t.Context(), orchestrator.NewSecret("another-token"))
	r.must(err)
	if id != "mer-2" {
		t.Fatalf("token belongs to %s", id)
	}
	_, err = r.engine.MerchantByToken(t.Context(), orchestrator.NewSecret("guess"))
	r.wantCode(err, orchestrator.CodeNotFound)
}

func TestStoreDownBeforeTheIntentSendsNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.store.fail = func(int) error { return errStoreDown }
	_, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-1"))
	r.wantCode(err, orchestrator.CodeUnavailable)
	if len(r.bank.calls) != 0 {
		t.Fatalf("calls were made: %v", r.bank.calls)
	}
}

func TestStoreDownAfterTheReplyIsHealedByTheLease(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.pay("order-0")
	r.settle()
	commits := 0
	r.store.fail = func(int) error {
		if commits++; commits == 2 {
			return errStoreDown // the result of the charge
		}
		return nil
	}
	v := r.pay("order-1")
	r.wantStatus(v, orchestrator.PaymentProcessing)
	r.pass(30 * time.Second)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	r.wantDebits(2)
	if r.bank.called(orchestrator.OpCharge) != 2 {
		t.Fatal("the charge was sent again")
	}
}
