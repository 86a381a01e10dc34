package engine_test

import (
	"errors"
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// wantLocked expects 423 with the payment's id.
func (r *rig) wantLocked(err error, id string) {
	r.t.Helper()
	var refusal *orchestrator.Error
	if !errors.As(err, &refusal) || refusal.Code != orchestrator.CodeLocked || refusal.PaymentID != id {
		r.t.Fatalf("refusal is %v", err)
	}
}

func TestTheLastWrongCodeIsAnsweredInOneWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		profile orchestrator.ChannelProfile
		signed  bool
	}{"about signing": {agreementBank("a"), false}, "own code": {bindingPlatform("a"), false}, "about the payment": {codeEvery("a"), true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, c.profile)
			v := r.pay("order-1")
			if c.signed {
				var err error
				v, err = r.confirm(v.ID, "012345")
				r.must(err)
			}
			for range 4 {
				_, err := r.confirm(v.ID, "000000")
				r.wantCode(err, orchestrator.CodeWrongCode)
			}
			_, err := r.confirm(v.ID, "000000")
			r.wantLocked(err, v.ID)
			r.wantFailure(r.get(v.ID), orchestrator.ReasonCodeExhausted, true)
			r.wantDebits(0)
			r.invariants()
		})
	}
}

func TestAChannelThatOnlyTakesNoMoreCodesHasItsOrderClosedAtOnce(t *testing.T) {
	t.Parallel()
	for _, closes := range []bool{true, false} {
		p := codeEvery("a")
		p.CloseOffered = closes
		r := newRig(t, p)
		v := r.pay("order-1")
		v, err := r.confirm(v.ID, "012345")
		r.must(err)
		r.bank.locks = true
		_, err = r.confirm(v.ID, "000000")
		r.wantLocked(err, v.ID)
		if closes {
			r.wantFailure(r.get(v.ID), orchestrator.ReasonCodeExhausted, true)
			continue
		}
		asked := r.bank.called(orchestrator.OpChargeQuery)
		r.pass(10 * time.Minute)
		if n := r.bank.called(orchestrator.OpChargeQuery) - asked; n > 12 {
			t.Errorf("%d queries in ten minutes", n)
		}
	}
}

func TestAResendThatTheChannelFindsTooEarlyLeavesTheOlderCodeValid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		profile orchestrator.ChannelProfile
		signed  bool
		code    string
	}{"about signing": {agreementBank("a"), false, "012345"}, "about the payment": {codeEvery("a"), true, "654321"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, c.profile)
			v := r.pay("order-1")
			if c.signed {
				var err error
				v, err = r.confirm(v.ID, "012345")
				r.must(err)
			}
			seq, texted := v.CodeRequired.SMSSeq, len(r.bank.sms)
			r.pass(61 * time.Second)
			r.bank.tooEarly = true
			_, err := r.engine.ResendPayment(t.Context(), merchantID, engine.Key{}, v.ID)
			var refusal *orchestrator.Error
			if !errors.As(err, &refusal) || refusal.Code != orchestrator.CodeTooFrequent || refusal.RetryAfter != 30*time.Second {
				t.Fatalf("refusal is %v", err)
			}
			now := r.get(v.ID)
			if now.CodeRequired == nil || now.CodeRequired.SMSSeq != seq || len(r.bank.sms) != texted {
				t.Fatalf("prompt: %+v, %d SMS", now.CodeRequired, len(r.bank.sms))
			}
			_, err = r.engine.ResendPayment(t.Context(), merchantID, engine.Key{}, v.ID)
			r.wantCode(err, orchestrator.CodeTooFrequent)
			v, err = r.engine.ConfirmPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.ConfirmCommand{Code: orchestrator.NewSecret(c.code), SMSSeq: seq})
			r.must(err)
			if c.signed {
				r.wantStatus(v, orchestrator.PaymentSucceeded)
			}
			r.invariants()
		})
	}
}

func TestARouteThatChangesIntoNothingAnswersTheFailedPayment(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	v := r.pay("order-1")
	r.switchTo("a", orchestrator.ChannelDisabled)
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.wantFailure(v, orchestrator.ReasonMaintenance, true)
	r.switchTo("a", orchestrator.ChannelEnabled)
	r.pass(time.Minute)
	v = r.pay("order-2")
	r.switchTo("a", orchestrator.ChannelDisabled)
	key, code := engine.Key{Value: "key-1", Fingerprint: "f"}, engine.ConfirmCommand{Code: orchestrator.NewSecret("012345")}
	v, err = r.engine.ConfirmPayment(t.Context(), merchantID, key, v.ID, code)
	r.must(err)
	r.wantFailure(v, orchestrator.ReasonMaintenance, true)
	r.switchTo("a", orchestrator.ChannelEnabled)
	r.pass(time.Minute)
	_, err = r.engine.RetryPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.RetryCommand{PayerPresent: true})
	r.must(err)
	v, err = r.engine.ConfirmPayment(t.Context(), merchantID, key, v.ID, code) // a repeat tells where the payment stands now
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentCodeRequired)

	r = newRig(t, agreementBank("a"), raw("b"))
	r.switchTo("b", orchestrator.ChannelDisabled)
	v = r.pay("order-1")
	r.switchTo("a", orchestrator.ChannelDisabled)
	r.switchTo("b", orchestrator.ChannelEnabled)
	r.bank.mismatch = true
	v, err = r.confirm(v.ID, "012345")
	r.must(err)
	r.wantFailure(v, orchestrator.ReasonElementsMismatch, false)
}
