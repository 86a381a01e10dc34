package sqlstore

import (
	"errors"
	"fmt"
	"strings"

	"countersign/orchestrator"
)

// table is how rows of one type are kept: its statements, built once from the names of its columns. The first
// keys columns are the primary key; a column "version", where there is one, is counted by the store.
type table[T any] struct {
	name     string
	fields   func(*T) []field
	version  func(*T) *int64
	keys     int
	position int // of the version column, -1 = none

	columns, insert, update, get string
}

// newTable derives the statements of a table.
func newTable[T any](name string, keys int, version func(*T) *int64, fields func(*T) []field) *table[T] {
	t := &table[T]{name: name, fields: fields, version: version, keys: keys, position: -1}
	var zero T
	var names, marks, sets, match []string
	for i, f := range fields(&zero) {
		names = append(names, f.name)
		marks = append(marks, "?")
		switch {
		case f.name == "version":
			t.position = i
		case i < keys:
			match = append(match, f.name+" = ?")
		default:
			sets = append(sets, f.name+" = ?")
		}
	}
	where := " WHERE " + strings.Join(match, " AND ")
	t.columns = strings.Join(names, ", ")
	t.insert = "INSERT INTO " + name + " (" + t.columns + ") VALUES (" + strings.Join(marks, ", ") + ")"
	if t.position >= 0 {
		t.update = "UPDATE " + name + " SET " + strings.Join(sets, ", ") + ", version = version + 1" + where + " AND version = ?"
	}
	t.get = t.query(where)
	return t
}

// query is a SELECT of all columns with the given tail.
func (t *table[T]) query(tail string) string {
	return "SELECT " + t.columns + " FROM " + t.name + " " + tail
}

// arguments are the values of an INSERT.
func (t *table[T]) arguments(row *T) []any {
	fields := t.fields(row)
	values := make([]any, len(fields))
	for i, f := range fields {
		values[i] = f.value
	}
	return values
}

// changes are the values of an UPDATE: what may change, the key, the version.
func (t *table[T]) changes(row *T) []any {
	fields := t.fields(row)
	values := make([]any, 0, len(fields))
	for i, f := range fields {
		if i >= t.keys && i != t.position {
			values = append(values, f.value)
		}
	}
	for _, f := range fields[:t.keys] {
		values = append(values, f.value)
	}
	return append(values, *t.version(row))
}

// rows are the rows of one table within one transaction.
type rows[T any] struct {
	tx    *tx
	table *table[T]
}

// Insert stores a new row as version 1.
func (r rows[T]) Insert(row *T) error {
	before := *r.table.version(row)
	*r.table.version(row) = 1
	err := r.add(row)
	if err != nil {
		*r.table.version(row) = before
	}
	return err
}

// add stores a row as it is.
func (r rows[T]) add(row *T) error {
	_, err := r.tx.exec(r.table.insert, r.table.arguments(row)...)
	if err != nil {
		return fmt.Errorf("insert into %s: %w", r.table.name, err)
	}
	return nil
}

// Update stores a row whose version is the stored one, and raises both.
func (r rows[T]) Update(row *T) error {
	changed, err := r.tx.exec(r.table.update, r.table.changes(row)...)
	switch {
	case err != nil:
		return fmt.Errorf("update %s: %w", r.table.name, err)
	case changed == 0:
		return fmt.Errorf("update %s: %w", r.table.name, orchestrator.ErrVersion)
	}
	*r.table.version(row)++
	return nil
}

// put inserts a row of version 0 and updates any other. A row that somebody else inserted meanwhile counts
// as changed by somebody else.
func (r rows[T]) put(row *T) error {
	if *r.table.version(row) != 0 {
		return r.Update(row)
	}
	err := r.Insert(row)
	if errors.Is(err, orchestrator.ErrDuplicate) {
		return fmt.Errorf("%w: %w", orchestrator.ErrVersion, err)
	}
	return err
}

// Get answers one row by its id.
func (r rows[T]) Get(merchantID, id string) (T, error) { return r.one(r.table.get, merchantID, id) }

// one answers the single row of a query made by table.query.
func (r rows[T]) one(query string, arguments ...any) (T, error) {
	var row T
	if err := r.tx.row(query, arguments, r.table.arguments(&row)); err != nil {
		var none T
		return none, fmt.Errorf("select from %s: %w", r.table.name, err)
	}
	return row, nil
}

// many answers all rows of a query made by table.query.
func (r rows[T]) many(query string, arguments ...any) ([]T, error) {
	var found []T
	err := r.tx.each(query, arguments, func(scan func(...any) error) error {
		var row T
		if err := scan(r.table.arguments(&row)...); err != nil {
			return err
		}
		found = append(found, row)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("select from %s: %w", r.table.name, err)
	}
	return found, nil
}
