package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// migrations are numbered files: 0001_initial.sql and so on. A file that has been released is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// errMigration says that the set of migration files is not 1, 2, 3 …
var errMigration = errors.New("migration files are not numbered without gaps")

// migration is one step of the schema.
type migration struct {
	version int
	name    string
	script  string
}

// loadMigrations reads the files of the folder migrations in order.
func loadMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	slices.Sort(names)
	steps := make([]migration, 0, len(names))
	for i, file := range names {
		script, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		name := strings.TrimSuffix(path.Base(file), ".sql")
		digits, _, _ := strings.Cut(name, "_")
		version, err := strconv.Atoi(digits)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("%s: %w", name, errMigration)
		}
		steps = append(steps, migration{version, name, string(script)})
	}
	return steps, nil
}

// migrate brings the schema to the last step, each step in a transaction of its own. A schema with more steps
// than this program knows is refused: guessing at rows of a later version would lose them.
func migrate(ctx context.Context, conn *sql.Conn, steps []migration) error {
	const table = `CREATE TABLE IF NOT EXISTS schema_migrations (
		version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)`
	if _, err := conn.ExecContext(ctx, table); err != nil {
		return fmt.Errorf("prepare migrations: %w", typed(err))
	}
	var done int
	if err := conn.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM schema_migrations").Scan(&done); err != nil {
		return fmt.Errorf("read schema version: %w", typed(err))
	}
	if done > len(steps) {
		return fmt.Errorf("%w: its schema is number %d, this program knows %d; start the newer program", ErrNewerSchema, done, len(steps))
	}
	for _, step := range steps[done:] {
		if err := apply(ctx, conn, step); err != nil {
			return fmt.Errorf("migration %s: %w", step.name, err)
		}
	}
	return nil
}

// apply runs one step and notes it, both or neither. Another process may have been faster; then nothing is done.
func apply(ctx context.Context, conn *sql.Conn, step migration) (err error) {
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return typed(err)
	}
	defer func() {
		if err != nil {
			_, _ = conn.ExecContext(ctx, "ROLLBACK")
		}
	}()
	var known int
	row := conn.QueryRowContext(ctx, "SELECT count(*) FROM schema_migrations WHERE version = ?", step.version)
	if err := row.Scan(&known); err != nil {
		return typed(err)
	}
	if known == 0 {
		if _, err := conn.ExecContext(ctx, step.script); err != nil {
			return typed(err)
		}
		const note = "INSERT INTO schema_migrations (version, name, applied_at) VALUES (?, ?, unixepoch() * 1000000000)"
		if _, err := conn.ExecContext(ctx, note, step.version, step.name); err != nil {
			return typed(err)
		}
	}
	_, err = conn.ExecContext(ctx, "COMMIT")
	return typed(err)
}
