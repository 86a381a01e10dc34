package sqlstore

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"

	o "countersign/orchestrator"
)

// payIn stores a payment with a long summary.
func payIn(store *Store, n int, summary string) error {
	return store.Update(context.Background(), func(tx o.Tx) error {
		no := strconv.Itoa(n)
		return tx.Payments().Insert(&o.Payment{ID: "pay_" + no, MerchantID: "mer_1", MerchantOrderNo: no, Summary: summary})
	})
}

// limited opens a store on disk with a merchant; SQLite then behaves as if the disk were full after so many pages.
func limited(t *testing.T, pages int) *Store {
	t.Helper()
	store, _, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	err = store.Update(t.Context(), func(tx o.Tx) error { return tx.Merchants().Put(&o.Merchant{ID: "mer_1", TokenHash: "x"}) })
	if err != nil {
		t.Fatal(err)
	}
	for _, pragma := range []string{"PRAGMA max_page_count = " + strconv.Itoa(pages)} {
		if _, err := store.writer.session.conn.ExecContext(t.Context(), pragma); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func TestAFullDiskIsToldAndWhatWasAnsweredStays(t *testing.T) {
	t.Parallel()
	store := limited(t, 300)
	var lock sync.Mutex
	var wait sync.WaitGroup
	kept, full := map[int]bool{}, 0
	for caller := range 8 {
		wait.Go(func() {
			for round := range 40 {
				n := caller*100 + round
				err := payIn(store, n, strings.Repeat("x", 4000))
				lock.Lock()
				switch {
				case err == nil:
					kept[n] = true
				case errors.Is(err, ErrFull):
					full++
				default:
					t.Errorf("error is %v", err)
				}
				lock.Unlock()
			}
		})
	}
	wait.Wait()
	if full == 0 || len(kept) == 0 {
		t.Fatalf("%d kept, %d refused: the disk was not filled", len(kept), full)
	}
	err := store.View(t.Context(), func(tx o.Tx) error {
		rows, err := tx.Payments().Latest("mer_1", 1000)
		if len(rows) != len(kept) {
			t.Errorf("%d rows are there, %d were answered", len(rows), len(kept))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAStoreThatBecameReadOnlySaysSo(t *testing.T) {
	t.Parallel()
	store := limited(t, 1<<20)
	if _, err := store.writer.session.conn.ExecContext(t.Context(), "PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	if err := payIn(store, 1, ""); !errors.Is(err, ErrReadOnly) {
		t.Errorf("error is %v", err)
	}
	if _, err := store.writer.session.conn.ExecContext(t.Context(), "PRAGMA query_only = 0"); err != nil {
		t.Fatal(err)
	}
	if err := payIn(store, 1, ""); err != nil {
		t.Errorf("the store does not recover: %v", err)
	}
}
