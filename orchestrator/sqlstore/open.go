package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
)

const (
	// FileName is the database in the data folder; SQLite keeps two files of the same name with -wal and -shm
	// beside it.
	FileName = "orchestrator.db"
	// KeyFileName is the vault's key in the data folder. Whoever has both files can read the cards: back them up
	// apart.
	KeyFileName = "orchestrator.key"

	ownerOnly       fs.FileMode = 0o600
	ownerOnlyFolder fs.FileMode = 0o700

	// readers is how many views run at once.
	readers = 4
	// busyMilliseconds is how long another process's lock is waited for.
	busyMilliseconds = 5000
	// checkpointPages is how large the -wal file grows before its pages are written back, so that pages changed by
	// many commits are written back once.
	checkpointPages = 4000
	// largestJournal bounds the -wal file between checkpoints, in bytes.
	largestJournal = 64 << 20
)

// Open opens, or makes, database and vault key in a folder. The folder is made if need be; files are readable by
// their owner only. One process at a time should have it open.
func Open(ctx context.Context, folder string) (*Store, *Vault, error) {
	path := filepath.Join(folder, FileName)
	if err := prepareFolder(folder); err != nil {
		return nil, nil, err
	}
	vault, err := openVault(filepath.Join(folder, KeyFileName), path)
	if err != nil {
		return nil, nil, err
	}
	if err := touch(path); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	store, err := open(ctx, dsn(path, "synchronous(FULL)"), dsn(path, "query_only(1)"))
	if err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", path, err)
	}
	return store, vault, nil
}

// OpenMemory opens a store of its own in memory, with a key of its own. Writers and readers share one connection
// there, so views take turns as well.
func OpenMemory(ctx context.Context) (*Store, *Vault, error) {
	vault, err := NewVault(newKey())
	if err != nil {
		return nil, nil, err
	}
	store, err := open(ctx, "file::memory:?_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)", "")
	if err != nil {
		return nil, nil, fmt.Errorf("open store in memory: %w", err)
	}
	return store, vault, nil
}

// dsn is the data source name of one kind of connection to a file.
func dsn(path, pragma string) string {
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(" + strconv.Itoa(busyMilliseconds) + ")", "journal_mode(WAL)", "foreign_keys(1)",
		"temp_store(MEMORY)", "journal_size_limit(" + strconv.Itoa(largestJournal) + ")",
		"wal_autocheckpoint(" + strconv.Itoa(checkpointPages) + ")", pragma,
	}}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query.Encode()}).String()
}

// open connects, migrates and starts the writer. Without a name for readers, views go to the writer.
func open(ctx context.Context, writing, reading string) (*Store, error) {
	steps, err := loadMigrations(migrations)
	if err != nil {
		return nil, err
	}
	db, err := connect(writing, 1)
	if err != nil {
		return nil, err
	}
	store := &Store{databases: []*sql.DB{db}, closed: make(chan struct{})}
	session, err := newSession(ctx, db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := migrate(ctx, session.conn, steps); err != nil {
		return nil, errors.Join(err, session.close(), db.Close())
	}
	store.writer = newWriter(session)
	if reading != "" {
		if err := store.addReaders(ctx, reading); err != nil {
			return nil, errors.Join(err, store.Close())
		}
	}
	return store, nil
}

// connect opens a pool of exactly so many connections that are never dropped.
func connect(name string, connections int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(0)
	db.SetConnMaxLifetime(0)
	return db, nil
}

// prepareFolder makes the data folder and tries to write there, so that a wrong folder is told in one line at
// the start.
func prepareFolder(folder string) error {
	if err := os.MkdirAll(folder, ownerOnlyFolder); err != nil {
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	probe, err := os.CreateTemp(folder, ".writable-*")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// touch makes the database file before SQLite does, so that it and the files beside it are its owner's only.
func touch(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, ownerOnly)
	if err != nil {
		return fmt.Errorf("make database: %w", err)
	}
	if err := errors.Join(file.Chmod(ownerOnly), file.Close()); err != nil {
		return fmt.Errorf("make database: %w", err)
	}
	return nil
}
