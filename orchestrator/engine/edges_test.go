package engine_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/clock"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

func TestCloseWhileTheOutcomeIsUnknown(t *testing.T) {
	t.Parallel()
	t.Run("the channel closes the order", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, raw("a"))
		r.bank.fault = on(orchestrator.OpCharge, 1, loseRequest)
		v := r.pay("order-1")
		v, err := r.engine.ClosePayment(t.Context(), merchantID, engine.Key{}, v.ID)
		r.must(err)
		r.wantStatus(v, orchestrator.PaymentClosed)
		r.wantDebits(0)
		r.invariants()
	})
	t.Run("the channel finds it paid", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, raw("a"))
		r.bank.fault = on(orchestrator.OpCharge, 1, loseReply)
		v := r.pay("order-1")
		v, err := r.engine.ClosePayment(t.Context(), merchantID, engine.Key{}, v.ID)
		r.must(err)
		r.wantStatus(v, orchestrator.PaymentSucceeded)
		r.wantDebits(1)
	})
	t.Run("the acknowledgement is lost and the close repeated", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, raw("a"))
		r.bank.fault = func(_ string, c orchestrator.Call, n int) fault {
			if n == 1 && (c.Operation == orchestrator.OpCharge || c.Operation == orchestrator.OpChargeClose) {
				return loseRequest
			}
			return noFault
		}
		v := r.pay("order-1")
		v, err := r.engine.ClosePayment(t.Context(), merchantID, engine.Key{}, v.ID)
		r.must(err)
		r.wantStatus(v, orchestrator.PaymentProcessing)
		r.pass(30 * time.Second)
		r.wantStatus(r.get(v.ID), orchestrator.PaymentClosed)
	})
	t.Run("the channel offers no close", func(t *testing.T) {
		t.Parallel()
		p := raw("a")
		p.CloseOffered = false
		r := newRig(t, p)
		r.bank.fault = on(orchestrator.OpCharge, 1, loseReply)
		v := r.pay("order-1")
		_, err := r.engine.ClosePayment(t.Context(), merchantID, engine.Key{}, v.ID)
		r.wantCode(err, orchestrator.CodeWrongState)
		r.pass(time.Minute)
		r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	})
	t.Run("nothing was written", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, raw("a"))
		r.bank.fault = on(orchestrator.OpCharge, 1, notWritten)
		v := r.pay("order-1")
		v, err := r.engine.ClosePayment(t.Context(), merchantID, engine.Key{}, v.ID)
		r.must(err)
		r.wantStatus(v, orchestrator.PaymentClosed)
		r.pass(time.Hour)
		r.wantDebits(0)
	})
}

func TestResendOfACodeAboutThePayment(t *testing.T) {
	t.Parallel()
	r := newRig(t, codeEvery("a"))
	v := r.pay("order-1")
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	_, err = r.engine.ResendPayment(t.Context(), merchantID, engine.Key{}, v.ID)
	r.wantCode(err, orchestrator.CodeTooFrequent)
	r.pass(time.Minute)
	v, err = r.engine.ResendPayment(t.Context(), merchantID, engine.Key{}, v.ID)
	r.must(err)
	if v.CodeRequired == nil || v.CodeRequired.SMSSeq != 2 {
		t.Fatalf("prompt: %+v", v.CodeRequired)
	}
	v, err = r.confirm(v.ID, "654321")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
}

func TestForgottenElementCheckIsMadeAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.wantStatus(r.pay("order-1"), orchestrator.PaymentSucceeded)
	r.bank.decline["a"] = orchestrator.ReasonElementCheckMissing
	r.bank.fault = func(_ string, c orchestrator.Call, _ int) fault {
		if c.Operation == orchestrator.OpElementCheck {
			delete(r.bank.decline, "a")
		}
		return noFault
	}
	r.wantStatus(r.pay("order-2"), orchestrator.PaymentSucceeded)
	if n := r.bank.called(orchestrator.OpElementCheck); n != 2 {
		t.Fatalf("%d element checks", n)
	}
	r.wantDebits(2)
}

func TestNewElementsMakeOldChecksCountNoMore(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.pay("order-1")
	changed := someElements(t)
	changed.Mobile = mobile(t, "13900000002")
	card, err := r.engine.BindCard(t.Context(), merchantID, engine.Key{}, engine.BindCardCommand{PayerID: payerID, Elements: changed})
	r.must(err)
	if card.ID != r.card || !card.Existing {
		t.Fatalf("card: %+v", card)
	}
	r.pay("order-2")
	if n := r.bank.called(orchestrator.OpElementCheck); n != 2 {
		t.Fatalf("%d element checks", n)
	}
}

func TestANewPaymentTakesOverAnOpenSigning(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	old := r.pay("order-1")
	r.pass(time.Minute)
	v := r.pay("order-2")
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	r.wantFailure(r.get(old.ID), orchestrator.FailureSuperseded, true)
	_, err := r.confirm(old.ID, "012345")
	r.wantCode(err, orchestrator.CodeWrongState)
	v, err = r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	old, err = r.engine.RetryPayment(t.Context(), merchantID, engine.Key{}, old.ID, engine.RetryCommand{PayerPresent: true})
	r.must(err) // the card is signed by now
	r.wantStatus(old, orchestrator.PaymentSucceeded)
	r.wantDebits(2)
	r.invariants()
}

func TestSigningWithoutAnEndExpires(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	v := r.pay("order-1")
	r.pass(31 * time.Minute)
	r.wantFailure(r.get(v.ID), orchestrator.ReasonCodeExpired, true)
	v, err := r.engine.RetryPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.RetryCommand{PayerPresent: true})
	r.must(err)
	v, err = r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
}

func TestACardCausesOnlySoManySMSADay(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	for i := range 5 {
		r.pay("order-" + string(rune('a'+i)))
		r.pass(time.Minute)
	}
	_, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-z"))
	r.wantCode(err, orchestrator.CodeTooFrequent)
	if len(r.bank.sms) != 5 {
		t.Fatalf("%d SMS", len(r.bank.sms))
	}
	r.pass(25 * time.Hour)
	r.pay("order-z")
}

func TestGatewayThatFailsLetsThePayerAskAgainAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, withholdingPlatform("a"))
	r.phone.fail = errStoreDown
	v := r.pay("order-1")
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	r.phone.fail = nil
	v, err := r.engine.ResendPayment(t.Context(), merchantID, engine.Key{}, v.ID)
	r.must(err)
	v, err = r.confirm(v.ID, r.phone.code(t))
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
}

func TestSigningNotificationMakesThePlatformAsk(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	lost := true
	r.bank.fault = func(_ string, c orchestrator.Call, _ int) fault {
		if lost && (c.Operation == orchestrator.OpSigningConfirm || c.Operation == orchestrator.OpSigningQuery) {
			return loseReply
		}
		return noFault
	}
	v := r.pay("order-1")
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.bank.change(func() { lost = false })
	story, err := r.engine.Story(t.Context(), v.ID)
	r.must(err)
	r.must(r.engine.HandleNotification(t.Context(), merchantID, "a", orchestrator.Notification{
		EventID: "e1", Type: orchestrator.NotifySigningSigned, Signing: &orchestrator.SigningReport{SignNo: story.Signings[0].SignNo},
	}))
	r.settle()
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
}

func TestVerificationAtARawChannelIsAnElementCheck(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	v, err := r.engine.ApplyVerification(t.Context(), merchantID, engine.Key{}, engine.VerificationCommand{PayerID: payerID, CardID: r.card})
	r.must(err)
	if v.Status != orchestrator.VerificationVerified || len(r.bank.sms)+len(r.phone.texts()) != 0 {
		t.Fatalf("verification: %+v", v)
	}
}

func TestVerificationWithAnOwnCodeIsAboutSigning(t *testing.T) {
	t.Parallel()
	r := newRig(t, bindingPlatform("a"))
	v, err := r.engine.ApplyVerification(t.Context(), merchantID, engine.Key{}, engine.VerificationCommand{PayerID: payerID, CardID: r.card})
	r.must(err)
	if v.CodeRequired == nil || v.CodeRequired.About != orchestrator.AboutSigning || v.CodeRequired.Mismatch {
		t.Fatalf("verification: %+v", v.CodeRequired)
	}
	r.pass(time.Minute)
	v, err = r.engine.ResendVerification(t.Context(), merchantID, engine.Key{}, v.ID)
	r.must(err)
	_, err = r.engine.ConfirmVerification(t.Context(), merchantID, engine.Key{}, v.ID, engine.ConfirmCommand{Code: orchestrator.NewSecret("999999")})
	r.wantCode(err, orchestrator.CodeWrongCode)
	v, err = r.engine.ConfirmVerification(t.Context(), merchantID, engine.Key{}, v.ID, engine.ConfirmCommand{Code: orchestrator.NewSecret(r.phone.code(t))})
	r.must(err)
	if v.Status != orchestrator.VerificationVerified {
		t.Fatalf("verification: %+v", v)
	}
	v, err = r.engine.ApplyVerification(t.Context(), merchantID, engine.Key{}, engine.VerificationCommand{PayerID: payerID, CardID: r.card})
	r.must(err)
	if v.Status != orchestrator.VerificationVerified {
		t.Fatalf("second verification: %+v", v)
	}
}

func TestOperatorAsksNow(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.fault = on(orchestrator.OpCharge, 1, loseReply)
	v := r.pay("order-1")
	story, err := r.engine.QueryNow(t.Context(), v.ID)
	r.must(err)
	if story.Payment.Status != orchestrator.PaymentSucceeded {
		t.Fatalf("payment is %s", story.Payment.Status)
	}
	_, err = r.engine.QueryNow(t.Context(), v.ID)
	r.must(err)
	_, err = r.engine.QueryNow(t.Context(), "pay_unknown")
	r.wantCode(err, orchestrator.CodeNotFound)
}

func TestAWorkerThatSleptChangesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.pay("order-0")
	r.settle()
	awake, asleep := make(chan struct{}), make(chan struct{})
	var once sync.Once
	r.gate = func(p string) {
		if p != engine.PointOf(orchestrator.OpCharge)+"/after" {
			return
		}
		once.Do(func() {
			close(asleep)
			<-awake
		})
	}
	r.bank.fault = on(orchestrator.OpCharge, 2, loseRequest)
	done := make(chan struct{})
	old := r.engine
	go func() {
		defer close(done)
		_, _ = old.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-1"))
	}()
	<-asleep
	r.start() // another process takes over
	r.must(r.engine.Recover(t.Context()))
	r.settle()
	r.pass(time.Minute)
	p, err := r.engine.LatestPayments(t.Context(), merchantID, 1)
	r.must(err)
	if p[0].Status != orchestrator.PaymentFailed {
		t.Fatalf("payment is %s", p[0].Status)
	}
	close(awake)
	<-done
	if got := r.get(p[0].ID); got.Status != orchestrator.PaymentFailed {
		t.Fatalf("the sleeper changed the payment to %s", got.Status)
	}
	r.invariants()
}

func TestTwoProcessesOnOneStoreSendOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.fault = on(orchestrator.OpCharge, 1, loseReply)
	v := r.pay("order-1")
	one := r.engine
	r.start()
	two := r.engine
	to := start.Add(10 * time.Second)
	_, err := one.SetClock(t.Context(), merchantID, to)
	r.must(err)
	_, err = two.SetClock(t.Context(), merchantID, to)
	r.must(err)
	r.must(one.Wait(t.Context()))
	r.settle()
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	if n := r.bank.called(orchestrator.OpChargeQuery); n != 1 {
		t.Fatalf("%d queries", n)
	}
}

func TestSystemClockMerchantsAreServedByTheLoop(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	moving := clock.NewVirtual(start)
	e, err := engine.New(engine.Options{
		Store: r.store, Channel: r.bank, Messenger: r.phone, Webhooks: r.hooks, Vault: plainVault{}, Chance: drawn{},
		Bins: anyBin{}, IDs: r.ids, Clock: moving,
	})
	r.must(err)
	_, err = e.PutMerchant(t.Context(), engine.MerchantCommand{ID: "sys", Name: "sys", Token: orchestrator.NewSecret("sys-token"), KeepElements: true})
	r.must(err)
	_, err = e.PutChannel(t.Context(), "sys", engine.ChannelCommand{ChannelID: "a", BaseURL: "http://a", MemberNo: "M2000000", Profile: raw("a"), Enabled: true})
	r.must(err)
	card, err := e.BindCard(t.Context(), "sys", engine.Key{}, engine.BindCardCommand{PayerID: payerID, Elements: r.elements})
	r.must(err)
	r.bank.fault = on(orchestrator.OpCharge, 1, loseReply)
	v, err := e.ApplyPayment(t.Context(), "sys", engine.Key{}, engine.PaymentCommand{
		MerchantOrderNo: "order-1", PayerID: payerID, CardID: card.ID, Amount: 100, PayerPresent: true,
	})
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentProcessing)
	_, err = e.SetClock(t.Context(), "sys", start.Add(time.Hour))
	r.wantCode(err, orchestrator.CodeWrongState)
	_, err = e.PutMerchant(t.Context(), engine.MerchantCommand{ID: "x", Name: "x", Token: orchestrator.NewSecret("x"), Clock: orchestrator.ClockTest})
	r.wantCode(err, orchestrator.CodeInvalidRequest)

	r.must(moving.Set(start.Add(10 * time.Second)))
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
	defer stop()
	ended := make(chan error)
	go func() { ended <- e.Run(ctx) }()
	for ctx.Err() == nil {
		if v, err = e.GetPayment(t.Context(), "sys", v.ID); err == nil && v.Status == orchestrator.PaymentSucceeded {
			break
		}
	}
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	stop()
	r.must(<-ended)
}

func TestEnteredRequestsAreCountedUntilTheyLeave(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	ctx, leave := r.engine.Enter(t.Context(), merchantID)
	c, err := r.engine.ClockOf(ctx, merchantID)
	r.must(err)
	if c.Busy != 1 || !c.Virtual || !c.Now.Equal(start) {
		t.Fatalf("clock: %+v", c)
	}
	earlier := c.Activity
	_, err = r.engine.ApplyPayment(ctx, merchantID, engine.Key{}, r.command("order-1"))
	r.must(err)
	leave()
	leave()
	r.settle()
	c, err = r.engine.ClockOf(t.Context(), merchantID)
	r.must(err)
	if c.Busy != 0 || c.OpenCalls != 0 || c.Activity <= earlier {
		t.Fatalf("clock: %+v", c)
	}
}

func TestClocksGoForwardOnly(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	_, err := r.engine.SetClock(t.Context(), merchantID, start.Add(-1))
	r.wantCode(err, orchestrator.CodeInvalidRequest)
	c, err := r.engine.NextClock(t.Context(), merchantID)
	r.must(err)
	if !c.Now.Equal(start) || len(c.Fired) != 0 {
		t.Fatalf("nothing was due, and the clock went to %s", c.Now)
	}
	r.pass(time.Hour)
	r.start()
	c, err = r.engine.ClockOf(t.Context(), merchantID)
	r.must(err)
	if !c.Now.Equal(start.Add(time.Hour)) {
		t.Fatalf("after a restart the clock stands at %s", c.Now)
	}
}

func TestProvisioningShowsNoSecrets(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	keys := orchestrator.ChannelKeys{Alg: "HS256", RequestKID: "k1", RequestKey: orchestrator.NewSecret("request-secret"), ReplyKID: "k2", ReplyKey: orchestrator.NewSecret("reply-secret")}
	_, err := r.engine.PutChannel(t.Context(), merchantID, engine.ChannelCommand{
		ChannelID: "a", BaseURL: "http://a", MemberNo: "M1000000", Profile: agreementBank("a"), Keys: keys, Enabled: true,
	})
	r.must(err)
	access, err := r.engine.ChannelAccess(t.Context(), merchantID, "a")
	r.must(err)
	if access.Keys.RequestKey.Reveal() != "request-secret" || access.Keys.ReplyKID != "k2" || access.Clock == nil {
		t.Fatal("keys are lost")
	}
	_, err = r.engine.ChannelAccess(t.Context(), merchantID, "nobody")
	r.wantCode(err, orchestrator.CodeNotFound)
	c, err := r.engine.GetChannel(t.Context(), merchantID, "a")
	r.must(err)
	list, err := r.engine.ListMerchants(t.Context())
	r.must(err)
	raw, err := json.Marshal([]any{c, list, r.store.snapshot()})
	r.must(err)
	for _, secret := range []string{"request-secret", "reply-secret", "token-of-the-merchant", "whsec_x"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("%s lies open", secret)
		}
	}
	r.switchTo("a", orchestrator.ChannelRetired)
	_, err = r.engine.SwitchChannel(t.Context(), merchantID, "a", orchestrator.ChannelEnabled)
	r.wantCode(err, orchestrator.CodeWrongState)
}

func TestNothingPersonalLiesOpenInTheStore(t *testing.T) {
	t.Parallel()
	r := newRig(t, bindingPlatform("a"), agreementBank("b"))
	v := r.pay("order-1")
	code := r.phone.code(t)
	v, err := r.confirm(v.ID, code)
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	r.switchTo("a", orchestrator.ChannelDisabled)
	r.payWith("order-2", "012345")
	r.settle()
	all, err := json.Marshal(r.store.snapshot())
	r.must(err)
	for _, secret := range []string{
		r.elements.CardNumber.Reveal(), r.elements.IDNumber.Reveal(), r.elements.Mobile.Reveal(), r.elements.Name.Reveal(), code, "012345",
	} {
		if strings.Contains(string(all), secret) {
			t.Errorf("%q lies open in the store", secret)
		}
	}
}
