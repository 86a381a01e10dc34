package sqlstore_test

import (
	"context"
	"testing"

	"countersign/orchestrator"
	"countersign/orchestrator/sqlstore"
	"countersign/orchestrator/sqlstore/storetest"
)

// inMemory opens a store in memory that closes with the test.
func inMemory(t testing.TB) *sqlstore.Store {
	t.Helper()
	store, _, err := sqlstore.OpenMemory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// onDisk opens a store in a folder that closes with the test.
func onDisk(t testing.TB, folder string) (*sqlstore.Store, *sqlstore.Vault) {
	t.Helper()
	store, vault, err := sqlstore.Open(context.Background(), folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store, vault
}

func TestStoreInMemoryKeepsItsPromises(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) orchestrator.Store { return inMemory(t) })
}

func TestStoreOnDiskKeepsItsPromises(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) orchestrator.Store {
		store, _ := onDisk(t, t.TempDir())
		return store
	})
}
