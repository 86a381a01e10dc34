package engine_test

import (
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// The payer's slip costs one payment, not what the bank has confirmed before.
func TestWrongElementsGiveWayToTheConfirmedOnes(t *testing.T) {
	t.Parallel()
	for name, profile := range map[string]orchestrator.ChannelProfile{
		"texted signing": agreementBank("b"), "element check": raw("b"), "platform's code": withholdingPlatform("b"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, agreementBank("a"), profile)
			r.bank.registered = mobileOne
			r.payWith("order-0", "012345") // signed at a: the elements are confirmed
			r.settle()
			r.switchTo("a", orchestrator.ChannelDisabled)
			r.rebind(mobileTwo) // a slip
			v := r.pay("order-1")
			r.wantStatus(v, orchestrator.PaymentFailed)
			if v.Failure.Code != orchestrator.ReasonElementsMismatch || !v.Failure.Retryable {
				t.Fatalf("failure is %+v", v.Failure)
			}
			card, err := r.engine.GetCard(t.Context(), merchantID, r.card)
			r.must(err)
			if card.MaskedMobile != "138****0001" || !card.ElementsKept {
				t.Fatalf("card is %+v", card)
			}
			r.pass(2 * time.Minute)
			v, err = r.engine.RetryPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.RetryCommand{PayerPresent: true})
			r.must(err)
			if v.Status == orchestrator.PaymentFailed {
				t.Fatalf("the payment fails again: %+v", v.Failure)
			}
		})
	}
}

func TestNewElementsThatTheBankConfirmsStay(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.wantStatus(r.pay("order-0"), orchestrator.PaymentSucceeded)
	r.rebind(mobileTwo)
	r.wantStatus(r.pay("order-1"), orchestrator.PaymentSucceeded)
	r.rebind(mobileOne) // and now these are wrong
	r.bank.registered = mobileTwo
	r.wantStatus(r.pay("order-2"), orchestrator.PaymentFailed)
	r.wantStatus(r.pay("order-3"), orchestrator.PaymentSucceeded)
	card, err := r.engine.GetCard(t.Context(), merchantID, r.card)
	r.must(err)
	if card.MaskedMobile != "139****0002" {
		t.Fatalf("card is %+v", card)
	}
}

func TestWrongElementsThatNothingWasConfirmedBeforeStayWrong(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.registered = mobileTwo
	v := r.pay("order-0")
	r.wantStatus(v, orchestrator.PaymentFailed)
	if v.Failure.Retryable {
		t.Fatalf("failure is %+v", v.Failure)
	}
}

func TestASyncOfACardWithALiveAgreementIsHeldAgainstTheBank(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.bank.registered = mobileOne
	r.payWith("order-0", "012345")
	for number, want := range map[string]orchestrator.SyncResult{mobileOne: orchestrator.SyncBound, mobileTwo: orchestrator.SyncMismatch} {
		if got := r.sync(number); got != want {
			t.Errorf("sync with %s ends as %s, want %s", number, got, want)
		}
	}
	r.settle()
	r.wantStatus(r.pay("order-1"), orchestrator.PaymentSucceeded) // silent, as before
}
