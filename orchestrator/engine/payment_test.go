package engine_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

func TestOneCodeSignsAndPays(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	v := r.pay("order-1")
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	p := v.CodeRequired
	if p.Sender != orchestrator.PartyBank || p.About != orchestrator.AboutSigning || !p.Mismatch || p.Reason != orchestrator.ReasonFirstSigning || p.Hint == nil {
		t.Fatalf("prompt is %+v", *p)
	}
	r.wantDebits(0)
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	r.wantDebits(1)
	r.invariants()
}

func TestSecondPaymentIsSilent(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.payWith("order-1", "012345")
	v := r.pay("order-2")
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	r.wantDebits(2)
}

func TestSuccessTellsPayerAndMerchant(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	v := r.payWith("order-1", "012345")
	r.settle()
	texts := strings.Join(r.phone.texts(), "\n")
	if !strings.Contains(texts, "sms debit_notice 【分期乐园】您尾号0011的银行卡") || !strings.Contains(texts, "wechat debit_notice") || !strings.Contains(texts, "支付100.00元") {
		t.Fatalf("messages: %s", texts)
	}
	hooks := r.hooks.bodies()
	if len(hooks) != 1 || !strings.Contains(hooks[0], `"payment.succeeded"`) || !strings.Contains(hooks[0], v.ID) {
		t.Fatalf("webhooks: %v", hooks)
	}
	story, err := r.engine.Story(t.Context(), v.ID)
	r.must(err)
	if len(story.Events) < 8 || len(story.Attempts) != 1 || len(story.Signings) != 1 || len(story.Notices) != 3 {
		t.Fatalf("story has %d events, %d attempts, %d signings, %d notices", len(story.Events), len(story.Attempts), len(story.Signings), len(story.Notices))
	}
	for i := 1; i < len(story.Events); i++ {
		if story.Events[i].Seq <= story.Events[i-1].Seq {
			t.Fatal("events are out of order")
		}
	}
}

func TestKindsOfChannelSignAndPay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		profile orchestrator.ChannelProfile
		own     bool // platform texts
		silent  bool
	}{
		{"agreement channel, bank texts", agreementBank("a"), false, false},
		{"agreement channel, third party texts", agreementThirdParty("a"), false, false},
		{"binding channel, platform texts", bindingPlatform("a"), true, false},
		{"withholding channel, platform texts", withholdingPlatform("a"), true, false},
		{"raw withholding, nobody texts", raw("a"), false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, c.profile)
			v := r.pay("order-1")
			if !c.silent {
				r.wantStatus(v, orchestrator.PaymentCodeRequired)
				if v.CodeRequired.Sender != c.profile.Sender || v.CodeRequired.Mismatch == c.own {
					t.Fatalf("prompt is %+v", *v.CodeRequired)
				}
				code := "012345"
				if c.own {
					code = r.phone.code(t)
				}
				var err error
				v, err = r.confirm(v.ID, code)
				r.must(err)
			}
			r.wantStatus(v, orchestrator.PaymentSucceeded)
			r.wantStatus(r.pay("order-2"), orchestrator.PaymentSucceeded)
			r.wantDebits(2)
			if (len(r.bank.sms) > 0) != (!c.own && !c.silent) {
				t.Fatalf("channel side texted %v", r.bank.sms)
			}
			if !c.profile.Binds && r.bank.called(orchestrator.OpElementCheck) != 1 {
				t.Fatal("element check did not run exactly once")
			}
			r.invariants()
		})
	}
}

func TestPlatformTextsOnlyAfterTheElementCheck(t *testing.T) {
	t.Parallel()
	for _, p := range []orchestrator.ChannelProfile{bindingPlatform("a"), withholdingPlatform("a")} {
		r := newRig(t, p)
		r.bank.mismatch = true
		v := r.pay("order-1")
		r.wantFailure(v, orchestrator.ReasonElementsMismatch, false)
		if got := r.phone.texts(); len(got) != 0 {
			t.Fatalf("texted a number that nobody has confirmed: %v", got)
		}
	}
}

func TestTwoCodesWhereEveryPaymentWantsOne(t *testing.T) {
	t.Parallel()
	r := newRig(t, codeEvery("a"))
	v := r.pay("order-1")
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	if v.CodeRequired.About != orchestrator.AboutSigning || !v.CodeRequired.Mismatch {
		t.Fatalf("first prompt: %+v", *v.CodeRequired)
	}
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	if v.CodeRequired.About != orchestrator.AboutPayment || v.CodeRequired.Mismatch {
		t.Fatalf("second prompt: %+v", *v.CodeRequired)
	}
	r.wantDebits(0)
	_, err = r.confirm(v.ID, "000000")
	r.wantCode(err, orchestrator.CodeWrongCode)
	v, err = r.confirm(v.ID, "654321")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	r.wantDebits(1)
	r.wantStatus(r.pay("order-2"), orchestrator.PaymentCodeRequired)
	r.invariants()
}

func TestCodeChargeThatNobodyConfirmsIsClosed(t *testing.T) {
	t.Parallel()
	r := newRig(t, codeEvery("a"))
	v := r.pay("order-1")
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.pass(20 * time.Minute)
	r.wantFailure(r.get(v.ID), orchestrator.ReasonCodeExpired, true)
	r.invariants()
}

func TestPayerAbsentNeedsASilentChannel(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	cmd := r.command("order-1")
	cmd.PayerPresent = false
	v, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, cmd)
	r.must(err)
	r.wantFailure(v, orchestrator.FailurePayerNeeded, true)
	if len(r.bank.sms) != 0 || len(r.phone.texts()) != 0 {
		t.Fatal("somebody was texted")
	}
	r.payWith("order-2", "012345")
	cmd.MerchantOrderNo = "order-3"
	v, err = r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, cmd)
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
}

func TestMaintenanceMovesToTheNextChannelAndTheQuirkShows(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"), agreementThirdParty("b"))
	r.payWith("order-1", "012345")
	r.bank.refuse["a"] = "maintenance"
	v := r.pay("order-2")
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	p := v.CodeRequired
	if p.Reason != orchestrator.ReasonSignedElsewhere || !p.Mismatch || p.PromptAbout != orchestrator.AboutPayment || p.Sender != orchestrator.PartyThirdParty {
		t.Fatalf("prompt is %+v", *p)
	}
	if v.RouteVersion != 2 {
		t.Fatalf("route version is %d", v.RouteVersion)
	}
	v, err := r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	decisions, err := r.engine.ExplainRoute(t.Context(), v.ID)
	r.must(err)
	if len(decisions) != 2 || decisions[0].Chosen != "a" || decisions[1].Chosen != "b" {
		t.Fatalf("decisions: %+v", decisions)
	}
	r.invariants()
}

func TestRouteFirstShowsTheQuirkWhileTheSignedChannelIsHealthy(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"), agreementBank("b"))
	r.switchTo("a", orchestrator.ChannelDisabled)
	r.payWith("order-1", "012345") // signs at b
	r.switchTo("a", orchestrator.ChannelEnabled)
	r.wantStatus(r.pay("order-2"), orchestrator.PaymentSucceeded) // silent-first stays at b
	r.policy(orchestrator.RouteFirst)
	v := r.pay("order-3")
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	if v.CodeRequired.Reason != orchestrator.ReasonSignedElsewhere {
		t.Fatalf("reason is %s", v.CodeRequired.Reason)
	}
}

func TestReasonsForSigningAgain(t *testing.T) {
	t.Parallel()
	end := func(state orchestrator.AgreementState) func(*rig) {
		return func(r *rig) {
			r.bank.change(func() {
				for _, a := range r.bank.agreements {
					switch state {
					case orchestrator.AgreementCancelledAtBank:
						a.Status = orchestrator.AgreementStatusCancelledAtBank
					case orchestrator.AgreementTerminated:
						a.Status = orchestrator.AgreementStatusTerminated
					}
				}
				if state == orchestrator.AgreementUnknownToChannel {
					r.bank.agreements = map[string]*orchestrator.AgreementReport{}
					r.bank.holders = map[string]string{}
				}
			})
		}
	}
	aged := agreementBank("a")
	aged.AgreementLifetimeDays = 30
	for _, c := range []struct {
		want    orchestrator.SigningReason
		profile orchestrator.ChannelProfile
		happens func(*rig)
	}{
		{orchestrator.ReasonCancelledAtBank, agreementBank("a"), end(orchestrator.AgreementCancelledAtBank)},
		{orchestrator.ReasonTerminated, agreementBank("a"), end(orchestrator.AgreementTerminated)},
		{orchestrator.ReasonUnknownToChannel, agreementBank("a"), end(orchestrator.AgreementUnknownToChannel)},
		{orchestrator.ReasonExpired, aged, func(r *rig) {
			r.pass(31 * 24 * time.Hour)
			end(orchestrator.AgreementTerminated)(r)
		}},
	} {
		t.Run(string(c.want), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, c.profile)
			r.payWith("order-1", "012345")
			c.happens(r)
			v := r.pay("order-2")
			r.wantStatus(v, orchestrator.PaymentCodeRequired)
			if v.CodeRequired.Reason != c.want {
				t.Fatalf("reason is %s, want %s", v.CodeRequired.Reason, c.want)
			}
			v, err := r.confirm(v.ID, "012345")
			r.must(err)
			r.wantStatus(v, orchestrator.PaymentSucceeded)
			r.wantDebits(2)
			r.invariants()
		})
	}
}

func TestRawRetiredAsksForASigning(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("r"), agreementBank("a"))
	r.wantStatus(r.pay("order-1"), orchestrator.PaymentSucceeded)
	r.switchTo("r", orchestrator.ChannelRetired)
	v := r.pay("order-2")
	r.wantStatus(v, orchestrator.PaymentCodeRequired)
	if v.CodeRequired.Reason != orchestrator.ReasonRawRetired {
		t.Fatalf("reason is %s", v.CodeRequired.Reason)
	}
}

func TestPayersMattersDoNotMove(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"), raw("b"))
	r.bank.decline["a"] = orchestrator.ReasonInsufficientBalance
	v := r.pay("order-1")
	r.wantFailure(v, orchestrator.ReasonInsufficientBalance, true)
	delete(r.bank.decline, "a")
	v, err := r.engine.RetryPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.RetryCommand{PayerPresent: true})
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	if v.RouteVersion != 2 {
		t.Fatalf("route version is %d", v.RouteVersion)
	}
	r.wantDebits(1)
}

func TestWrongCodesLockTheSigning(t *testing.T) {
	t.Parallel()
	for _, p := range []orchestrator.ChannelProfile{agreementBank("a"), bindingPlatform("a")} {
		r := newRig(t, p)
		v := r.pay("order-1")
		for i := range 4 {
			_, err := r.confirm(v.ID, "999999")
			r.wantCode(err, orchestrator.CodeWrongCode)
			if got := r.get(v.ID).CodeRequired.TriesLeft; got != 4-i {
				t.Fatalf("tries left %d, want %d", got, 4-i)
			}
		}
		_, err := r.confirm(v.ID, "999999")
		r.wantCode(err, orchestrator.CodeLocked)
		r.wantFailure(r.get(v.ID), orchestrator.ReasonCodeExhausted, true)
		_, err = r.confirm(v.ID, "012345")
		r.wantCode(err, orchestrator.CodeWrongState)
		r.wantDebits(0)
	}
}

func TestOnlyTheNewestSMSCounts(t *testing.T) {
	t.Parallel()
	r := newRig(t, bindingPlatform("a"))
	v := r.pay("order-1")
	old := r.phone.code(t)
	_, err := r.engine.ResendPayment(t.Context(), merchantID, engine.Key{}, v.ID)
	r.wantCode(err, orchestrator.CodeTooFrequent)
	r.pass(time.Minute)
	v, err = r.engine.ResendPayment(t.Context(), merchantID, engine.Key{}, v.ID)
	r.must(err)
	if v.CodeRequired.SMSSeq != 2 {
		t.Fatalf("sms_seq is %d", v.CodeRequired.SMSSeq)
	}
	_, err = r.engine.ConfirmPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.ConfirmCommand{Code: orchestrator.NewSecret(old), SMSSeq: 1})
	r.wantCode(err, orchestrator.CodeCodeSuperseded)
	if got := r.get(v.ID).CodeRequired.TriesLeft; got != 5 {
		t.Fatalf("an old code cost a try: %d left", got)
	}
	_, err = r.confirm(v.ID, old)
	r.wantCode(err, orchestrator.CodeWrongCode)
	v, err = r.confirm(v.ID, r.phone.code(t))
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
}

func TestOldSMSIsNotTriedAtTheChannel(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	v := r.pay("order-1")
	r.pass(time.Minute)
	v, err := r.engine.ResendPayment(t.Context(), merchantID, engine.Key{}, v.ID)
	r.must(err)
	_, err = r.engine.ConfirmPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.ConfirmCommand{Code: orchestrator.NewSecret("012345"), SMSSeq: 1})
	r.wantCode(err, orchestrator.CodeCodeSuperseded)
	if r.bank.called(orchestrator.OpSigningConfirm) != 0 {
		t.Fatal("the old code went to the channel")
	}
	r.pass(6 * time.Minute)
	_, err = r.confirm(v.ID, "012345")
	r.wantCode(err, orchestrator.CodeCodeExpired)
}

func TestParallelConfirmsReachTheChannelOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	v := r.pay("order-1")
	var wg sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		wg.Go(func() { _, results[i] = r.confirm(v.ID, "012345") })
	}
	wg.Wait()
	for _, err := range results {
		if c := orchestrator.CodeOf(err); err != nil && c != orchestrator.CodeInProgress && c != orchestrator.CodeWrongState {
			t.Fatalf("a parallel confirm got %v", err)
		}
	}
	if n := r.bank.called(orchestrator.OpSigningConfirm); n != 1 {
		t.Fatalf("%d confirms reached the channel", n)
	}
	r.wantStatus(r.get(v.ID), orchestrator.PaymentSucceeded)
	r.wantDebits(1)
}

func TestRouteChangedBeforeTheCodeIsUsed(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"), agreementBank("b"))
	v := r.pay("order-1")
	r.switchTo("a", orchestrator.ChannelDisabled)
	_, err := r.confirm(v.ID, "012345")
	r.wantCode(err, orchestrator.CodeRouteChanged)
	if r.bank.called(orchestrator.OpSigningConfirm) != 0 {
		t.Fatal("the code was used up")
	}
	got := r.get(v.ID)
	r.wantStatus(got, orchestrator.PaymentCodeRequired)
	if got.RouteVersion != 2 {
		t.Fatalf("route version is %d", got.RouteVersion)
	}
	got, err = r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(got, orchestrator.PaymentSucceeded)
}

func TestLandingTextsNobodyAndPinsTheRoute(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"), agreementBank("b"))
	land := func() engine.CheckoutView {
		k, err := r.engine.Land(t.Context(), merchantID, engine.Key{}, engine.LandCommand{PayerID: payerID, CardID: r.card, Amount: 10000})
		r.must(err)
		return k
	}
	k := land()
	if k.Mode != orchestrator.CheckoutCode || k.Prompt == nil || len(r.bank.calls) != 0 {
		t.Fatalf("landing: %+v, calls %v", k, r.bank.calls)
	}
	r.switchTo("a", orchestrator.ChannelDisabled)
	cmd := r.command("order-1")
	cmd.CheckoutID = k.ID
	_, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{Value: "k"}, cmd)
	r.wantCode(err, orchestrator.CodeRouteChanged)
	v, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{Value: "k"}, cmd)
	r.must(err)
	v, err = r.confirm(v.ID, "012345")
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	if k = land(); k.Mode != orchestrator.CheckoutSilent || k.Prompt != nil {
		t.Fatalf("second landing: %+v", k)
	}
}

func TestLimitsRouteAway(t *testing.T) {
	t.Parallel()
	small := raw("a")
	small.Banks[0].Limits.Daily = 15000
	r := newRig(t, small, raw("b"))
	r.wantStatus(r.pay("order-1"), orchestrator.PaymentSucceeded)
	v := r.pay("order-2")
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	d, err := r.engine.ExplainRoute(t.Context(), v.ID)
	r.must(err)
	if d[0].Chosen != "b" || d[0].Candidates[0].Why != orchestrator.WhyLimitDaily {
		t.Fatalf("decision: %+v", d[0])
	}
	r.pass(24 * time.Hour)
	v = r.pay("order-3")
	d, err = r.engine.ExplainRoute(t.Context(), v.ID)
	r.must(err)
	if d[0].Chosen != "a" {
		t.Fatal("the daily limit did not free itself")
	}
}

func TestElementsNotKeptAreAskedFor(t *testing.T) {
	t.Parallel()
	r := newRig(t, bindingPlatform("a"))
	_, err := r.engine.PutMerchant(t.Context(), engine.MerchantCommand{
		ID: merchantID, Name: "x", Token: orchestrator.NewSecret("token"), KeepElements: false, Notices: true,
		GatewayURL: "http://gateway", GatewayToken: orchestrator.NewSecret("gw"),
	})
	r.must(err)
	r.bindCard()
	if got, _ := r.engine.GetCard(t.Context(), merchantID, r.card); got.ElementsKept {
		t.Fatal("elements are still kept")
	}
	_, err = r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-1"))
	r.wantCode(err, orchestrator.CodeElementsRequired)
	cmd := r.command("order-1")
	cmd.Elements = &r.elements
	v, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, cmd)
	r.must(err)
	v, err = r.confirm(v.ID, r.phone.code(t))
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
	r.wantStatus(r.pay("order-2"), orchestrator.PaymentSucceeded) // by agreement: needs none
}

func TestUnbindTerminatesAndForgets(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.payWith("order-1", "012345")
	r.bank.fault = func(_ string, c orchestrator.Call, n int) fault {
		if c.Operation == orchestrator.OpAgreementTerminate && n == 1 {
			return loseRequest
		}
		return noFault
	}
	card, err := r.engine.UnbindCard(t.Context(), merchantID, r.card)
	r.must(err)
	if card.State != orchestrator.CardUnbound || card.ElementsKept {
		t.Fatalf("card: %+v", card)
	}
	r.pass(time.Minute)
	list, err := r.engine.CardAgreements(t.Context(), merchantID, r.card)
	r.must(err)
	if len(list) != 1 || list[0].State != orchestrator.AgreementTerminated {
		t.Fatalf("agreements: %+v", list)
	}
	_, err = r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-2"))
	r.wantCode(err, orchestrator.CodeWrongState)
}

func TestCloseBeforeTheCodeIsGiven(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	v := r.pay("order-1")
	v, err := r.engine.ClosePayment(t.Context(), merchantID, engine.Key{}, v.ID)
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentClosed)
	_, err = r.confirm(v.ID, "012345")
	r.wantCode(err, orchestrator.CodeWrongState)
	r.wantDebits(0)
}

func TestVerificationSignsWithoutPaying(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("r"), agreementBank("a"))
	v, err := r.engine.ApplyVerification(t.Context(), merchantID, engine.Key{}, engine.VerificationCommand{PayerID: payerID, CardID: r.card})
	r.must(err)
	if v.Status != orchestrator.VerificationCodeRequired || v.CodeRequired.Mismatch || v.CodeRequired.PromptAbout != orchestrator.AboutSigning {
		t.Fatalf("verification: %+v", v)
	}
	v, err = r.engine.ConfirmVerification(t.Context(), merchantID, engine.Key{}, v.ID, engine.ConfirmCommand{Code: orchestrator.NewSecret("012345")})
	r.must(err)
	if v.Status != orchestrator.VerificationVerified {
		t.Fatalf("verification: %+v", v)
	}
	r.wantDebits(0)
}

func TestSyncBringsOldCustomersAlong(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"), raw("r"))
	item := func(id, channel string) engine.SyncCommand {
		return engine.SyncCommand{ItemID: id, PayerID: "old-" + id, Elements: r.elements, ChannelID: channel, OldReference: "ref-" + id, SignedOn: "2016-05-01"}
	}
	got, err := r.engine.SyncAgreements(t.Context(), merchantID, engine.Key{Value: "s"}, []engine.SyncCommand{item("i1", "a"), item("i2", "r")})
	r.must(err)
	if got[0].Result != orchestrator.SyncBound || got[1].Result != orchestrator.SyncElementCheckPassed {
		t.Fatalf("results: %+v", got)
	}
	r.bank.mismatch = true
	got, err = r.engine.SyncAgreements(t.Context(), merchantID, engine.Key{}, []engine.SyncCommand{item("i3", "a"), item("i4", "r")})
	r.must(err)
	if got[0].Result != orchestrator.SyncMismatch || got[1].Result != orchestrator.SyncMismatch {
		t.Fatalf("results: %+v", got)
	}
	if len(r.bank.sms)+len(r.phone.texts()) != 0 {
		t.Fatal("an old customer was disturbed")
	}
}
