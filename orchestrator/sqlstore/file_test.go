package sqlstore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	o "countersign/orchestrator"
	"countersign/orchestrator/sqlstore"
)

// merchant stores a merchant.
func merchant(t testing.TB, store o.Store, id string) {
	t.Helper()
	err := store.Update(context.Background(), func(tx o.Tx) error {
		return tx.Merchants().Put(&o.Merchant{ID: id, TokenHash: id, Clock: o.ClockSystem})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// pay stores a payment with the number.
func pay(store o.Store, n int) error {
	return store.Update(context.Background(), func(tx o.Tx) error {
		no := strconv.Itoa(n)
		return tx.Payments().Insert(&o.Payment{ID: "pay_" + no, MerchantID: "mer_1", MerchantOrderNo: "order-" + no, CreatedAt: time.Unix(1, 0)})
	})
}

// count is the number of payments.
func count(t testing.TB, store o.Store) int {
	t.Helper()
	n := 0
	err := store.View(context.Background(), func(tx o.Tx) error {
		rows, err := tx.Payments().Latest("mer_1", 1<<20)
		n = len(rows)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAStoreOpenedAgainHasItsRows(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "made", "by the store?#%")
	for round := range 3 {
		store, _, err := sqlstore.Open(context.Background(), folder)
		if err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			merchant(t, store, "mer_1")
		}
		if err := pay(store, round); err != nil {
			t.Fatal(err)
		}
		if n := count(t, store); n != round+1 {
			t.Errorf("round %d: %d payments", round, n)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEachStoreInMemoryIsItsOwn(t *testing.T) {
	t.Parallel()
	one, other := inMemory(t), inMemory(t)
	merchant(t, one, "mer_1")
	if err := pay(one, 1); err != nil {
		t.Fatal(err)
	}
	if a, b := count(t, one), count(t, other); a != 1 || b != 0 {
		t.Errorf("%d and %d payments, want 1 and 0", a, b)
	}
}

// copyFiles takes the folder as a crash would leave it: nothing closed, nothing checkpointed.
func copyFiles(t testing.TB, from, to string) {
	t.Helper()
	for _, name := range []string{sqlstore.FileName, sqlstore.FileName + "-wal", sqlstore.KeyFileName} {
		content, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatWasAnsweredIsThereAfterACrash(t *testing.T) {
	t.Parallel()
	folder, crashed := t.TempDir(), t.TempDir()
	store, _ := onDisk(t, folder)
	merchant(t, store, "mer_1")
	for n := range 50 {
		if err := pay(store, n); err != nil {
			t.Fatal(err)
		}
	}
	copyFiles(t, folder, crashed)
	recovered, _ := onDisk(t, crashed)
	if n := count(t, recovered); n != 50 {
		t.Errorf("%d payments after the crash, want 50", n)
	}
}

func TestAFolderThatCannotBeWrittenIsToldAtOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := sqlstore.Open(context.Background(), filepath.Join(file, "data"))
	if !errors.Is(err, sqlstore.ErrUnwritable) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error is %v", err)
	}
	if _, _, err := sqlstore.Open(context.Background(), "/proc/countersign"); !errors.Is(err, sqlstore.ErrUnwritable) {
		t.Errorf("error is %v", err)
	}
}

func TestAFileThatIsNoDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store, _, err := sqlstore.Open(context.Background(), folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, sqlstore.FileName), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := sqlstore.Open(context.Background(), folder); !errors.Is(err, sqlstore.ErrCorrupt) {
		t.Errorf("error is %v", err)
	}
}

func TestAClosedStoreSaysSo(t *testing.T) {
	t.Parallel()
	memory, _, err := sqlstore.OpenMemory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	disk, _, err := sqlstore.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, store := range map[string]*sqlstore.Store{"memory": memory, "disk": disk} {
		if err := store.Ready(context.Background()); err != nil {
			t.Errorf("%s: not ready: %v", name, err)
		}
		if err := errors.Join(store.Close(), store.Close()); err != nil {
			t.Errorf("%s: close: %v", name, err)
		}
		if err := pay(store, 1); !errors.Is(err, sqlstore.ErrClosed) {
			t.Errorf("%s: update says %v", name, err)
		}
		if err := store.Ready(context.Background()); !errors.Is(err, sqlstore.ErrClosed) {
			t.Errorf("%s: view says %v", name, err)
		}
	}
}

func TestACallerThatWaitsTooLongLeavesTheQueue(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]*sqlstore.Store{"memory": inMemory(t), "disk": func() *sqlstore.Store { s, _ := onDisk(t, t.TempDir()); return s }()} {
		merchant(t, store, "mer_1")
		inside, leave := make(chan struct{}), make(chan struct{})
		busy := make(chan error, 1)
		go func() {
			busy <- store.Update(context.Background(), func(o.Tx) error { close(inside); <-leave; return nil })
		}()
		<-inside
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		err := store.Update(ctx, func(tx o.Tx) error { t.Error(name + ": ran after its caller had left"); return nil })
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: error is %v", name, err)
		}
		close(leave)
		if err := <-busy; err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := pay(store, 1); err != nil {
			t.Errorf("%s: the queue is stuck: %v", name, err)
		}
	}
}
