package engine_test

import (
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// on makes a fault for the nth call of one operation.
func on(op orchestrator.Operation, nth int, f fault) func(string, orchestrator.Call, int) fault {
	return func(_ string, c orchestrator.Call, n int) fault {
		if c.Operation == op && (nth == 0 || n == nth) {
			return f
		}
		return noFault
	}
}

func TestReplyLostAfterTheDebitEndsWithOneDebit(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"), raw("b"))
	r.bank.fault = on(orchestrator.OpCharge, 1, loseReply)
	v := r.pay("order-1")
	r.wantStatus(v, orchestrator.PaymentProcessing)
	if v.NextCheckAt.IsZero() {
		t.Fatal("nobody looks again")
	}
	again, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{Value: "another-key"}, r.command("order-1"))
	r.must(err)
	if again.ID != v.ID || !again.Existing {
		t.Fatal("a new key made a new payment")
	}
	_, err = r.engine.RetryPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.RetryCommand{PayerPresent: true})
	r.wantCode(err, orchestrator.CodeWrongState)
	r.pass(10 * time.Second)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	r.wantDebits(1)
	if r.bank.called(orchestrator.OpCharge) != 1 {
		t.Fatal("the charge was sent again")
	}
	r.invariants()
}

func TestNothingIsReroutedWhileUnknown(t *testing.T) {
	t.Parallel()
	stubborn := raw("a")
	stubborn.CloseOffered = false
	r := newRig(t, stubborn, raw("b"))
	r.bank.fault = func(ch string, c orchestrator.Call, _ int) fault {
		if ch == "a" && c.Operation != orchestrator.OpElementCheck {
			return loseRequest
		}
		return noFault
	}
	v := r.pay("order-1")
	r.pass(3 * time.Hour)
	got := r.get(v.ID)
	r.wantStatus(got, orchestrator.PaymentProcessing)
	story, err := r.engine.Story(t.Context(), v.ID)
	r.must(err)
	if len(story.Attempts) != 1 || story.Attempts[0].State != orchestrator.AttemptUnknown {
		t.Fatalf("attempts: %+v", story.Attempts)
	}
	r.pass(40 * time.Hour)
	if f := r.get(v.ID).Flags; len(f) != 1 || f[0] != "manual" {
		t.Fatalf("flags after 40 hours: %v", f)
	}
	r.invariants()
}

func TestRequestLostIsClosedWithinAMinute(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.fault = on(orchestrator.OpCharge, 1, loseRequest)
	v := r.pay("order-1")
	r.pass(time.Minute)
	r.wantFailure(r.get(v.ID), orchestrator.ReasonOrderClosed, true)
	r.wantDebits(0)
	v, err := r.engine.RetryPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.RetryCommand{PayerPresent: true})
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	r.wantDebits(1)
	r.invariants()
}

func TestNotFoundIsFinalOnlyByTheRule(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(*orchestrator.ChannelProfile)
		final bool
	}{
		{"bound declared and expiry honoured", func(*orchestrator.ChannelProfile) {}, true},
		{"no bound declared", func(p *orchestrator.ChannelProfile) { p.MaxInFlightSeconds = 0 }, false},
		{"expiry not honoured", func(p *orchestrator.ChannelProfile) { p.ExpiryHonoured = false }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := raw("a")
			p.CloseOffered = false
			c.spoil(&p)
			r := newRig(t, p)
			r.bank.fault = on(orchestrator.OpCharge, 1, loseRequest)
			v := r.pay("order-1")
			r.pass(40 * time.Minute) // 60 s + 30 min + 10 min have not passed
			r.wantStatus(r.get(v.ID), orchestrator.PaymentProcessing)
			r.pass(20 * time.Minute)
			if !c.final {
				r.pass(24 * time.Hour)
				r.wantStatus(r.get(v.ID), orchestrator.PaymentProcessing)
				return
			}
			r.wantFailure(r.get(v.ID), orchestrator.FailureNeverArrived, true)
			r.invariants()
		})
	}
}

func TestHangingCallEndsByTheMerchantsClock(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.wantStatus(r.pay("order-0"), orchestrator.PaymentSucceeded)
	r.settle()
	r.bank.fault = on(orchestrator.OpCharge, 2, hangDone)
	done := make(chan engine.PaymentView)
	go func() {
		v, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-1"))
		if err != nil {
			t.Error(err)
		}
		done <- v
	}()
	for {
		c, err := r.engine.ClockOf(t.Context(), merchantID)
		r.must(err)
		if c.OpenCalls == 1 && c.Busy == 0 {
			if !c.NextDue.Equal(start.Add(engine.DefaultCallTimeout)) {
				t.Fatalf("next due is %s", c.NextDue)
			}
			break
		}
	}
	c, err := r.engine.NextClock(t.Context(), merchantID)
	r.must(err)
	if len(c.Fired) == 0 || c.Fired[0] != "call timeout" {
		t.Fatalf("fired %v", c.Fired)
	}
	v := <-done
	r.wantStatus(v, orchestrator.PaymentProcessing)
	r.pass(10 * time.Second)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	r.wantDebits(2)
}

func TestClientThatGoesAwayDoesNotStopTheWork(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.wantStatus(r.pay("order-0"), orchestrator.PaymentSucceeded)
	r.settle()
	r.bank.fault = on(orchestrator.OpCharge, 2, hangDone)
	ctx, cancel := contextWithCancel(t)
	failed := make(chan error)
	go func() {
		_, err := r.engine.ApplyPayment(ctx, merchantID, engine.Key{}, r.command("order-1"))
		failed <- err
	}()
	for {
		if c, _ := r.engine.ClockOf(t.Context(), merchantID); c.OpenCalls == 1 {
			break
		}
	}
	cancel()
	if err := <-failed; err == nil {
		t.Fatal("a client that went away got an answer")
	}
	r.pass(30 * time.Second)
	r.wantDebits(2)
	p, err := r.engine.LatestPayments(t.Context(), merchantID, 1)
	r.must(err)
	if p[0].Status != orchestrator.PaymentSucceeded {
		t.Fatalf("payment is %s", p[0].Status)
	}
}

func TestNothingWrittenMaySendTheSameOrderAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.fault = on(orchestrator.OpCharge, 1, notWritten)
	v := r.pay("order-1")
	r.wantStatus(v, orchestrator.PaymentProcessing)
	r.pass(5 * time.Second)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	story, err := r.engine.Story(t.Context(), v.ID)
	r.must(err)
	if len(story.Attempts) != 1 || story.Attempts[0].Sends != 2 {
		t.Fatalf("attempts: %+v", story.Attempts)
	}
	r.invariants()
}

func TestChannelThatCannotBeReachedIsLeftAfterThreeTries(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"), raw("b"))
	r.bank.fault = func(ch string, c orchestrator.Call, _ int) fault {
		if ch == "a" && c.Operation == orchestrator.OpCharge {
			return notWritten
		}
		return noFault
	}
	v := r.pay("order-1")
	r.pass(time.Minute)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	r.wantDebits(1)
	r.invariants()
}

func TestProcessingIsQueriedUntilItEnds(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.processing["a"] = true
	v := r.pay("order-1")
	r.wantStatus(v, orchestrator.PaymentProcessing)
	r.pass(10 * time.Minute)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentProcessing)
	r.bank.change(func() {
		for _, c := range r.bank.charges {
			c.report.Status = orchestrator.ChargeSucceeded
			r.bank.debits++
		}
	})
	r.pass(30 * time.Minute)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
}

func TestConfirmReplyLostIsQueriedAndTheCodeNeverSentAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.bank.fault = on(orchestrator.OpSigningConfirm, 1, loseReply)
	v := r.pay("order-1")
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentProcessing)
	_, err = r.confirm(v.ID, "012345")
	r.wantCode(err, orchestrator.CodeInProgress)
	r.pass(5 * time.Second)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	if n := r.bank.called(orchestrator.OpSigningConfirm); n != 1 {
		t.Fatalf("%d confirms were sent", n)
	}
	r.wantDebits(1)
}

func TestConfirmRequestLostLetsThePayerTryAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.bank.fault = on(orchestrator.OpSigningConfirm, 1, loseRequest)
	v := r.pay("order-1")
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.pass(20 * time.Second)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentCodeRequired)
	v, err = r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
}

func TestApplyReplyLostIsFoundByTheSignNumber(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.bank.fault = on(orchestrator.OpSigningApply, 1, loseReply)
	v := r.pay("order-1")
	r.wantStatus(v, orchestrator.PaymentProcessing)
	r.pass(3 * time.Second)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentCodeRequired)
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
}

func TestPayerMayTypeTheCodeWhileTheApplicationIsUnknown(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.bank.fault = on(orchestrator.OpSigningApply, 1, loseReply)
	v := r.pay("order-1")
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
}

func TestApplyThatNeverArrivedFailsAndMayBeRetried(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.bank.fault = on(orchestrator.OpSigningApply, 1, loseRequest)
	v := r.pay("order-1")
	r.pass(time.Minute)
	r.wantFailure(r.get(v.ID), orchestrator.FailureOutcomeLost, true)
}

func TestBindReplyLostIsQueriedAndTheOwnCodeIsSpent(t *testing.T) {
	t.Parallel()
	r := newRig(t, bindingPlatform("a"))
	r.bank.fault = on(orchestrator.OpBind, 1, loseReply)
	v := r.pay("order-1")
	code := r.phone.code(t)
	v, err := r.confirm(v.ID, code)
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentProcessing)
	_, err = r.confirm(v.ID, code)
	r.wantCode(err, orchestrator.CodeInProgress)
	r.pass(5 * time.Second)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	if r.bank.called(orchestrator.OpBind) != 1 {
		t.Fatal("bound twice")
	}
}

func TestResendWhileTheConfirmIsUnknownSignsAnewWithoutASecondAgreement(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.bank.fault = func(_ string, c orchestrator.Call, n int) fault {
		if (c.Operation == orchestrator.OpSigningConfirm && n == 1) || c.Operation == orchestrator.OpSigningQuery {
			return loseReply
		}
		return noFault
	}
	v := r.pay("order-1")
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.pass(time.Minute)
	v, err = r.engine.ResendPayment(t.Context(), merchantID, engine.Key{}, v.ID)
	r.must(err) // the channel answers the live agreement
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	r.bank.change(func() { r.bank.fault = func(string, orchestrator.Call, int) fault { return noFault } })
	r.pass(2 * time.Hour) // the old signing is watched, and comes true as the same agreement
	list, err := r.engine.CardAgreements(t.Context(), merchantID, r.card)
	r.must(err)
	if len(list) != 1 {
		t.Fatalf("agreements: %+v", list)
	}
	r.wantDebits(1)
}

func TestElementCheckUnknownIsAskedAgainUnderItsNumber(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.fault = on(orchestrator.OpElementCheck, 1, loseReply)
	v := r.pay("order-1")
	r.wantStatus(v, orchestrator.PaymentProcessing)
	r.pass(5 * time.Second)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	if len(r.bank.checks) != 1 {
		t.Fatalf("%d check numbers were used", len(r.bank.checks))
	}
}

func TestLateSuccessIsFlagged(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.decline["a"] = orchestrator.ReasonInsufficientBalance
	v := r.pay("order-1")
	a := onlyAttempt(r, v.ID)
	r.notify("e1", orchestrator.NotifyChargeSucceeded, a)
	got := r.get(v.ID)
	r.wantStatus(got, orchestrator.PaymentFailed)
	if len(got.Flags) != 1 || got.Flags[0] != "late_success" {
		t.Fatalf("flags: %v", got.Flags)
	}
	if onlyAttempt(r, v.ID).State != orchestrator.AttemptLateSuccess {
		t.Fatal("the attempt does not say so")
	}
	_, err := r.engine.RetryPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.RetryCommand{PayerPresent: true})
	r.wantCode(err, orchestrator.CodeWrongState)
}

func onlyAttempt(r *rig, paymentID string) orchestrator.Attempt {
	r.t.Helper()
	story, err := r.engine.Story(r.t.Context(), paymentID)
	r.must(err)
	if len(story.Attempts) != 1 {
		r.t.Fatalf("%d attempts", len(story.Attempts))
	}
	return story.Attempts[0]
}

func (r *rig) notify(event, kind string, a orchestrator.Attempt) {
	r.t.Helper()
	status := orchestrator.ChargeSucceeded
	if kind == orchestrator.NotifyChargeDeclined {
		status = orchestrator.ChargeDeclined
	}
	r.must(r.engine.HandleNotification(r.t.Context(), merchantID, a.ChannelID, orchestrator.Notification{
		EventID: event, Type: kind, MemberNo: a.MemberNo,
		Charge: &orchestrator.ChargeReport{OrderNo: a.OrderNo, OrderTime: a.OrderTime, Amount: a.Amount, Currency: "CNY", Status: status, TriesLeft: -1},
	}))
	r.settle()
}

func TestNotificationsEndADoubtOnceAndForwardOnly(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.fault = on(orchestrator.OpCharge, 1, loseReply)
	v := r.pay("order-1")
	a := onlyAttempt(r, v.ID)
	wrong := a
	wrong.Amount++
	r.notify("e0", orchestrator.NotifyChargeSucceeded, wrong)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentProcessing)
	for range 3 {
		r.notify("e1", orchestrator.NotifyChargeSucceeded, a)
	}
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	r.notify("e2", orchestrator.NotifyChargeDeclined, a)
	got := r.get(v.ID)
	r.wantStatus(got, orchestrator.PaymentSucceeded)
	if len(got.Flags) != 1 || got.Flags[0] != "conflict" {
		t.Fatalf("flags: %v", got.Flags)
	}
	if n := len(r.hooks.bodies()); n != 1 {
		t.Fatalf("the merchant was told %d times", n)
	}
	a.OrderNo = "ord_of_nobody"
	err := r.engine.HandleNotification(t.Context(), merchantID, "a", orchestrator.Notification{
		EventID: "e3", Type: orchestrator.NotifyChargeSucceeded, Charge: &orchestrator.ChargeReport{OrderNo: a.OrderNo},
	})
	r.wantCode(err, orchestrator.CodeNotFound)
}

func TestAgreementEndedIsAskedAboutBeforeItCounts(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.payWith("order-1", "012345")
	notify := func(event string) {
		r.must(r.engine.HandleNotification(t.Context(), merchantID, "a", orchestrator.Notification{
			EventID: event, Type: orchestrator.NotifyAgreementEnded, Agreement: &orchestrator.AgreementReport{AgreementNo: "agr_1"},
		}))
		r.settle()
	}
	notify("e1") // the channel says it is alive
	r.wantStatus(r.pay("order-2"), orchestrator.PaymentSucceeded)
	r.bank.change(func() { r.bank.agreements["agr_1"].Status = orchestrator.AgreementStatusCancelledAtBank })
	notify("e2")
	v := r.pay("order-3")
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	if v.CodeRequired.Reason != orchestrator.ReasonCancelledAtBank {
		t.Fatalf("reason is %s", v.CodeRequired.Reason)
	}
}

func TestBreakerOpensForNewWorkAndClosesAgain(t *testing.T) {
	t.Parallel()
	stubborn := raw("a")
	r := newRig(t, stubborn, raw("b"))
	r.wantStatus(r.pay("order-0"), orchestrator.PaymentSucceeded)
	r.bank.fault = func(ch string, c orchestrator.Call, _ int) fault {
		if ch == "a" && c.Operation == orchestrator.OpCharge {
			return loseReply
		}
		return noFault
	}
	for i := range orchestrator.BreakerThreshold {
		r.pay("order-x" + string(rune('0'+i)))
	}
	c, err := r.engine.GetChannel(t.Context(), merchantID, "a")
	r.must(err)
	if !c.BreakerOpen {
		t.Fatal("the breaker is closed")
	}
	v := r.pay("order-y")
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	if a := onlyAttempt(r, v.ID); a.ChannelID != "b" {
		t.Fatalf("went to %s", a.ChannelID)
	}
	r.bank.change(func() { r.bank.fault = func(string, orchestrator.Call, int) fault { return noFault } })
	r.pass(2 * time.Minute)
	v = r.pay("order-z")
	if a := onlyAttempt(r, v.ID); a.ChannelID != "a" {
		t.Fatalf("after the pause it went to %s", a.ChannelID)
	}
	r.wantDebits(8)
	r.invariants()
}

func TestNoticesAreRepeatedUntilTheyArrive(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.hooks.fail = errStoreDown
	r.phone.fail = errStoreDown
	r.pay("order-1")
	r.settle()
	if len(r.hooks.bodies())+len(r.phone.texts()) != 0 {
		t.Fatal("arrived although nobody was there")
	}
	r.pass(10 * time.Second)
	r.hooks.fail, r.phone.fail = nil, nil
	r.pass(10 * time.Minute)
	if len(r.hooks.bodies()) != 1 || len(r.phone.texts()) != 2 {
		t.Fatalf("webhooks %v, messages %v", r.hooks.bodies(), r.phone.texts())
	}
	if at, ok, _ := (fakeDues{r.store.snapshot()}).Next(merchantID); ok {
		t.Fatalf("something still waits for %s", at)
	}
}
