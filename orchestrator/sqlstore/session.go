package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// session is one connection with its prepared statements. One goroutine at a time uses it. Its statements run
// without a deadline: a statement cut short would end a transaction that others share.
type session struct {
	conn  *sql.Conn
	ready map[string]*sql.Stmt
	fault error // of the last statement that wrote and failed in the present turn
}

// statement is what a turn may do with a prepared statement. It cannot close it: the session does, at its end.
type statement interface {
	ExecContext(ctx context.Context, arguments ...any) (sql.Result, error)
	QueryContext(ctx context.Context, arguments ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, arguments ...any) *sql.Row
}

// newSession takes a connection out of the pool for good.
func newSession(ctx context.Context, db *sql.DB) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("open connection: %w", typed(err))
	}
	return &session{conn: conn, ready: map[string]*sql.Stmt{}}, nil
}

// run executes one statement of transaction control.
func (s *session) run(statement string) error {
	stmt, err := s.prepare(statement)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(context.Background())
	return typed(err)
}

// prepare answers a statement, prepared on its first use.
func (s *session) prepare(query string) (statement, error) {
	if stmt, ok := s.ready[query]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, typed(err)
	}
	s.ready[query] = stmt
	return stmt, nil
}

// close gives statements and connection back.
func (s *session) close() error {
	var all []error
	for _, stmt := range s.ready {
		all = append(all, stmt.Close())
	}
	return errors.Join(append(all, s.conn.Close())...)
}
