package sqlstore_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"countersign/orchestrator/sqlstore"
)

// key is a master key of 32 equal bytes.
func key(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

// vaultOf is a vault over keys.
func vaultOf(t *testing.T, keys ...[]byte) *sqlstore.Vault {
	t.Helper()
	vault, err := sqlstore.NewVault(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return vault
}

func TestWhatIsSealedOpensAtItsPlaceOnly(t *testing.T) {
	t.Parallel()
	vault := vaultOf(t, key(1))
	sealed, err := vault.Seal("elements:mer_1:crd_1", []byte("6222020000000001016"))
	if err != nil || bytes.Contains(sealed, []byte("622202")) {
		t.Fatalf("sealed %x, %v", sealed, err)
	}
	if plain, err := vault.Open("elements:mer_1:crd_1", sealed); err != nil || string(plain) != "6222020000000001016" {
		t.Errorf("opened %q, %v", plain, err)
	}
	again, _ := vault.Seal("elements:mer_1:crd_1", []byte("6222020000000001016"))
	if bytes.Equal(sealed, again) {
		t.Error("the same text seals to the same bytes")
	}
	for name, c := range map[string]struct {
		vault  *sqlstore.Vault
		scope  string
		sealed []byte
	}{
		"another card":     {vault, "elements:mer_1:crd_2", sealed},
		"another merchant": {vault, "elements:mer_2:crd_1", sealed},
		"another key":      {vaultOf(t, key(2)), "elements:mer_1:crd_1", sealed},
		"nothing":          {vault, "elements:mer_1:crd_1", nil},
		"cut short":        {vault, "elements:mer_1:crd_1", sealed[:len(sealed)-1]},
		"head alone":       {vault, "elements:mer_1:crd_1", sealed[:5]},
	} {
		if _, err := c.vault.Open(c.scope, c.sealed); !errors.Is(err, sqlstore.ErrSealed) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	for i := range sealed {
		changed := slices.Clone(sealed)
		changed[i] ^= 1
		if _, err := vault.Open("elements:mer_1:crd_1", changed); !errors.Is(err, sqlstore.ErrSealed) {
			t.Fatalf("byte %d changed: error is %v", i, err)
		}
	}
}

func TestAKeyCanBeRotated(t *testing.T) {
	t.Parallel()
	before, both, after := vaultOf(t, key(1)), vaultOf(t, key(1), key(2)), vaultOf(t, key(2))
	old, _ := before.Seal("s", []byte("old"))
	young, _ := both.Seal("s", []byte("young"))
	if plain, err := both.Open("s", old); err != nil || string(plain) != "old" {
		t.Errorf("old under both: %q, %v", plain, err)
	}
	if plain, err := after.Open("s", young); err != nil || string(plain) != "young" {
		t.Errorf("the newest key does not seal: %q, %v", plain, err)
	}
	if !bytes.Equal(before.MAC("card", []byte("x")), both.MAC("card", []byte("x"))) {
		t.Error("a rotation changes fingerprints")
	}
}

func TestFingerprintsAreKeyedAndSeparated(t *testing.T) {
	t.Parallel()
	vault := vaultOf(t, key(1))
	digest := vault.MAC("card", []byte("6222020000000001016"))
	if !bytes.Equal(digest, vault.MAC("card", []byte("6222020000000001016"))) || len(digest) != 32 {
		t.Error("a fingerprint is not stable")
	}
	for name, other := range map[string][]byte{
		"another key":     vaultOf(t, key(2)).MAC("card", []byte("6222020000000001016")),
		"another purpose": vault.MAC("elements", []byte("6222020000000001016")),
		"another split":   vault.MAC("card6", []byte("222020000000001016")),
	} {
		if bytes.Equal(digest, other) {
			t.Errorf("%s gives the same fingerprint", name)
		}
	}
}

func TestKeysOfAnotherFormAreRefused(t *testing.T) {
	t.Parallel()
	for _, keys := range [][][]byte{{}, {nil}, {key(1)[:31]}, {key(1), []byte("short")}} {
		if _, err := sqlstore.NewVault(keys...); !errors.Is(err, sqlstore.ErrKey) {
			t.Errorf("%d keys: error is %v", len(keys), err)
		}
	}
}

func TestTheKeyFileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, vault := onDisk(t, folder)
	sealed, _ := vault.Seal("s", []byte("kept"))
	for _, name := range []string{sqlstore.KeyFileName, sqlstore.FileName, sqlstore.FileName + "-wal", sqlstore.FileName + "-shm"} {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
	}
	other := t.TempDir()
	text, err := os.ReadFile(filepath.Join(folder, sqlstore.KeyFileName))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(other, sqlstore.KeyFileName)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	_, same := onDisk(t, other)
	if plain, err := same.Open("s", sealed); err != nil || string(plain) != "kept" {
		t.Errorf("the file does not give the key back: %q, %v", plain, err)
	}
	refusesOpenKeyFile(t, text)
}

// refusesOpenKeyFile holds that a key file others can read stops the start, with what to do.
func refusesOpenKeyFile(t *testing.T, text []byte) {
	t.Helper()
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644, 0o620} {
		folder := t.TempDir()
		path := filepath.Join(folder, sqlstore.KeyFileName)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, _, err := sqlstore.Open(context.Background(), folder)
		if !errors.Is(err, sqlstore.ErrKeyMode) || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %v: error is %v", mode, err)
		}
	}
}

func TestADamagedOrLostKeyStopsTheStart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, sqlstore.KeyFileName)
	secret := base64.RawURLEncoding.EncodeToString(key(7)[:31])
	for _, text := range []string{"", "# nothing\n", "*not base64*", secret} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := sqlstore.Open(context.Background(), folder)
		if !errors.Is(err, sqlstore.ErrKey) || strings.Contains(err.Error(), secret) {
			t.Errorf("key file %q: error is %v", text, err)
		}
	}
	kept := t.TempDir()
	store, _, err := sqlstore.Open(context.Background(), kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(store.Close(), os.Remove(filepath.Join(kept, sqlstore.KeyFileName))); err != nil {
		t.Fatal(err)
	}
	if _, _, err := sqlstore.Open(context.Background(), kept); !errors.Is(err, sqlstore.ErrKeyLost) {
		t.Errorf("a database without its key: error is %v", err)
	}
}
