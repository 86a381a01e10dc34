package sqlstore

import (
	"context"
	"database/sql"

	"countersign/orchestrator"
)

// tx is one transaction, or one turn within a shared one.
type tx struct {
	session  *session
	readOnly bool
	over     bool
}

// Compile-time proof that a turn is the port's transaction.
var _ orchestrator.Tx = (*tx)(nil)

// exec runs a statement that writes, and answers how many rows it touched.
func (t *tx) exec(query string, arguments ...any) (int64, error) {
	result, err := t.write(query, arguments)
	if err != nil {
		return 0, err
	}
	touched, err := result.RowsAffected()
	return touched, typed(err)
}

// write runs a statement that writes.
func (t *tx) write(query string, arguments []any) (sql.Result, error) {
	switch {
	case t.over:
		return nil, ErrOver
	case t.readOnly:
		return nil, ErrInView
	}
	stmt, err := t.session.prepare(query)
	if err != nil {
		return nil, err
	}
	result, err := stmt.ExecContext(context.Background(), arguments...)
	if err != nil {
		t.session.fault = typed(err)
		return nil, t.session.fault
	}
	return result, nil
}

// insert runs an INSERT and answers the number SQLite gave the row.
func (t *tx) insert(query string, arguments []any) (int64, error) {
	result, err := t.write(query, arguments)
	if err != nil {
		return 0, err
	}
	number, err := result.LastInsertId()
	return number, typed(err)
}

// row scans the first row of a query; none is ErrNotFound.
func (t *tx) row(query string, arguments, into []any) error {
	if t.over {
		return ErrOver
	}
	stmt, err := t.session.prepare(query)
	if err != nil {
		return err
	}
	return typed(stmt.QueryRowContext(context.Background(), arguments...).Scan(into...))
}

// each calls use for every row of a query.
func (t *tx) each(query string, arguments []any, use func(scan func(...any) error) error) error {
	if t.over {
		return ErrOver
	}
	stmt, err := t.session.prepare(query)
	if err != nil {
		return err
	}
	found, err := stmt.QueryContext(context.Background(), arguments...)
	if err != nil {
		return typed(err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		if err := use(found.Scan); err != nil {
			return typed(err)
		}
	}
	return typed(found.Err())
}
