// Package sqlstore keeps what the orchestrator knows in SQLite, and seals what must not be read there.
//
// A Store has one writer. Callers of Update take turns at its connection, and as many turns as are waiting
// share one commit (group commit), so that eight payments cost one flush of the disk. Each turn is a
// savepoint: one that fails takes back its own writes and no others. An answer is given only after the
// commit it depends on. Readers have connections of their own and see the last commit.
//
// It may import the orchestrator's root, the kernel and modernc.org/sqlite. It decides nothing: states,
// times and identifiers come in the rows.
package sqlstore
