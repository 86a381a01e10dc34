package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	o "countersign/orchestrator"
)

// errOwn is what a caller's function says.
var errOwn = errors.New("the caller changed his mind")

// transactions holds that a transaction is kept whole or not at all.
func transactions(t *testing.T, open Opener) {
	store := with(t, open, "mer_1")
	refuse(t, store, errOwn, func(tx o.Tx) error {
		p := payment("mer_1", 1)
		if err := tx.Payments().Insert(&p); err != nil {
			return err
		}
		if _, err := tx.Payments().Get("mer_1", "pay_1"); err != nil {
			return fmt.Errorf("a transaction does not see its own write: %w", err)
		}
		return errOwn
	})
	gone := func(tx o.Tx) error { _, err := tx.Payments().Get("mer_1", "pay_1"); return err }
	refuse(t, store, o.ErrNotFound, gone)

	var kept o.Tx
	update(t, store, func(tx o.Tx) error { kept = tx; return nil })
	if _, err := kept.Payments().Get("mer_1", "pay_1"); err == nil || errors.Is(err, o.ErrNotFound) {
		t.Errorf("a transaction that is over still answers: %v", err)
	}
	writes := store.View(context.Background(), func(tx o.Tx) error { p := payment("mer_1", 1); return tx.Payments().Insert(&p) })
	if writes == nil {
		t.Error("a view wrote")
	}
	refuse(t, store, o.ErrNotFound, gone)

	ended, cancel := context.WithCancel(context.Background())
	cancel()
	ran := false
	if err := store.Update(ended, func(o.Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) && !ran {
		t.Errorf("a caller that is gone hears %v", err)
	}
	panicsAlone(t, store)
}

// panicsAlone holds that a panic in one transaction is its caller's, and hurts nobody else.
func panicsAlone(t *testing.T, store o.Store) {
	t.Helper()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not reach its caller")
			}
		}()
		_ = store.Update(context.Background(), func(tx o.Tx) error {
			p := payment("mer_1", 1)
			_ = tx.Payments().Insert(&p)
			panic("of a caller")
		})
	}()
	refuse(t, store, o.ErrNotFound, func(tx o.Tx) error { _, err := tx.Payments().Get("mer_1", "pay_1"); return err })
}

// concurrency holds isolation under many writers: a counter that is read and raised loses nothing, and those who
// fail take only their own writes back.
func concurrency(t *testing.T, open Opener) {
	const callers, rounds = 8, 25
	store := with(t, open, "mer_1")
	counter := payment("mer_1", 0)
	counter.Amount = 0
	update(t, store, func(tx o.Tx) error { return tx.Payments().Insert(&counter) })
	var wait sync.WaitGroup
	for caller := range callers {
		wait.Go(func() {
			for round := range rounds {
				number := 1 + caller*rounds + round
				err := store.Update(context.Background(), func(tx o.Tx) error { return raise(tx, number, round%5 == 4) })
				if (err != nil) != (round%5 == 4) {
					t.Errorf("caller %d round %d: %v", caller, round, err)
				}
				err = store.View(context.Background(), func(tx o.Tx) error { _, err := tx.Payments().Get("mer_1", "pay_0"); return err })
				if err != nil {
					t.Errorf("view: %v", err)
				}
			}
		})
	}
	wait.Wait()
	const want = callers * rounds * 4 / 5
	view(t, store, func(tx o.Tx) error {
		got, err := tx.Payments().Get("mer_1", "pay_0")
		rows, err2 := tx.Payments().Latest("mer_1", 2*callers*rounds)
		if int(got.Amount) != want || len(rows) != want+1 {
			t.Errorf("counter %d with %d rows, want %d and %d", int(got.Amount), len(rows), want, want+1)
		}
		return errors.Join(err, err2)
	})
}

// raise adds one to the counter and stores one row, then fails if told so.
func raise(tx o.Tx, number int, fail bool) error {
	counter, err := tx.Payments().Get("mer_1", "pay_0")
	if err != nil {
		return err
	}
	counter.Amount++
	row := payment("mer_1", number)
	if err := errors.Join(tx.Payments().Update(&counter), tx.Payments().Insert(&row)); err != nil {
		return err
	}
	if fail {
		return errOwn
	}
	return nil
}
