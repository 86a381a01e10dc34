package engine_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

func TestARetiredChannelStaysRetiredButCanBeReachedElsewhere(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.switchTo("a", orchestrator.ChannelRetired)
	command := engine.ChannelCommand{ChannelID: "a", BaseURL: "http://moved", MemberNo: "M1000009", Profile: raw("a"), Enabled: true}
	v, err := r.engine.PutChannel(t.Context(), merchantID, command)
	r.must(err)
	if v.State != orchestrator.ChannelRetired || v.Config.BaseURL != "http://moved" || v.Config.MemberNo != "M1000009" {
		t.Fatalf("channel: %+v", v)
	}
	command.EnabledSaid = true
	_, err = r.engine.PutChannel(t.Context(), merchantID, command)
	r.wantCode(err, orchestrator.CodeWrongState)
	command.Enabled = false
	v, err = r.engine.PutChannel(t.Context(), merchantID, command)
	r.must(err)
	if v.State != orchestrator.ChannelRetired {
		t.Fatalf("channel is %s", v.State)
	}
}

func TestTheBudgetOfSMSIsTheMerchants(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	command := engine.MerchantCommand{ID: merchantID, Name: "x", Token: orchestrator.NewSecret("token"), KeepElements: true}
	v, err := r.engine.PutMerchant(t.Context(), command)
	r.must(err)
	if v.SMSPerCardDay != 10 || v.SMSPerChannelDay != 5 {
		t.Fatalf("defaults: %+v", v)
	}
	command.SMSPerCardDay, command.SMSPerChannelDay = 2, 100
	v, err = r.engine.PutMerchant(t.Context(), command)
	r.must(err)
	if v.SMSPerCardDay != 2 || v.SMSPerChannelDay != 100 {
		t.Fatalf("merchant: %+v", v)
	}
	r.pay("order-1")
	r.pass(2 * time.Minute)
	r.pay("order-2")
	r.pass(2 * time.Minute)
	_, err = r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-3"))
	r.wantCode(err, orchestrator.CodeTooFrequent)
	command.SMSPerCardDay = -1
	_, err = r.engine.PutMerchant(t.Context(), command)
	r.wantCode(err, orchestrator.CodeInvalidRequest)
}

func TestLoadIsThatOfAllMerchants(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	_, leave := r.engine.Enter(t.Context(), "one")
	_, leaveOther := r.engine.Enter(t.Context(), "other")
	if busy, open := r.engine.Load(); busy != 2 || open != 0 {
		t.Errorf("busy %d, open %d", busy, open)
	}
	leave()
	leaveOther()
	if busy, _ := r.engine.Load(); busy != 0 {
		t.Errorf("busy %d", busy)
	}
}

func TestAHalfOpenBreakerLetsOneTrialThroughOfWhateverKind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		profile orchestrator.ChannelProfile
		op      orchestrator.Operation
		coded   bool // the trial comes with the payer's code
	}{
		"element check": {raw("a"), orchestrator.OpElementCheck, false},
		"signing":       {agreementBank("a"), orchestrator.OpSigningApply, false},
		"binding":       {bindingPlatform("a"), orchestrator.OpBind, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, c.profile)
			trial := func() { _, _ = r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-1")) }
			if c.coded {
				v, code := r.pay("order-1"), r.phone.code(t)
				trial = func() { _, _ = r.confirm(v.ID, code) }
				r.pass(time.Minute)
			}
			r.halfOpen("a")
			r.bank.fault = on(c.op, 1, hang)
			done := make(chan struct{})
			go func() {
				defer close(done)
				trial()
			}()
			for {
				if c, _ := r.engine.ClockOf(t.Context(), merchantID); c.OpenCalls == 1 {
					break
				}
			}
			r.wantFailure(r.pay("order-2"), orchestrator.FailureNoChannel, true)
			_, err := r.engine.NextClock(t.Context(), merchantID)
			r.must(err)
			<-done
		})
	}
}

// halfOpen makes a channel's breaker one that would take a trial.
func (r *rig) halfOpen(channel string) {
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	c := r.store.data.copy()
	h := c.Healths[merchantID+"/"+channel]
	h.MerchantID, h.ChannelID, h.Misses, h.OpenUntil = merchantID, channel, orchestrator.BreakerThreshold, c.Merchants[merchantID].TestNow
	if h.Version == 0 {
		h.Version = 1
	}
	c.Healths[merchantID+"/"+channel] = h
	r.store.data = c
}

func TestAnOperatorMayAskAboutAnEndedOrder(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.decline["a"] = orchestrator.ReasonInsufficientBalance
	v := r.pay("order-1")
	r.wantStatus(v, orchestrator.PaymentFailed)
	_, err := r.engine.QueryNow(t.Context(), v.ID)
	r.must(err)
	if got := r.get(v.ID); len(got.Flags) != 0 {
		t.Fatalf("flags: %v", got.Flags)
	}
	r.bank.change(func() {
		for _, c := range r.bank.charges {
			c.report.Status, c.report.Reason = orchestrator.ChargeSucceeded, ""
		}
	})
	story, err := r.engine.QueryNow(t.Context(), v.ID)
	r.must(err)
	got := r.get(v.ID)
	r.wantStatus(got, orchestrator.PaymentFailed)
	if len(got.Flags) != 1 || got.Flags[0] != "late_success" {
		t.Fatalf("flags: %v", got.Flags)
	}
	if !slices.ContainsFunc(story.Events, func(e orchestrator.Event) bool { return e.Name == string(orchestrator.PaymentLate) }) {
		t.Error("the story does not tell of it")
	}
	_, err = r.engine.RetryPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.RetryCommand{PayerPresent: true})
	r.wantCode(err, orchestrator.CodeWrongState)
}

// One member number per merchant and channel: two merchants with one number would share agreements and orders.
func TestAMemberNumberAtAChannelIsOneMerchants(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"), raw("b"))
	_, err := r.engine.PutMerchant(t.Context(), engine.MerchantCommand{ID: "mer-2", Name: "other", Token: orchestrator.NewSecret("another-token")})
	r.must(err)
	command := engine.ChannelCommand{ChannelID: "a", BaseURL: "http://a", MemberNo: "M1000000", Profile: raw("a"), Enabled: true}
	_, err = r.engine.PutChannel(t.Context(), "mer-2", command)
	r.wantCode(err, orchestrator.CodeInvalidRequest)
	if refusal, ok := errors.AsType[*orchestrator.Error](err); !ok || refusal.Field != "member_no" {
		t.Errorf("refused with %v", err)
	}
	_, err = r.engine.PutChannel(t.Context(), merchantID, command) // its own
	r.must(err)
	command.MemberNo = "M1000001" // another channel's number
	_, err = r.engine.PutChannel(t.Context(), "mer-2", command)
	r.must(err)
}
