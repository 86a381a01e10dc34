package sqlstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	o "countersign/orchestrator"
)

// work is what a payment costs the store in one commit: a payment, an attempt and an event.
func work(store o.Store, n int64) error {
	no := strconv.FormatInt(n, 10)
	at := time.Unix(1528257600, n)
	return store.Update(context.Background(), func(tx o.Tx) error {
		p := o.Payment{ID: "pay_" + no, MerchantID: "mer_1", MerchantOrderNo: "order-" + no, CardID: "crd_" + no, Amount: 1999, CreatedAt: at}
		if err := tx.Payments().Insert(&p); err != nil {
			return err
		}
		a := o.Attempt{ID: "att_" + no, MerchantID: "mer_1", PaymentID: p.ID, ChannelID: "bridge-pay", MemberNo: "M1", OrderNo: "ord_" + no, OrderTime: at, State: o.AttemptIntent, DueAt: at}
		if err := tx.Attempts().Insert(&a); err != nil {
			return err
		}
		return tx.Events().Append(o.Event{MerchantID: "mer_1", Reference: p.ID, Subject: "attempt", Name: "intent", At: at})
	})
}

// spread runs b.N pieces over callers.
func spread(b *testing.B, callers int, piece func(n int64) error) {
	b.Helper()
	var next atomic.Int64
	var wait sync.WaitGroup
	b.ResetTimer()
	for range callers {
		wait.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := piece(n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}

// BenchmarkDurable stores payments durably; compare with BenchmarkBare at the same number of callers.
func BenchmarkDurable(b *testing.B) {
	for _, callers := range []int{1, 8, 32} {
		b.Run(strconv.Itoa(callers), func(b *testing.B) {
			store, _ := onDisk(b, b.TempDir())
			merchant(b, store, "mer_1")
			spread(b, callers, func(n int64) error { return work(store, n) })
		})
	}
}

// BenchmarkBare is the limit: one small row in one synchronous commit, the driver used as it is.
func BenchmarkBare(b *testing.B) {
	for _, callers := range []int{1, 8, 32} {
		b.Run(strconv.Itoa(callers), func(b *testing.B) {
			name := "file:" + filepath.Join(b.TempDir(), "bare.db") + "?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)"
			db, err := sql.Open("sqlite", name)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = db.Close() })
			db.SetMaxOpenConns(1)
			if _, err := db.Exec("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)"); err != nil {
				b.Fatal(err)
			}
			insert, err := db.Prepare("INSERT INTO t (id, text) VALUES (?, ?)")
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = insert.Close() })
			spread(b, callers, func(n int64) error { _, err := insert.Exec(n, "a payment, about this long"); return err })
		})
	}
}

// BenchmarkMemory is what a test pays for one transaction.
func BenchmarkMemory(b *testing.B) {
	store := inMemory(b)
	merchant(b, store, "mer_1")
	spread(b, 1, func(n int64) error { return work(store, n) })
}

// BenchmarkOpenMemory is what a test pays for a store of its own.
func BenchmarkOpenMemory(b *testing.B) {
	for b.Loop() {
		inMemory(b)
	}
}
