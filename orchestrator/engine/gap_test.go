package engine_test

import (
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// doubtful loses the answer to the first application, and all queries.
func doubtful(_ string, c orchestrator.Call, n int) fault {
	if (c.Operation == orchestrator.OpSigningApply && n == 1) || c.Operation == orchestrator.OpSigningQuery {
		return loseReply
	}
	return noFault
}

func (r *rig) resend(id string) (engine.PaymentView, error) {
	return r.engine.ResendPayment(r.t.Context(), merchantID, engine.Key{}, id)
}

func TestTheResendGapHoldsWhileTheApplicationIsInDoubt(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.bank.fault = doubtful
	v := r.pay("order-1")
	for range 4 {
		_, err := r.resend(v.ID)
		r.wantCode(err, orchestrator.CodeTooFrequent)
	}
	_, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-2"))
	r.wantCode(err, orchestrator.CodeTooFrequent)
	r.pass(59 * time.Second)
	_, err = r.resend(v.ID)
	r.wantCode(err, orchestrator.CodeTooFrequent)
	if len(r.bank.sms) != 1 {
		t.Fatalf("%d SMS", len(r.bank.sms))
	}
	r.pass(time.Second)
	v, err = r.resend(v.ID)
	r.must(err)
	if len(r.bank.sms) != 2 || v.CodeRequired == nil {
		t.Fatalf("%d SMS, prompt %+v", len(r.bank.sms), v.CodeRequired)
	}
	_, err = r.resend(v.ID)
	r.wantCode(err, orchestrator.CodeTooFrequent)
}

func TestTheResendGapHoldsForOwnCodesOfAnotherPayment(t *testing.T) {
	t.Parallel()
	r := newRig(t, withholdingPlatform("a"))
	r.pay("order-1")
	_, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-2"))
	r.wantCode(err, orchestrator.CodeTooFrequent)
	r.pass(time.Minute)
	r.wantStatus(r.pay("order-2"), orchestrator.PaymentCodeRequired)
}

func TestAnUnknownSigningIsAskedAboutBeforeANewOne(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.bank.fault = on(orchestrator.OpSigningConfirm, 1, loseReply)
	v := r.pay("order-1")
	r.pass(time.Minute)
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentProcessing)
	v, err = r.resend(v.ID)
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	if n := r.bank.called(orchestrator.OpSigningApply); n != 1 {
		t.Fatalf("%d applications", n)
	}
}

func TestAnApplicationThatTextedNobodyHoldsNobodyBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		act  func(*rig)
	}{
		{"declined", func(r *rig) {
			r.bank.mismatch = true
			r.wantStatus(r.pay("order-1"), orchestrator.PaymentFailed)
			r.bank.mismatch = false
		}},
		{"never sent", func(r *rig) {
			r.bank.fault = on(orchestrator.OpSigningApply, 1, notWritten)
			r.wantStatus(r.pay("order-1"), orchestrator.PaymentFailed)
		}},
		{"completed", func(r *rig) {
			r.payWith("order-1", "012345")
			r.bank.change(func() { r.bank.agreements["agr_1"].Status = orchestrator.AgreementStatusCancelledAtBank })
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, agreementBank("a"))
			c.act(r)
			r.wantStatus(r.pay("order-2"), orchestrator.PaymentCodeRequired)
		})
	}
}
