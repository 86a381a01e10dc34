package storetest

import (
	"errors"
	"testing"
	"time"

	o "countersign/orchestrator"
)

// cardQueries holds what is asked about a card besides its row: the one taken away last, kept elements, work that is
// not over, and when it may cause another SMS.
func cardQueries(t *testing.T, open Opener) {
	store := with(t, open, "mer_1", "mer_2")
	update(t, store, func(tx o.Tx) error { return errors.Join(storeCards(tx), storeOpenWork(tx), storeTexted(tx)) })
	view(t, store, func(tx o.Tx) error { return errors.Join(askCards(t, tx), askOpenWork(t, tx), askTexted(t, tx)) })
	update(t, store, func(tx o.Tx) error { return tx.Cards().ForgetElements("mer_1") })
	view(t, store, func(tx o.Tx) error {
		bound, err1 := tx.Cards().Get("mer_1", "crd_3")
		expect(t, "kept elements", bound.SealedElements, []byte(nil))
		expect(t, "elements put by", bound.FormerElements, []byte(nil))
		expect(t, "version of a row that was changed", bound.Version, int64(2))
		none, err2 := tx.Cards().Get("mer_1", "crd_1")
		expect(t, "version of a row without elements", none.Version, int64(1))
		other, err3 := tx.Cards().Get("mer_2", "crd_1")
		expect(t, "another merchant's elements", other.SealedElements, []byte("sealed"))
		return errors.Join(err1, err2, err3)
	})
}

// storeCards stores a card three times: taken away twice, and bound.
func storeCards(tx o.Tx) error {
	var all []error
	for n := 1; n <= 3; n++ {
		c := card("mer_1", n)
		if n < 3 {
			c.State, c.UnboundAt = o.CardUnbound, noon.Add(time.Duration(n)*time.Hour)
		} else {
			c.SealedElements, c.FormerElements = []byte("sealed"), []byte("sealed before")
		}
		all = append(all, tx.Cards().Insert(&c))
	}
	other := card("mer_2", 1)
	other.SealedElements = []byte("sealed")
	return errors.Join(append(all, tx.Cards().Insert(&other))...)
}

func askCards(t *testing.T, tx o.Tx) error {
	t.Helper()
	last, err1 := tx.Cards().TakenAway("mer_1", "payer", "print")
	expect(t, "card taken away last", last.ID, "crd_2")
	bound, err2 := tx.Cards().ByFingerprint("mer_1", "payer", "print")
	expect(t, "card bound", bound.ID, "crd_3")
	if _, err := tx.Cards().TakenAway("mer_2", "payer", "print"); !errors.Is(err, o.ErrNotFound) {
		t.Errorf("no card was taken away: got %v", err)
	}
	return errors.Join(err1, err2)
}

// storeOpenWork stores payments and verifications of one card in all states, and one of another card.
func storeOpenWork(tx o.Tx) error {
	var all []error
	for n, status := range o.PaymentStatuses() {
		p := payment("mer_1", n)
		p.Status = status
		all = append(all, tx.Payments().Insert(&p))
	}
	for n, status := range []o.VerificationStatus{o.VerificationProcessing, o.VerificationVerified, o.VerificationCodeRequired, o.VerificationFailed} {
		id := string(rune('0' + n))
		v := o.Verification{MerchantID: "mer_1", ID: "vrf_" + id, CardID: "crd_1", Status: status}
		all = append(all, tx.Verifications().Insert(&v))
	}
	other := payment("mer_1", 9)
	other.CardID = "crd_9"
	return errors.Join(append(all, tx.Payments().Insert(&other))...)
}

func askOpenWork(t *testing.T, tx o.Tx) error {
	t.Helper()
	payments, err1 := tx.Payments().OpenOfCard("mer_1", "crd_1")
	expect(t, "open payments", idsOf(payments, func(p o.Payment) string { return p.ID }), []string{"pay_0", "pay_1"})
	verifications, err2 := tx.Verifications().OpenOfCard("mer_1", "crd_1")
	expect(t, "open verifications", idsOf(verifications, func(v o.Verification) string { return v.ID }), []string{"vrf_0", "vrf_2"})
	return errors.Join(err1, err2)
}

// storeTexted stores signings that have caused SMS or not, were completed or not, here and elsewhere.
func storeTexted(tx o.Tx) error {
	var all []error
	for n, change := range []func(*o.Signing){
		func(*o.Signing) {},
		func(s *o.Signing) { s.SMSCount = 0 },
		func(s *o.Signing) { s.State = o.SigningActive },
		func(s *o.Signing) { s.ChannelID = "other-pay" },
	} {
		s := signing("mer_1", n+1)
		s.State, s.SMS.ResendAfter = o.SigningExpiredState, noon.Add(time.Duration(n+1)*time.Hour)
		change(&s)
		all = append(all, tx.Signings().Insert(&s))
	}
	return errors.Join(all...)
}

func askTexted(t *testing.T, tx o.Tx) error {
	t.Helper()
	at, err1 := tx.Signings().NextSMS("mer_1", "crd_1", "bridge-pay", noon)
	expect(t, "next SMS", at, noon.Add(time.Hour))
	none, err2 := tx.Signings().NextSMS("mer_1", "crd_1", "bridge-pay", noon.Add(time.Hour))
	expect(t, "next SMS of signings made since", none, time.Time{})
	other, err3 := tx.Signings().NextSMS("mer_2", "crd_1", "bridge-pay", noon)
	expect(t, "next SMS of another merchant", other, time.Time{})
	return errors.Join(err1, err2, err3)
}
