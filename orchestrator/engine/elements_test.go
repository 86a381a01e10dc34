package engine_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

const (
	mobileOne = "13800000001"
	mobileTwo = "13900000002"
)

// rebind binds the card again with another mobile.
func (r *rig) rebind(number string) {
	r.t.Helper()
	el := r.elements
	el.Mobile = mobile(r.t, number)
	card, err := r.engine.BindCard(r.t.Context(), merchantID, engine.Key{}, engine.BindCardCommand{PayerID: payerID, Elements: el})
	r.must(err)
	if card.ID != r.card {
		r.t.Fatalf("card %s became %s", r.card, card.ID)
	}
}

// sync brings the rig's card along at channel a with a mobile, signed in former days.
func (r *rig) sync(number string) orchestrator.SyncResult {
	r.t.Helper()
	el := r.elements
	el.Mobile = mobile(r.t, number)
	views, err := r.engine.SyncAgreements(r.t.Context(), merchantID, engine.Key{}, []engine.SyncCommand{{
		ItemID: "1", PayerID: payerID, Elements: el, ChannelID: "a", OldReference: "old-77", SignedOn: "2016-03-09",
	}})
	r.must(err)
	if views[0].CardID != r.card {
		r.t.Fatalf("card %s became %s", r.card, views[0].CardID)
	}
	return views[0].Result
}

// noticesOf pays silently and answers who was told of the debit.
func (r *rig) noticesOf(orderNo string) []string {
	r.t.Helper()
	r.settle()
	before := len(r.phone.texts())
	r.wantStatus(r.pay(orderNo), orchestrator.PaymentSucceeded)
	r.settle()
	return r.phone.since(before)
}

var (
	byWeChat = "wechat debit_notice wx-1"
	toOne    = "sms debit_notice " + mobileOne
)

func TestDebitNoticesAreTextedToConfirmedMobilesOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		act  func(*rig)
		want []string
	}{
		{"the mobile of a completed signing", func(r *rig) { r.payWith("order-0", "012345") }, []string{toOne, byWeChat}},
		{"another mobile given after the signing", func(r *rig) {
			r.payWith("order-0", "012345")
			r.rebind(mobileTwo)
		}, []string{byWeChat}},
		{"the confirmed mobile given again", func(r *rig) {
			r.payWith("order-0", "012345")
			r.rebind(mobileTwo)
			r.rebind(mobileOne)
		}, []string{toOne, byWeChat}},
		{"a wrong mobile, put right by a sync", func(r *rig) {
			r.bank.registered = mobileOne
			r.rebind(mobileTwo)
			if got := r.sync(mobileOne); got != orchestrator.SyncBound {
				r.t.Fatalf("sync ends as %s", got)
			}
		}, []string{toOne, byWeChat}},
		{"a live agreement, and another mobile brought along", func(r *rig) {
			r.payWith("order-0", "012345")
			r.rebind(mobileTwo)
			r.bank.registered = mobileOne
			if got := r.sync("13700000003"); got != orchestrator.SyncMismatch {
				r.t.Fatalf("sync ends as %s", got)
			}
		}, []string{byWeChat}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, agreementBank("a"))
			c.act(r)
			if got := r.noticesOf("order-1"); !slices.Equal(got, c.want) {
				t.Errorf("told %v, want %v", got, c.want)
			}
		})
	}
}

func TestAnElementCheckConfirmsTheMobile(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	if got := r.noticesOf("order-1"); !slices.Equal(got, []string{toOne, byWeChat}) {
		t.Fatalf("told %v", got)
	}
	r.rebind(mobileTwo)
	if got := r.noticesOf("order-2"); !slices.Equal(got, []string{"sms debit_notice " + mobileTwo, byWeChat}) {
		t.Fatalf("told %v", got)
	}
}

func TestANoticeThatWaitsIsNotTextedToAMobileGivenMeanwhile(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"))
	r.payWith("order-0", "012345")
	r.settle()
	before := len(r.phone.texts())
	r.phone.fail = errStoreDown
	r.wantStatus(r.pay("order-1"), orchestrator.PaymentSucceeded)
	r.settle()
	r.rebind(mobileTwo)
	r.phone.fail = nil
	r.pass(time.Hour)
	if got := r.phone.since(before); !slices.Equal(got, []string{byWeChat}) {
		t.Fatalf("told %v", got)
	}
}

func TestTheCodeCountsForTheCheckItFollowed(t *testing.T) {
	t.Parallel()
	t.Run("other elements", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, withholdingPlatform("a"))
		first := r.pay("order-1")
		_, err := r.confirm(first.ID, r.phone.code(t))
		r.must(err)
		r.wantStatus(r.pay("order-2"), orchestrator.PaymentSucceeded)
		r.settle()
		r.rebind(mobileTwo)
		before := len(r.phone.texts())
		v := r.pay("order-3")
		r.wantStatus(v, orchestrator.PaymentCodeRequired)
		if got := r.phone.since(before); !slices.Equal(got, []string{"sms code " + mobileTwo}) {
			t.Fatalf("texted %v", got)
		}
		absent := r.command("order-4")
		absent.PayerPresent = false
		silent, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, absent)
		r.must(err)
		r.wantFailure(silent, orchestrator.FailurePayerNeeded, true)
		v, err = r.confirm(v.ID, r.phone.code(t))
		r.must(err)
		r.wantStatus(v, orchestrator.PaymentSucceeded)
	})
	t.Run("a check the channel has forgotten", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, withholdingPlatform("a"))
		v := r.pay("order-1")
		_, err := r.confirm(v.ID, r.phone.code(t))
		r.must(err)
		r.bank.decline["a"] = orchestrator.ReasonElementCheckMissing
		v = r.pay("order-2")
		r.wantStatus(v, orchestrator.PaymentCodeRequired)
		r.bank.change(func() { delete(r.bank.decline, "a") })
		v, err = r.confirm(v.ID, r.phone.code(t))
		r.must(err)
		r.wantStatus(v, orchestrator.PaymentSucceeded)
		r.wantDebits(2)
	})
}

func TestElementsThatChangeWhileACodeIsOutEndItsSigning(t *testing.T) {
	t.Parallel()
	r := newRig(t, withholdingPlatform("a"))
	v := r.pay("order-1")
	old := r.phone.code(t)
	r.bank.registered = mobileOne
	r.rebind(mobileTwo)
	r.wantFailure(r.get(v.ID), orchestrator.FailureSuperseded, true)
	_, err := r.confirm(v.ID, old)
	r.wantCode(err, orchestrator.CodeWrongState)
	before := len(r.phone.texts())
	r.pass(time.Minute)
	v, err = r.engine.RetryPayment(t.Context(), merchantID, engine.Key{}, v.ID, engine.RetryCommand{PayerPresent: true})
	r.must(err)
	r.wantFailure(v, orchestrator.ReasonElementsMismatch, true) // with the elements that were confirmed before
	if got := r.phone.since(before); len(got) != 0 {
		t.Fatalf("an unconfirmed mobile got %v", got)
	}
	r.wantDebits(0)
}

func TestElementsThatChangeDuringACheckAreCheckedThemselves(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	r.bank.fault = on(orchestrator.OpElementCheck, 1, loseReply)
	v := r.pay("order-1")
	r.bank.change(func() { r.bank.registered = mobileOne })
	r.rebind(mobileTwo)
	r.pass(time.Minute)
	r.wantStatus(r.get(v.ID), orchestrator.PaymentFailed)
	r.wantDebits(0)
	r.invariants()
}

func TestSwitchingKeepingOffForgetsElements(t *testing.T) {
	t.Parallel()
	r := newRig(t, agreementBank("a"), agreementBank("b"))
	r.payWith("order-1", "012345")
	_, err := r.engine.PutMerchant(t.Context(), engine.MerchantCommand{ID: merchantID, Name: "分期乐园", Token: orchestrator.NewSecret("token-of-the-merchant")})
	r.must(err)
	card, err := r.engine.GetCard(t.Context(), merchantID, r.card)
	r.must(err)
	if card.ElementsKept {
		t.Error("the card still shows elements")
	}
	for _, c := range r.store.snapshot().Cards {
		if c.SealedElements != nil {
			t.Error("sealed elements are still stored")
		}
	}
	r.wantStatus(r.pay("order-2"), orchestrator.PaymentSucceeded)
	r.switchTo("a", orchestrator.ChannelDisabled)
	_, err = r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, r.command("order-3"))
	r.wantCode(err, orchestrator.CodeElementsRequired)
}

func TestWhoWasBroughtAlongPaysSilently(t *testing.T) {
	t.Parallel()
	for _, p := range []orchestrator.ChannelProfile{agreementBank("a"), bindingPlatform("a"), withholdingPlatform("a"), raw("a")} {
		t.Run(string(p.Kind), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, p)
			r.sync(mobileOne)
			absent := r.command("order-1")
			absent.PayerPresent = false
			v, err := r.engine.ApplyPayment(t.Context(), merchantID, engine.Key{}, absent)
			r.must(err)
			r.wantStatus(v, orchestrator.PaymentSucceeded)
			r.settle()
			if slices.ContainsFunc(r.phone.texts(), func(s string) bool { return strings.HasPrefix(s, "sms code") }) || len(r.bank.sms) > 0 {
				t.Error("somebody was texted a code")
			}
		})
	}
}

func TestASyncIsHeldAgainstTheBankAlthoughTheCardWasChecked(t *testing.T) {
	t.Parallel()
	r := newRig(t, withholdingPlatform("a"))
	r.bank.registered = mobileOne
	if got := r.sync(mobileOne); got != orchestrator.SyncElementCheckPassed {
		t.Fatalf("sync ends as %s", got)
	}
	if got := r.sync(mobileTwo); got != orchestrator.SyncMismatch {
		t.Fatalf("other elements end as %s", got)
	}
	r.wantStatus(r.pay("order-1"), orchestrator.PaymentSucceeded)
}

func TestTheOpenIDLiesSealedAndGoesWithTheCard(t *testing.T) {
	t.Parallel()
	r := newRig(t, raw("a"))
	if got := r.noticesOf("order-1"); !slices.Contains(got, byWeChat) {
		t.Fatalf("told %v", got)
	}
	all, err := json.Marshal(r.store.snapshot())
	r.must(err)
	if strings.Contains(string(all), "wx-1") {
		t.Error("the open id lies open in the store")
	}
	_, err = r.engine.UnbindCard(t.Context(), merchantID, r.card)
	r.must(err)
	r.rebind(mobileOne) // and gives no open id
	if got := r.noticesOf("order-2"); !slices.Equal(got, []string{toOne}) {
		t.Errorf("told %v", got)
	}
}
