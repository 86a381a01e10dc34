package engine_test

import (
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

func (r *rig) unbind() {
	r.t.Helper()
	card, err := r.engine.UnbindCard(r.t.Context(), merchantID, r.card)
	r.must(err)
	if card.State != orchestrator.CardUnbound || card.ElementsKept {
		r.t.Fatalf("card: %+v", card)
	}
}

// alive counts the agreements that live at the bank, and at the platform.
func (r *rig) alive() (bank, platform int) {
	r.t.Helper()
	r.bank.change(func() {
		for _, a := range r.bank.agreements {
			if a.Status == orchestrator.AgreementStatusActive {
				bank++
			}
		}
	})
	for _, a := range r.store.snapshot().Agreements {
		if a.State == orchestrator.AgreementActive {
			platform++
		}
	}
	return bank, platform
}

func (r *rig) wantAlive(bank, platform int) {
	r.t.Helper()
	if b, p := r.alive(); b != bank || p != platform {
		r.t.Fatalf("%d agreements live at the bank and %d at the platform, want %d and %d", b, p, bank, platform)
	}
}

func TestTakingTheCardAwayEndsPaymentsThatWaitForThePayer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		profile orchestrator.ChannelProfile
		before  func(*rig) // a signing of its own, where a code about the payment is to wait
		code    string
	}{
		{"bank's code", agreementBank("a"), nil, "012345"},
		{"own code, binding", bindingPlatform("a"), nil, ""},
		{"own code", withholdingPlatform("a"), nil, ""},
		{"code about the payment", codeEvery("a"), func(r *rig) {
			v := r.pay("order-0")
			v, err := r.confirm(v.ID, "012345")
			r.must(err)
			_, err = r.confirm(v.ID, "654321")
			r.must(err)
		}, "654321"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, c.profile)
			if c.before != nil {
				c.before(r)
			}
			debits := r.bank.debited()
			v := r.pay("order-1")
			r.wantStatus(v, orchestrator.PaymentCodeRequired)
			code := c.code
			if code == "" {
				code = r.phone.code(t)
			}
			r.unbind()
			r.wantStatus(r.get(v.ID), orchestrator.PaymentClosed)
			_, err := r.confirm(v.ID, code)
			r.wantCode(err, orchestrator.CodeWrongState)
			_, err = r.engine.RetryPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.RetryCommand{PayerPresent: true})
			r.wantCode(err, orchestrator.CodeWrongState)
			r.pass(time.Hour)
			r.wantDebits(debits)
			r.wantAlive(0, 0)
			r.invariants()
		})
	}
}

func TestTakingTheCardAwayEndsAVerification(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	v, err := r.engine.ApplyVerification(t.Context(), merchantID, engine.Key{}, engine.VerificationCommand{PayerID: payerID, CardID: r.card})
	r.must(err)
	r.unbind()
	v, err = r.engine.GetVerification(t.Context(), merchantID, v.ID)
	r.must(err)
	if v.Status != orchestrator.VerificationFailed || v.Failure.Code != orchestrator.FailureCardUnbound || v.Failure.Retryable {
		t.Fatalf("verification: %+v %+v", v, v.Failure)
	}
	_, err = r.engine.ConfirmVerification(t.Context(), merchantID, engine.Key{}, v.ID, engine.ConfirmCommand{Code: orchestrator.NewSecret("012345")})
	r.wantCode(err, orchestrator.CodeWrongState)
	r.wantAlive(0, 0)
}

func TestASigningThatComesTrueOnACardTakenAwayIsRevoked(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.bank.fault = on(orchestrator.OpSigningConfirm, 1, loseReply)
	v := r.pay("order-1")
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentProcessing)
	r.unbind()
	r.wantStatus(r.get(v.ID), orchestrator.PaymentClosed)
	r.pass(time.Minute)
	r.wantAlive(0, 0)
	list, err := r.engine.CardAgreements(t.Context(), merchantID, r.card)
	r.must(err)
	if len(list) != 1 || list[0].State != orchestrator.AgreementTerminated {
		t.Fatalf("agreements: %+v", list)
	}
	r.wantDebits(0)
}

func TestAChargeUnderWayRunsItsCourseAlthoughTheCardIsTakenAway(t *testing.T) {
	t.Parallel()
	t.Run("it may have been debited", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, raw("a"))
		r.bank.fault = on(orchestrator.OpCharge, 1, loseReply)
		v := r.pay("order-1")
		r.unbind()
		r.pass(time.Minute)
		r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
		r.wantDebits(1)
	})
	t.Run("nothing was written, and nothing is sent any more", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, agreementBank("a"))
		r.payWith("order-0", "012345")
		r.bank.fault = on(orchestrator.OpCharge, 2, notWritten)
		v := r.pay("order-1")
		r.unbind()
		r.wantStatus(r.get(v.ID), orchestrator.PaymentClosed)
		r.pass(time.Hour)
		r.wantDebits(1)
		if n := r.bank.called(orchestrator.OpCharge); n != 2 {
			t.Fatalf("%d charges were sent", n)
		}
	})
}

func TestACardBoundAgainIsTheSameCardWithItsHistory(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.payWith("order-1", "012345")
	r.unbind()
	old := r.card
	r.bindCard()
	if r.card != old {
		t.Fatalf("card %s became %s", old, r.card)
	}
	v := r.pay("order-2")
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	if v.CodeRequired.Reason != orchestrator.ReasonTerminated {
		t.Fatalf("reason is %s", v.CodeRequired.Reason)
	}
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	r.wantAlive(1, 1)
}

func TestACardBoundAgainIsCheckedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, withholdingPlatform("a"))
	v := r.pay("order-1")
	_, err := r.confirm(v.ID, r.phone.code(t))
	r.must(err)
	r.unbind()
	r.bindCard()
	v = r.pay("order-2")
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	if n := r.bank.called(orchestrator.OpElementCheck); n != 2 {
		t.Fatalf("%d element checks", n)
	}
}

func TestASigningOfAnEarlierBindingIsRevoked(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.bank.fault = on(orchestrator.OpSigningConfirm, 1, loseReply)
	v := r.pay("order-1")
	_, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.unbind()
	r.bindCard()
	r.pass(time.Minute)
	r.wantAlive(0, 0)
	v = r.pay("order-2")
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	v, err = r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	r.pass(26 * time.Hour)
	r.wantAlive(1, 1)
}

func TestNothingIsSignedWhileATerminationIsUnderWay(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.payWith("order-1", "012345")
	r.bank.fault = on(orchestrator.OpAgreementTerminate, 1, loseRequest)
	r.unbind()
	r.bindCard()
	_, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-2"))
	r.wantCode(err, orchestrator.CodeInProgress)
	r.pass(time.Minute)
	v := r.payWith("order-2", "012345")
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	r.wantAlive(1, 1)
}
