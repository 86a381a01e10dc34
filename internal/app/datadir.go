package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"countersign/orchestrator/sqlstore"
	"countersign/simulator/worldlog"
)

// Errors of the data folder.
var (
	// ErrDataDir means: the folder cannot be made, read or written.
	ErrDataDir = errors.New("data folder")
	// ErrInUse means: another instance works in the folder.
	ErrInUse = errors.New("data folder is in use by another instance")
	// ErrDamaged means: a file of the folder does not hold what it held.
	ErrDamaged = errors.New("damaged")
	// ErrKey means: the key that the store is sealed with is missing, or not the right one, or open to others.
	ErrKey = errors.New("key of the store")
	// ErrNewer means: a newer version has worked in the folder.
	ErrNewer = errors.New("newer than this program")
	// ErrOlder means: an earlier version made the folder, and this one cannot go on with it.
	ErrOlder = errors.New("older than this program")
	// ErrFull means: the disk is full.
	ErrFull = errors.New("disk is full")
)

// Parts of the data folder. Each side has a folder and a lock of its own, so that two processes can share one folder.
const (
	worldPart    = "world"
	platformPart = "platform"
	tokensFile   = "tokens.json"
	lockFile     = "lock"
)

// part is the folder of one side, locked.
type part struct {
	path string
	lock *os.File
}

// openPart makes and locks the folder of one side: mode 0700, since it holds keys, card data and codes.
func openPart(dataDir, name string) (*part, error) {
	const private = 0o700
	path, err := filepath.Abs(filepath.Join(dataDir, name))
	if err != nil {
		return nil, dataDirError(err)
	}
	if err := os.MkdirAll(path, private); err != nil {
		return nil, dataDirError(err)
	}
	lock, err := lockPath(filepath.Join(path, lockFile))
	if err != nil {
		return nil, err
	}
	return &part{path: path, lock: lock}, nil
}

// file is the path of a file in the folder.
func (p *part) file(name string) string { return filepath.Join(p.path, name) }

// close gives the folder free.
func (p *part) close() error {
	if p == nil {
		return nil
	}
	return p.lock.Close()
}

// dataDirError keeps the reason and the path, and says of which kind the reason is.
func dataDirError(err error) error {
	if kind := kindOf(err); kind != nil {
		return fmt.Errorf("%w: %w: %w", ErrDataDir, kind, err)
	}
	return fmt.Errorf("%w: %w", ErrDataDir, err)
}

// kindOf names what the two stores say; nil when the folder just cannot be made, read or written.
func kindOf(err error) error {
	for _, known := range []struct{ said, kind error }{
		{worldlog.ErrCorrupt, ErrDamaged},
		{worldlog.ErrInUse, ErrInUse},
		{worldlog.ErrOlder, ErrOlder},
		{worldlog.ErrNewer, ErrNewer},
		{sqlstore.ErrCorrupt, ErrDamaged},
		{sqlstore.ErrBusy, ErrInUse},
		{sqlstore.ErrKey, ErrKey},
		{sqlstore.ErrKeyLost, ErrKey},
		{sqlstore.ErrKeyMode, ErrKey},
		{sqlstore.ErrSealed, ErrKey},
		{sqlstore.ErrNewerSchema, ErrNewer},
		{sqlstore.ErrFull, ErrFull},
		{syscall.ENOSPC, ErrFull},
	} {
		if errors.Is(err, known.said) {
			return known.kind
		}
	}
	return nil
}

// damaged says that a file does not hold what it should.
func damaged(path string) error { return fmt.Errorf("%w: %s is %w", ErrDataDir, path, ErrDamaged) }

// tokens open the orchestrator's doors. They are drawn once and kept in the data folder, mode 0600.
type tokens struct {
	Operator Secret `json:"operator_token"`
	Merchant Secret `json:"merchant_token"`
}

// newTokens draws all.
func newTokens() tokens { return tokens{Operator: NewSecret(), Merchant: NewSecret()} }

// loadTokens reads the tokens of a folder, or draws and keeps them.
func loadTokens(p *part) (tokens, error) {
	path := p.file(tokensFile)
	text, err := os.ReadFile(path)
	if err == nil {
		var found tokens
		if err := json.Unmarshal(text, &found); err != nil || found.Operator == "" || found.Merchant == "" {
			return found, damaged(path)
		}
		return found, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return tokens{}, dataDirError(err)
	}
	drawn := newTokens()
	return drawn, keepJSON(path, drawn)
}

// keepJSON writes a value into a file of the folder, for its owner only, whole or not at all.
func keepJSON(path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", filepath.Base(path), err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".part-*") // mode 0600
	if err != nil {
		return dataDirError(err)
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		_ = os.Remove(file.Name())
		return dataDirError(err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return dataDirError(err)
	}
	return nil
}
