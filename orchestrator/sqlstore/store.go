package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"countersign/orchestrator"
)

// Store keeps the orchestrator's rows in SQLite. It is safe for concurrent use.
type Store struct {
	databases []*sql.DB
	writer    *writer
	readers   chan *session // nil: views take turns at the writer
	total     int           // of readers
	closed    chan struct{}
	once      sync.Once
}

// Compile-time proof that the store is the port.
var _ orchestrator.Store = (*Store)(nil)

// Update runs fn in a transaction and answers after its commit, on disk. An error of fn rolls back and is
// returned; ErrClosed, ErrFull, ErrReadOnly and ErrBusy come from the store.
func (s *Store) Update(ctx context.Context, fn func(orchestrator.Tx) error) error {
	return s.writer.do(ctx, false, fn)
}

// View runs fn on the last commit; it must only read.
func (s *Store) View(ctx context.Context, fn func(orchestrator.Tx) error) error {
	if s.readers == nil {
		return s.writer.do(ctx, true, fn)
	}
	select {
	case <-s.closed:
		return ErrClosed
	default:
	}
	select {
	case reader := <-s.readers:
		defer func() { s.readers <- reader }()
		return look(reader, fn)
	case <-s.closed:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("wait for the store: %w", ctx.Err())
	}
}

// look runs fn in a read transaction: all its queries see the same commit.
func look(reader *session, fn func(orchestrator.Tx) error) error {
	if err := reader.run("BEGIN DEFERRED"); err != nil {
		return err
	}
	handed := &tx{session: reader, readOnly: true}
	defer func() {
		handed.over = true
		_ = reader.run("ROLLBACK")
	}()
	return fn(handed)
}

// addReaders opens the connections for views.
func (s *Store) addReaders(ctx context.Context, name string) error {
	db, err := connect(name, readers)
	if err != nil {
		return err
	}
	s.databases = append(s.databases, db)
	s.readers = make(chan *session, readers)
	for range readers {
		reader, err := newSession(ctx, db)
		if err != nil {
			return err
		}
		s.readers <- reader
		s.total++
	}
	return nil
}

// Ready says whether the store answers, for the readiness check.
func (s *Store) Ready(ctx context.Context) error {
	return s.View(ctx, func(t orchestrator.Tx) error {
		_, err := t.Merchants().Get("")
		if errors.Is(err, orchestrator.ErrNotFound) {
			return nil
		}
		return err
	})
}

// Close lets the batch under way and running views end, and closes the files. What comes later hears ErrClosed.
func (s *Store) Close() error {
	var err error
	s.once.Do(func() {
		close(s.closed)
		faults := []error{s.writer.close()}
		for range s.total {
			faults = append(faults, (<-s.readers).close())
		}
		for _, db := range s.databases {
			faults = append(faults, db.Close())
		}
		err = errors.Join(faults...)
	})
	if err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}
