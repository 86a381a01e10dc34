package engine_test

import (
	"slices"
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
	"countersign/orchestrator/routing"
)

// forget makes the merchant keep no elements, and the card be bound so.
func (r *rig) forget() {
	r.t.Helper()
	_, err := r.engine.PutMerchant(r.t.Context(), engine.MerchantCommand{
		ID: merchantID, Name: "x", Token: orchestrator.NewSecret("token"), KeepElements: false, Notices: true,
	})
	r.must(err)
	r.bindCard()
}

func (r *rig) land() engine.CheckoutView {
	r.t.Helper()
	v, err := r.engine.Land(r.t.Context(), merchantID, engine.Key{}, engine.LandCommand{PayerID: payerID, CardID: r.card, Amount: 10000})
	r.must(err)
	return v
}

func (r *rig) payFrom(orderNo, checkoutID string, elements bool) (engine.PaymentView, error) {
	c := r.command(orderNo)
	c.CheckoutID = checkoutID
	if elements {
		c.Elements = &r.elements
	}
	return r.engine.ApplyPayment(r.t.Context(), merchantID, engine.Key{}, c)
}

func TestWithoutElementsALiveAgreementIsTakenBeforeACheaperRawChannel(t *testing.T) {
	t.Parallel()
	for _, present := range []bool{true, false} {
		r := newRig(t, raw("raw"), agreementBank("signed"))
		r.switchTo("raw", orchestrator.ChannelDisabled)
		r.payWith("order-1", "012345")
		r.switchTo("raw", orchestrator.ChannelEnabled)
		r.forget()
		if v := r.land(); v.Mode != orchestrator.CheckoutSilent {
			t.Errorf("the page's mode is %s", v.Mode)
		}
		command := r.command("order-2")
		command.PayerPresent = present
		v, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, command)
		r.must(err)
		r.wantStatus(v, orchestrator.PaymentSucceeded)
		decisions, err := r.engine.ExplainRoute(t.Context(), v.ID)
		r.must(err)
		if d := decisions[0]; d.Chosen != "signed" || d.Candidates[0].Why != orchestrator.WhyElementsMissing {
			t.Errorf("decision: %+v", d)
		}
		r.invariants()
	}
}

func TestWithoutElementsARawChannelAloneAsksForThem(t *testing.T) {
	t.Parallel()
	for _, present := range []bool{true, false} {
		r := newRig(t, raw("raw"))
		r.forget()
		command := r.command("order-1")
		command.PayerPresent = present
		_, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, command)
		r.wantCode(err, orchestrator.CodeElementsRequired)
		command.Elements = &r.elements
		v, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, command)
		r.must(err)
		r.wantStatus(v, orchestrator.PaymentSucceeded)
	}
}

func TestAPageThatLackedTheElementsIsKeptByThem(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("raw"))
	r.forget()
	page := r.land()
	if page.Mode != orchestrator.CheckoutCode {
		t.Fatalf("the page's mode is %s", page.Mode)
	}
	_, err := r.payFrom("order-1", page.ID, false)
	r.wantCode(err, orchestrator.CodeElementsRequired)
	v, err := r.payFrom("order-1", page.ID, true)
	r.must(err)
	r.wantStatus(v, orchestrator.PaymentSucceeded)
}

func TestALandingServesOnePayment(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("raw"))
	page := r.land()
	first, err := r.payFrom("order-1", page.ID, false)
	r.must(err)
	_, err = r.payFrom("order-2", page.ID, false)
	r.wantCode(err, orchestrator.CodeWrongState)
	if refusal, ok := err.(*orchestrator.Error); !ok || refusal.Field != "checkout_id" { //nolint:errorlint // as it was returned
		t.Errorf("refusal: %+v", err)
	}
	again, err := r.payFrom("order-1", page.ID, false)
	r.must(err)
	if again.ID != first.ID || !again.Existing {
		t.Errorf("the same order is payment %s, was %s", again.ID, first.ID)
	}
	r.wantDebits(1)
}

func TestTheLandingsChannelIsTakenThoughABetterOneCameUp(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("cheap"), raw("dear"))
	r.switchTo("cheap", orchestrator.ChannelDisabled)
	page := r.land()
	r.switchTo("cheap", orchestrator.ChannelEnabled)
	v, err := r.payFrom("order-1", page.ID, false)
	r.must(err)
	decisions, err := r.engine.ExplainRoute(t.Context(), v.ID)
	r.must(err)
	d := decisions[0]
	if d.Chosen != "dear" || d.Terms.Landed != "dear" || d.Candidates[0].Why != orchestrator.WhyNotLanded || d.Candidates[1].Why != orchestrator.WhyLanded {
		t.Fatalf("decision: %+v", d)
	}
}

func TestStoredDecisionsCanBeMadeAgain(t *testing.T) {
	t.Parallel()
	limited := raw("b")
	limited.Banks[0].Limits = orchestrator.Limits{Single: 20000, Daily: 15000, DailyCount: 3}
	r := newRig(t, agreementBank("a"), limited, withholdingPlatform("c"), codeEvery("d"))
	r.pay("order-1")
	r.pass(2 * time.Minute)
	r.pay("order-2")
	r.pass(2 * time.Minute)
	r.land()
	_, err := r.payFrom("order-3", r.land().ID, false)
	r.must(err)
	r.pass(2 * time.Minute)
	_, err = r.engine.ApplyVerification(t.Context(), merchantID, engine.Key{}, engine.VerificationCommand{PayerID: payerID, CardID: r.card})
	r.must(err)
	r.bank.decline["a"] = orchestrator.ReasonLimitDaily
	r.policy(orchestrator.RouteFirst)
	r.pass(time.Minute)
	r.pay("order-4")
	r.pass(time.Hour)
	r.switchTo("b", orchestrator.ChannelRetired)
	r.pay("order-5")
	stored := r.store.snapshot().stored().Decisions
	if len(stored) < 7 {
		t.Fatalf("%d decisions", len(stored))
	}
	used := false
	for _, d := range stored {
		got := routing.Replay(d)
		same := func(a, b orchestrator.Candidate) bool { return a == b }
		if got.Inputs != d.Inputs || got.Chosen != d.Chosen || got.Silent != d.Silent || got.SignReason != d.SignReason ||
			got.Failure != d.Failure || !slices.EqualFunc(got.Candidates, d.Candidates, same) {
			t.Errorf("made again:\n got %+v\nwant %+v", got, d)
		}
		for _, c := range d.Candidates {
			used = used || c.Facts.UsedToday > 0
			if c.Facts.Profile == "" || c.Facts.State == "" || c.Facts.Breaker == "" {
				t.Errorf("facts are missing: %+v", c)
			}
		}
	}
	if !used {
		t.Error("no decision has recorded what was used of a limit")
	}
}
