package storetest

import (
	"errors"
	"testing"

	o "countersign/orchestrator"
)

// isolation holds that one merchant never meets another's rows.
func isolation(t *testing.T, open Opener) {
	store := with(t, open, "mer_1", "mer_2")
	update(t, store, func(tx o.Tx) error {
		p, a, s, g, c := payment("mer_1", 1), attempt("mer_1", "pay_1", 1), signing("mer_1", 1), agreement("mer_1", 1), card("mer_1", 1)
		key := o.IdempotencyRecord{MerchantID: "mer_1", Operation: "pay", Key: "key"}
		return errors.Join(tx.Payments().Insert(&p), tx.Attempts().Insert(&a), tx.Signings().Insert(&s),
			tx.Agreements().Insert(&g), tx.Cards().Insert(&c), tx.Idempotency().Insert(key))
	})
	looks := map[string]func(o.Tx) error{
		"payment":           func(tx o.Tx) error { _, err := tx.Payments().Get("mer_2", "pay_1"); return err },
		"payment by order":  func(tx o.Tx) error { _, err := tx.Payments().ByOrderNo("mer_2", "order-1"); return err },
		"attempt":           func(tx o.Tx) error { _, err := tx.Attempts().Get("mer_2", "att_1"); return err },
		"attempt by order":  func(tx o.Tx) error { _, err := tx.Attempts().ByOrderNo("mer_2", "bridge-pay", "ord_1"); return err },
		"signing":           func(tx o.Tx) error { _, err := tx.Signings().Get("mer_2", "sgn_1"); return err },
		"signing by number": func(tx o.Tx) error { _, err := tx.Signings().BySignNo("mer_2", "bridge-pay", "sign-1"); return err },
		"open signing":      func(tx o.Tx) error { _, err := tx.Signings().Open("mer_2", "payer", "crd_1", "bridge-pay"); return err },
		"agreement":         func(tx o.Tx) error { _, err := tx.Agreements().Get("mer_2", "agr_1"); return err },
		"agreement by no":   func(tx o.Tx) error { _, err := tx.Agreements().ByNumber("mer_2", "bridge-pay", "no-1"); return err },
		"card":              func(tx o.Tx) error { _, err := tx.Cards().Get("mer_2", "crd_1"); return err },
		"card by print":     func(tx o.Tx) error { _, err := tx.Cards().ByFingerprint("mer_2", "payer", "print"); return err },
		"idempotency key":   func(tx o.Tx) error { _, err := tx.Idempotency().Get("mer_2", "pay", "key"); return err },
		"unknown id":        func(tx o.Tx) error { _, err := tx.Payments().Get("mer_1", "pay_9"); return err },
		"change of a stranger": func(tx o.Tx) error {
			p := payment("mer_2", 1)
			p.Version = 1
			if err := tx.Payments().Update(&p); !errors.Is(err, o.ErrVersion) {
				return err
			}
			return o.ErrNotFound
		},
	}
	for name, look := range looks {
		t.Run(name, func(t *testing.T) { refuse(t, store, o.ErrNotFound, look) })
	}
	update(t, store, func(tx o.Tx) error { // the same numbers are free for another merchant
		p, s, g, c := payment("mer_2", 1), signing("mer_2", 1), agreement("mer_2", 1), card("mer_2", 1)
		key := o.IdempotencyRecord{MerchantID: "mer_2", Operation: "pay", Key: "key"}
		return errors.Join(tx.Payments().Insert(&p), tx.Signings().Insert(&s), tx.Agreements().Insert(&g),
			tx.Cards().Insert(&c), tx.Idempotency().Insert(key))
	})
}

// collisions are second rows that an index must refuse beside firstOfEach.
var collisions = []struct {
	name   string
	want   error
	second func(o.Tx) error
}{
	{"merchant order number", o.ErrDuplicateOrder, func(tx o.Tx) error {
		p := payment("mer_1", 1)
		p.ID = "pay_2"
		return tx.Payments().Insert(&p)
	}},
	{"live attempt of a payment", o.ErrLiveAttempt, func(tx o.Tx) error { a := attempt("mer_1", "pay_1", 2); return tx.Attempts().Insert(&a) }},
	{"channel order number", o.ErrDuplicateCharge, func(tx o.Tx) error {
		a := attempt("mer_1", "pay_1", 1)
		a.ID, a.State = "att_2", o.AttemptFailed
		return tx.Attempts().Insert(&a)
	}},
	{"open signing", o.ErrOpenSigning, func(tx o.Tx) error { s := signing("mer_1", 2); return tx.Signings().Insert(&s) }},
	{"channel signing number", o.ErrDuplicate, func(tx o.Tx) error {
		s := signing("mer_1", 1)
		s.ID, s.State = "sgn_2", o.SigningFailed
		return tx.Signings().Insert(&s)
	}},
	{"active agreement", o.ErrLiveAgreement, func(tx o.Tx) error { g := agreement("mer_1", 2); return tx.Agreements().Insert(&g) }},
	{"bound card", o.ErrDuplicateCard, func(tx o.Tx) error { k := card("mer_1", 2); return tx.Cards().Insert(&k) }},
	{"idempotency key", o.ErrDuplicateKey, func(tx o.Tx) error {
		return tx.Idempotency().Insert(o.IdempotencyRecord{MerchantID: "mer_1", Operation: "pay", Key: "key"})
	}},
	{"notification", o.ErrDuplicateInbox, func(tx o.Tx) error { return tx.Inbox().Insert("mer_1", "bridge-pay", "evt_1", "", noon) }},
	{"member number at a channel", o.ErrDuplicateMember, func(tx o.Tx) error {
		one := o.ChannelConfig{MerchantID: "mer_1", ChannelID: "bridge-pay", MemberNo: "M100001"}
		other := o.ChannelConfig{MerchantID: "mer_2", ChannelID: "bridge-pay", MemberNo: "M100001"}
		if err := errors.Join(tx.Merchants().Put(&o.Merchant{ID: "mer_2"}), tx.Channels().Put(&one)); err != nil {
			return err
		}
		return tx.Channels().Put(&other)
	}},
	{"id", o.ErrDuplicate, func(tx o.Tx) error {
		p := payment("mer_1", 1)
		p.MerchantOrderNo = "order-other"
		return tx.Payments().Insert(&p)
	}},
	{"merchant", o.ErrVersion, func(tx o.Tx) error { return tx.Merchants().Put(&o.Merchant{ID: "mer_1"}) }},
}

// uniqueness holds the promises that indexes carry (reliability 7-2).
func uniqueness(t *testing.T, open Opener) {
	for _, c := range collisions {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			store := with(t, open, "mer_1")
			update(t, store, firstOfEach)
			refuse(t, store, c.want, c.second)
			view(t, store, func(tx o.Tx) error { _, err := tx.Payments().Get("mer_1", "pay_1"); return err })
		})
	}
	t.Run("an attempt needs its payment, and fails before the commit", func(t *testing.T) {
		t.Parallel()
		store := with(t, open, "mer_1")
		refuse(t, store, errOwn, func(tx o.Tx) error {
			a := attempt("mer_1", "pay_1", 1)
			if tx.Attempts().Insert(&a) == nil {
				t.Error("an attempt without a payment was taken")
			}
			return errOwn
		})
	})
	t.Run("an ended row makes room", func(t *testing.T) {
		t.Parallel()
		store := with(t, open, "mer_1")
		update(t, store, firstOfEach)
		update(t, store, makeRoom)
	})
}

// firstOfEach stores one row of each sort that a second one may collide with.
func firstOfEach(tx o.Tx) error {
	p, a, s, g, c := payment("mer_1", 1), attempt("mer_1", "pay_1", 1), signing("mer_1", 1), agreement("mer_1", 1), card("mer_1", 1)
	return errors.Join(tx.Payments().Insert(&p), tx.Attempts().Insert(&a), tx.Signings().Insert(&s),
		tx.Agreements().Insert(&g), tx.Cards().Insert(&c),
		tx.Idempotency().Insert(o.IdempotencyRecord{MerchantID: "mer_1", Operation: "pay", Key: "key"}),
		tx.Inbox().Insert("mer_1", "bridge-pay", "evt_1", "", noon))
}

// makeRoom ends the first rows and stores second ones.
func makeRoom(tx o.Tx) error {
	a, s, g, c := attempt("mer_1", "pay_1", 1), signing("mer_1", 1), agreement("mer_1", 1), card("mer_1", 1)
	a.Version, s.Version, g.Version, c.Version = 1, 1, 1, 1
	a.State, s.State, g.State, c.State = o.AttemptFailed, o.SigningExpiredState, o.AgreementTerminated, o.CardUnbound
	if err := errors.Join(tx.Attempts().Update(&a), tx.Signings().Update(&s), tx.Agreements().Update(&g), tx.Cards().Update(&c)); err != nil {
		return err
	}
	a, s, g, c = attempt("mer_1", "pay_1", 2), signing("mer_1", 2), agreement("mer_1", 2), card("mer_1", 2)
	return errors.Join(tx.Attempts().Insert(&a), tx.Signings().Insert(&s), tx.Agreements().Insert(&g), tx.Cards().Insert(&c))
}

// versions holds compare-and-set.
func versions(t *testing.T, open Opener) {
	store := with(t, open, "mer_1")
	row := payment("mer_1", 1)
	update(t, store, func(tx o.Tx) error { return tx.Payments().Insert(&row) })
	if row.Version != 1 {
		t.Fatalf("a new row has version %d, want 1", row.Version)
	}
	stale := row
	row.Status = o.PaymentSucceeded
	update(t, store, func(tx o.Tx) error { return tx.Payments().Update(&row) })
	if row.Version != 2 {
		t.Fatalf("a changed row has version %d, want 2", row.Version)
	}
	stale.Status = o.PaymentFailed
	refuse(t, store, o.ErrVersion, func(tx o.Tx) error { return tx.Payments().Update(&stale) })
	view(t, store, func(tx o.Tx) error {
		got, err := tx.Payments().Get("mer_1", "pay_1")
		same(t, got, row)
		return err
	})
	missing := payment("mer_1", 9)
	missing.Version = 1
	refuse(t, store, o.ErrVersion, func(tx o.Tx) error { return tx.Payments().Update(&missing) })
	putVersions(t, store)
}

// putVersions holds that Put inserts once and then compares.
func putVersions(t *testing.T, store o.Store) {
	t.Helper()
	health := o.Health{MerchantID: "mer_1", ChannelID: "bridge-pay", Misses: 1}
	rival := health
	update(t, store, func(tx o.Tx) error { return tx.Healths().Put(&health) })
	refuse(t, store, o.ErrVersion, func(tx o.Tx) error { return tx.Healths().Put(&rival) })
	health.Misses = 2
	update(t, store, func(tx o.Tx) error { return tx.Healths().Put(&health) })
	view(t, store, func(tx o.Tx) error {
		fresh, err := tx.Healths().Get("mer_1", "elsewhere")
		same(t, fresh, o.Health{MerchantID: "mer_1", ChannelID: "elsewhere"})
		none, err2 := tx.Standings().Get("mer_1", "crd_1", "elsewhere")
		same(t, none, o.Standing{MerchantID: "mer_1", CardID: "crd_1", ChannelID: "elsewhere"})
		got, err3 := tx.Healths().Get("mer_1", "bridge-pay")
		same(t, got, health)
		return errors.Join(err, err2, err3)
	})
}
