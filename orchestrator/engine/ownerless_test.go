package engine_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

func TestASupersededSigningCarriesOnToWhatItServed(t *testing.T) {
	t.Parallel()
	for name, profile := range map[string]orchestrator.ChannelProfile{"the channel texts": agreementBank("a"), "the platform texts": bindingPlatform("a")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, profile)
			first := r.pay("order-1")
			r.pass(2 * time.Minute)
			second, err := r.engine.ApplyVerification(t.Context(), merchantID, engine.Key{}, engine.VerificationCommand{PayerID: payerID, CardID: r.card})
			r.must(err)
			r.wantFailure(r.get(first.ID), orchestrator.FailureSuperseded, true)
			r.invariants()
			r.pass(2 * time.Minute)
			third := r.pay("order-3")
			v, err := r.engine.GetVerification(t.Context(), merchantID, second.ID)
			r.must(err)
			if v.Status != orchestrator.VerificationFailed || v.Failure.Code != orchestrator.FailureSuperseded || !v.Failure.Retryable {
				t.Fatalf("verification: %+v %+v", v, v.Failure)
			}
			r.pass(time.Hour)
			r.wantFailure(r.get(third.ID), orchestrator.ReasonCodeExpired, true)
			r.wantFailure(r.get(first.ID), orchestrator.FailureSuperseded, true)
			r.invariants()
		})
	}
}

// walker does what payers, merchants, operators and broken lines do, in an order of chance.
type walker struct {
	*rig

	chance        *rand.Rand
	payments      []string
	verifications []string
	n             int
}

func TestNothingOpenIsEverOwnerless(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, agreementBank("a"), bindingPlatform("b"), codeEvery("c"), withholdingPlatform("d"))
			w := &walker{rig: r, chance: rand.New(rand.NewPCG(seed, 7))}
			r.bank.fault = func(string, orchestrator.Call, int) fault {
				return []fault{noFault, noFault, noFault, noFault, noFault, loseReply, loseRequest, notWritten}[w.chance.IntN(8)]
			}
			for range 40 {
				w.step()
				r.settle()
				r.invariants()
			}
			r.bank.change(func() { r.bank.fault = func(string, orchestrator.Call, int) fault { return noFault } })
			r.pass(72 * time.Hour)
			r.invariants()
			for _, p := range r.store.snapshot().Payments {
				if !p.Final() {
					t.Errorf("payment %s is still %s in phase %s", p.ID, p.Status, p.Phase)
				}
			}
		})
	}
}

// step does one thing; whether it is refused does not matter.
func (w *walker) step() {
	ctx, key := w.t.Context(), engine.Key{}
	w.n++
	switch w.chance.IntN(9) {
	case 0, 1:
		command := w.command(fmt.Sprint("order-", w.n))
		command.PayerPresent = w.chance.IntN(4) > 0
		if v, err := w.engine.ApplyPayment(ctx, merchantID, key, command); err == nil {
			w.payments = append(w.payments, v.ID)
		}
	case 2:
		if v, err := w.engine.ApplyVerification(ctx, merchantID, key, engine.VerificationCommand{PayerID: payerID, CardID: w.card}); err == nil {
			w.verifications = append(w.verifications, v.ID)
		}
	case 3:
		w.switchTo(w.any([]string{"a", "b", "c", "d"}), []orchestrator.ChannelState{orchestrator.ChannelEnabled, orchestrator.ChannelEnabled, orchestrator.ChannelDisabled}[w.chance.IntN(3)])
	case 4:
		w.pass(time.Duration(w.chance.IntN(90)) * time.Second)
	case 5:
		w.pass(time.Duration(w.chance.IntN(40)) * time.Minute)
	default:
		w.act()
	}
}

// act does something to a payment or a verification.
func (w *walker) act() {
	ctx, key := w.t.Context(), engine.Key{}
	code := engine.ConfirmCommand{Code: orchestrator.NewSecret(w.any([]string{"012345", "654321", "000000"}))}
	if len(w.verifications) > 0 && w.chance.IntN(4) == 0 {
		id := w.any(w.verifications)
		if w.chance.IntN(2) == 0 {
			_, _ = w.engine.ResendVerification(ctx, merchantID, key, id)
			return
		}
		_, _ = w.engine.ConfirmVerification(ctx, merchantID, key, id, code)
		return
	}
	if len(w.payments) == 0 {
		return
	}
	id := w.any(w.payments)
	switch w.chance.IntN(6) {
	case 0:
		_, _ = w.engine.ClosePayment(ctx, merchantID, key, id)
	case 1:
		_, _ = w.engine.RetryPayment(ctx, merchantID, key, id, engine.RetryCommand{PayerPresent: true})
	case 2:
		_, _ = w.engine.ResendPayment(ctx, merchantID, key, id)
	case 3:
		_, _ = w.engine.QueryNow(ctx, id)
	default:
		_, _ = w.engine.ConfirmPayment(ctx, merchantID, key, id, code)
	}
}

func (w *walker) any(list []string) string { return list[w.chance.IntN(len(list))] }
