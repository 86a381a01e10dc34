package storetest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"countersign/internal/money"
	o "countersign/orchestrator"
)

// idsOf are the ids of rows, in their order.
func idsOf[T any](rows []T, id func(T) string) []string {
	ids := []string{}
	for _, row := range rows {
		ids = append(ids, id(row))
	}
	return ids
}

// expect compares anything with anything.
func expect(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// queries holds order and sums of what is asked by other than the id.
func queries(t *testing.T, open Opener) {
	store := with(t, open, "mer_1", "mer_2")
	update(t, store, func(tx o.Tx) error { return errors.Join(storeWork(tx), storeRecords(tx)) })
	view(t, store, func(tx o.Tx) error { return errors.Join(askWork(t, tx), askSums(t, tx), askRecords(t, tx)) })
}

// storeWork stores payments with attempts, signings and agreements.
func storeWork(tx o.Tx) error {
	var all []error
	for n := 1; n <= 3; n++ {
		p, a, s, g := payment("mer_1", n), attempt("mer_1", "pay_1", n), signing("mer_1", n), agreement("mer_1", 4-n)
		if n != 2 {
			a.State = o.AttemptFailed
			s.State, g.State = o.SigningFailed, o.AgreementTerminated
		}
		if n == 3 {
			a.State, s.ChannelID = o.AttemptSucceeded, "other-pay"
		}
		s.CheckID = "chk_1"
		all = append(all, tx.Payments().Insert(&p), tx.Attempts().Insert(&a), tx.Signings().Insert(&s), tx.Agreements().Insert(&g))
	}
	return errors.Join(all...)
}

// storeRecords stores decisions, sync items, notices, channels and standings out of order.
func storeRecords(tx o.Tx) error {
	var all []error
	for _, n := range []int{2, 1} {
		id := string(rune('0' + n))
		d := o.Decision{MerchantID: "mer_1", ID: "dec_" + id, Owner: o.Owner{Kind: o.OwnerPayment, ID: "pay_1"}, RouteVersion: n}
		s := o.SyncItem{MerchantID: "mer_1", ID: "syn_" + id, BatchID: "batch"}
		w := o.Notice{MerchantID: "mer_1", ID: "msg_" + id, Reference: "pay_1"}
		c := o.ChannelConfig{MerchantID: "mer_1", ChannelID: "channel-" + id}
		st := o.Standing{MerchantID: "mer_1", CardID: "crd_1", ChannelID: "channel-" + id}
		all = append(all, tx.Decisions().Insert(&d), tx.Syncs().Insert(&s), tx.Notices().Insert(&w), tx.Channels().Put(&c), tx.Standings().Put(&st))
	}
	return errors.Join(all...)
}

// askWork asks for lists and single rows of work.
func askWork(t *testing.T, tx o.Tx) error {
	t.Helper()
	latest, err1 := tx.Payments().Latest("mer_1", 2)
	expect(t, "newest payments", idsOf(latest, func(p o.Payment) string { return p.ID }), []string{"pay_3", "pay_2"})
	found, err2 := tx.Payments().Find("pay_2")
	expect(t, "payment for the operator", found.MerchantID, "mer_1")
	attempts, err3 := tx.Attempts().ByPayment("mer_1", "pay_1")
	expect(t, "attempts", idsOf(attempts, func(a o.Attempt) string { return a.ID }), []string{"att_1", "att_2", "att_3"})
	open, err4 := tx.Signings().Open("mer_1", "payer", "crd_1", "bridge-pay")
	expect(t, "open signing", open.ID, "sgn_2")
	owned, err5 := tx.Signings().ByOwner("mer_1", "pay_1")
	expect(t, "signings of a payment", idsOf(owned, func(s o.Signing) string { return s.ID }), []string{"sgn_1", "sgn_2", "sgn_3"})
	newest, err6 := tx.Signings().ByCheck("mer_1", "chk_1")
	expect(t, "signing of a check", newest.ID, "sgn_3")
	agreed, err7 := tx.Agreements().ByCard("mer_1", "crd_1")
	expect(t, "agreements", idsOf(agreed, func(a o.Agreement) string { return a.ID }), []string{"agr_1", "agr_2", "agr_3"})
	if _, err := tx.Signings().ByCheck("mer_1", ""); !errors.Is(err, o.ErrNotFound) {
		t.Errorf("no check: got %v", err)
	}
	return errors.Join(err1, err2, err3, err4, err5, err6, err7)
}

// askSums asks for what is used of limits.
func askSums(t *testing.T, tx o.Tx) error {
	t.Helper()
	amount, count, err1 := tx.Attempts().Used("mer_1", "crd_1", "bridge-pay", noon)
	expect(t, "amount used, a proven failure left out", amount, money.Fen(2*1999))
	expect(t, "count used", count, 2)
	_, count, err2 := tx.Attempts().Used("mer_1", "crd_1", "bridge-pay", noon.Add(3*time.Hour))
	expect(t, "count used since the last", count, 1)
	_, count, err3 := tx.Attempts().Used("mer_2", "crd_1", "bridge-pay", time.Time{})
	expect(t, "count used by another merchant", count, 0)
	all, err4 := tx.Signings().SMSSince("mer_1", "crd_1", "", noon.Add(2*time.Minute))
	expect(t, "SMS since", all, 2+3)
	one, err5 := tx.Signings().SMSSince("mer_1", "crd_1", "bridge-pay", time.Time{})
	expect(t, "SMS at one channel", one, 1+2)
	return errors.Join(err1, err2, err3, err4, err5)
}

// askRecords asks for lists of records.
func askRecords(t *testing.T, tx o.Tx) error {
	t.Helper()
	decided, err1 := tx.Decisions().ByOwner("mer_1", "pay_1")
	expect(t, "decisions", idsOf(decided, func(d o.Decision) string { return d.ID }), []string{"dec_1", "dec_2"})
	items, err2 := tx.Syncs().ByBatch("mer_1", "batch")
	expect(t, "sync items", idsOf(items, func(s o.SyncItem) string { return s.ID }), []string{"syn_2", "syn_1"})
	notices, err3 := tx.Notices().ByReference("mer_1", "pay_1")
	expect(t, "notices", idsOf(notices, func(n o.Notice) string { return n.ID }), []string{"msg_2", "msg_1"})
	channels, err4 := tx.Channels().List("mer_1")
	expect(t, "channels", idsOf(channels, func(c o.ChannelConfig) string { return c.ChannelID }), []string{"channel-1", "channel-2"})
	standings, err5 := tx.Standings().List("mer_1", "crd_1")
	expect(t, "standings", idsOf(standings, func(s o.Standing) string { return s.ChannelID }), []string{"channel-1", "channel-2"})
	merchants, err6 := tx.Merchants().List()
	expect(t, "merchants", idsOf(merchants, func(m o.Merchant) string { return m.ID }), []string{"mer_1", "mer_2"})
	byToken, err7 := tx.Merchants().ByTokenHash("hash-mer_2")
	expect(t, "merchant by token", byToken.ID, "mer_2")
	if _, err := tx.Merchants().ByTokenHash(""); !errors.Is(err, o.ErrNotFound) {
		t.Errorf("no token: got %v", err)
	}
	return errors.Join(err1, err2, err3, err4, err5, err6, err7)
}

// dueRows holds what the table of due times promises: all five tables, in order, by merchant or by clock.
func dueRows(t *testing.T, open Opener) {
	store := with(t, open, "mer_1", "mer_2")
	update(t, store, func(tx o.Tx) error {
		tester := o.Merchant{ID: "mer_3", TokenHash: "hash-mer_3", Clock: o.ClockTest}
		return errors.Join(tx.Merchants().Put(&tester), storeDues(tx, "mer_1", 0), storeDues(tx, "mer_2", 5), storeDues(tx, "mer_3", -9))
	})
	list := func(refs []o.DueRef) []string {
		return idsOf(refs, func(r o.DueRef) string { return r.MerchantID + " " + string(r.Kind) })
	}
	view(t, store, func(tx o.Tx) error {
		own, err1 := tx.Dues().Due("mer_1", noon.Add(3*time.Second), 10)
		expect(t, "due of one merchant", list(own), []string{"mer_1 agreement", "mer_1 attempt", "mer_1 check", "mer_1 notice"})
		all, err2 := tx.Dues().Due("", noon.Add(time.Hour), 6)
		expect(t, "due on the system's clock", list(all), []string{
			"mer_1 agreement", "mer_1 attempt", "mer_1 check", "mer_1 notice", "mer_1 signing", "mer_2 agreement",
		})
		next, ok, err3 := tx.Dues().Next("")
		expect(t, "next on the system's clock", []any{next, ok}, []any{noon, true})
		next, ok, err4 := tx.Dues().Next("mer_3")
		expect(t, "next of a test clock", []any{next, ok}, []any{noon.Add(-9 * time.Second), true})
		_, ok, err5 := tx.Dues().Next("mer_9")
		expect(t, "nothing due", ok, false)
		leased, err6 := tx.Dues().Leased("process-2")
		expect(t, "leased by others", list(leased), []string{"mer_3 attempt", "mer_1 attempt", "mer_2 attempt"})
		mine, err7 := tx.Dues().Leased("process-1")
		expect(t, "leased by me", len(mine), 0)
		return errors.Join(err1, err2, err3, err4, err5, err6, err7)
	})
}

// putOff holds that a row which could not be begun moves away, is counted, and is forgotten when it gets on.
func putOff(t *testing.T, open Opener) {
	store := with(t, open, "mer_1")
	update(t, store, func(tx o.Tx) error { return storeDues(tx, "mer_1", 0) })
	later := noon.Add(time.Hour)
	failures := func() (counted []int) {
		view(t, store, func(tx o.Tx) error {
			refs, err := tx.Dues().Due("mer_1", later.Add(time.Hour), 10)
			for _, ref := range refs {
				counted = append(counted, ref.Failures)
			}
			return err
		})
		return counted
	}
	due := func() (refs []o.DueRef) {
		view(t, store, func(tx o.Tx) (err error) {
			refs, err = tx.Dues().Due("mer_1", noon.Add(4*time.Second), 10)
			return err
		})
		return refs
	}
	refs := due()
	for _, ref := range refs {
		update(t, store, func(tx o.Tx) error { return tx.Dues().PutOff(ref, later) })
	}
	expect(t, "due after all were put off", len(due()), 0)
	expect(t, "counted", failures(), []int{1, 1, 1, 1, 1})
	update(t, store, func(tx o.Tx) error { return tx.Dues().PutOff(refs[0], later.Add(time.Minute)) }) // moved since
	expect(t, "counted of a row that was moved", failures(), []int{1, 1, 1, 1, 1})
	again := refs[0]
	again.At = later
	update(t, store, func(tx o.Tx) error {
		return errors.Join(tx.Dues().PutOff(again, later.Add(-time.Minute)), tx.Dues().Begun(refs[1]))
	})
	expect(t, "counted in the end", failures(), []int{2, 0, 1, 1, 1})
	view(t, store, func(tx o.Tx) error {
		row, err := tx.Agreements().Get("mer_1", "agr_1")
		expect(t, "version of a row put off twice", row.Version, int64(3))
		return err
	})
}

// storeDues stores one due row and one idle row of each kind, a second apart from the given second on.
func storeDues(tx o.Tx, merchant string, second int) error {
	at := func(n int) time.Time { return noon.Add(time.Duration(second+n) * time.Second) }
	p := payment(merchant, 1)
	g := o.Agreement{MerchantID: merchant, ID: "agr_1", DueAt: at(0)}
	a := attempt(merchant, "pay_1", 1)
	a.DueAt, a.Lease = at(1), o.Lease{Owner: "process-1", Until: at(30), Fence: 3}
	c := o.Check{MerchantID: merchant, ID: "chk_1", DueAt: at(2)}
	n := o.Notice{MerchantID: merchant, ID: "msg_1", DueAt: at(3)}
	s := signing(merchant, 1)
	s.DueAt = at(4)
	idle := o.Notice{MerchantID: merchant, ID: "msg_2"}
	return errors.Join(tx.Payments().Insert(&p), tx.Agreements().Insert(&g), tx.Attempts().Insert(&a), tx.Checks().Insert(&c),
		tx.Notices().Insert(&n), tx.Signings().Insert(&s), tx.Notices().Insert(&idle))
}

// eventLog holds that events are numbered and stay.
func eventLog(t *testing.T, open Opener) {
	store := with(t, open, "mer_1")
	first := full[o.Event](t)
	first.MerchantID, first.Reference = "mer_1", "pay_1"
	batch := []o.Event{first, {MerchantID: "mer_1", Reference: "pay_1", Name: "second"}, {MerchantID: "mer_2", Reference: "pay_1"}}
	update(t, store, func(tx o.Tx) error { return tx.Events().Append(batch...) })
	refuse(t, store, errOwn, func(tx o.Tx) error { return errors.Join(tx.Events().Append(o.Event{MerchantID: "mer_1"}), errOwn) })
	update(t, store, func(tx o.Tx) error {
		return tx.Events().Append(o.Event{MerchantID: "mer_1", Reference: "pay_1", Name: "third"})
	})
	view(t, store, func(tx o.Tx) error {
		found, err := tx.Events().ByReference("mer_1", "pay_1")
		if len(found) != 3 {
			t.Fatalf("got %d events, want 3", len(found))
		}
		same(t, found[0], batch[0])
		expect(t, "names", []string{found[1].Name, found[2].Name}, []string{"second", "third"})
		if found[0].Seq < 1 || found[1].Seq <= found[0].Seq || found[2].Seq <= batch[2].Seq {
			t.Errorf("events are not numbered upwards: %d, %d, %d", found[0].Seq, found[1].Seq, found[2].Seq)
		}
		return err
	})
	update(t, store, func(tx o.Tx) error {
		key := o.IdempotencyRecord{MerchantID: "mer_1", Operation: "confirm", Key: "key", At: noon}
		return errors.Join(tx.Idempotency().Insert(key), tx.Idempotency().SetProblem("mer_1", "confirm", "key", o.CodeWrongCode, 4))
	})
	view(t, store, func(tx o.Tx) error {
		got, err := tx.Idempotency().Get("mer_1", "confirm", "key")
		expect(t, "problem of a key", []any{got.Problem, got.TriesLeft}, []any{o.CodeWrongCode, 4})
		return err
	})
	refuse(t, store, o.ErrNotFound, func(tx o.Tx) error { return tx.Idempotency().SetProblem("mer_1", "confirm", "other", "", 0) })
}
