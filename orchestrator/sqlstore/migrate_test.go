package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// session in memory for tests of the schema.
func memorySession(t *testing.T) *session {
	t.Helper()
	db, err := connect("file::memory:?_pragma=foreign_keys(1)", 1)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSession(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = s.close(), db.Close() })
	return s
}

// script makes migration files.
func script(texts ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i, text := range texts {
		files["migrations/000"+string(rune('1'+i))+"_step.sql"] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// run migrates with files.
func run(t *testing.T, s *session, files fstest.MapFS) error {
	t.Helper()
	steps, err := loadMigrations(files)
	if err != nil {
		t.Fatal(err)
	}
	return migrate(t.Context(), s.conn, steps)
}

// has says whether a table is there.
func has(t *testing.T, s *session, table string) bool {
	t.Helper()
	var n int
	if err := s.conn.QueryRowContext(t.Context(), "SELECT count(*) FROM sqlite_schema WHERE name = ?", table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n == 1
}

func TestMigrationsRunOnceAndInOrder(t *testing.T) {
	t.Parallel()
	s := memorySession(t)
	if err := run(t, s, script("CREATE TABLE a (x)")); err != nil {
		t.Fatal(err)
	}
	two := script("CREATE TABLE a (x)", "ALTER TABLE a RENAME TO b; CREATE TABLE c (x)")
	if err := errors.Join(run(t, s, two), run(t, s, two)); err != nil {
		t.Fatal(err)
	}
	if has(t, s, "a") || !has(t, s, "b") || !has(t, s, "c") {
		t.Error("the second step did not run on top of the first")
	}
}

func TestAMigrationThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	s := memorySession(t)
	err := run(t, s, script("CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"))
	if err == nil || !strings.Contains(err.Error(), "0002_step") {
		t.Fatalf("error is %v", err)
	}
	if !has(t, s, "a") || has(t, s, "b") {
		t.Error("a step was kept in part")
	}
	if err := run(t, s, script("CREATE TABLE a (x)", "CREATE TABLE b (x)")); err != nil || !has(t, s, "b") {
		t.Errorf("the corrected step does not run: %v", err)
	}
}

func TestANewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	s := memorySession(t)
	if err := run(t, s, script("CREATE TABLE a (x)", "CREATE TABLE b (x)")); err != nil {
		t.Fatal(err)
	}
	err := run(t, s, script("CREATE TABLE a (x)"))
	if !errors.Is(err, ErrNewerSchema) || !strings.Contains(err.Error(), "number 2, this program knows 1") {
		t.Errorf("error is %v", err)
	}
}

func TestMigrationFilesAreNumberedWithoutGaps(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"migrations/0002_second.sql", "migrations/first.sql"} {
		if _, err := loadMigrations(fstest.MapFS{name: &fstest.MapFile{}}); !errors.Is(err, errMigration) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

// promises are the unique indexes, as the schema states them.
var promises = []string{
	"CREATE UNIQUE INDEX agreements_active ON agreements (merchant_id, payer_id, card_id, channel_id) WHERE active = 1",
	"CREATE UNIQUE INDEX attempts_live ON attempts (merchant_id, payment_id) WHERE live = 1",
	"CREATE UNIQUE INDEX attempts_order ON attempts (channel_id, order_no, member_no)",
	"CREATE UNIQUE INDEX cards_bound ON cards (merchant_id, payer_id, fingerprint) WHERE bound = 1",
	"CREATE UNIQUE INDEX channels_member ON channels (channel_id, member_no)",
	"CREATE UNIQUE INDEX merchants_token ON merchants (token_hash) WHERE token_hash <> ''",
	"CREATE UNIQUE INDEX payments_order ON payments (merchant_id, merchant_order_no)",
	"CREATE UNIQUE INDEX signings_number ON signings (channel_id, sign_no, member_no)",
	"CREATE UNIQUE INDEX signings_open ON signings (merchant_id, payer_id, card_id, channel_id) WHERE is_open = 1",
}

// texts reads one column of text.
func texts(t *testing.T, s *session, query string) []string {
	t.Helper()
	found, err := s.conn.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	var all []string
	for found.Next() {
		var text sql.NullString
		if err := found.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text.String)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTheSchemaCarriesThePromises(t *testing.T) {
	t.Parallel()
	s := memorySession(t)
	steps, err := loadMigrations(migrations)
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate(t.Context(), s.conn, steps); err != nil {
		t.Fatal(err)
	}
	got := texts(t, s, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%' ORDER BY name")
	if !slices.Equal(got, promises) {
		t.Errorf("unique indexes are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(promises, "\n"))
	}
	for _, table := range []string{"events", "evidence", "decisions"} {
		for _, change := range []string{"UPDATE " + table + " SET merchant_id = 'x'", "DELETE FROM " + table} {
			columns := strings.Join(texts(t, s, "SELECT name FROM pragma_table_info('"+table+"')"), ", ")
			marks := strings.TrimSuffix(strings.Repeat("1, ", strings.Count(columns, ",")+1), ", ")
			if _, err := s.conn.ExecContext(t.Context(), "INSERT OR IGNORE INTO "+table+" ("+columns+") VALUES ("+marks+")"); err != nil {
				t.Fatal(err)
			}
			if _, err := s.conn.ExecContext(t.Context(), change); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: error is %v", change, err)
			}
		}
	}
}

func TestLookUpsUseAnIndex(t *testing.T) {
	t.Parallel()
	s := memorySession(t)
	steps, _ := loadMigrations(migrations)
	if err := migrate(t.Context(), s.conn, steps); err != nil {
		t.Fatal(err)
	}
	for name, query := range map[string]string{
		"merchant by token": merchantByToken, "channels": channelsOfMerchant, "card by fingerprint": cardByFingerprint,
		"card taken away": cardTakenAway, "next SMS": nextSMS, "open payments": paymentsOpen, "open verifications": verificationsOpen,
		"standings": standingsOfCard, "agreements": agreementsOfCard, "agreement by number": agreementByNumber,
		"open signing": signingOpen, "signing by number": signingBySignNo, "signing by check": signingByCheck,
		"signings by owner": signingsByOwner, "SMS": smsOfChannel, "payment by order": paymentByOrder, "payment": paymentByID,
		"newest payments": paymentsNewest, "attempt by order": attemptByOrder, "attempts": attemptsOfPayment, "used": amountUsed,
		"decisions": decisionsOfOwner, "sync items": syncsOfBatch, "notices": noticesOfReference, "events": eventsOfReference,
		"due": dueOfMerchant, "next": nextOfMerchant, "due of all": dueOfSystem, "leased": leasedByOthers,
	} {
		for _, line := range planOf(t, s, query) {
			if strings.HasPrefix(line, "SCAN ") && !slices.Contains(mayScan, line) && !strings.HasSuffix(line, "_leased") {
				t.Errorf("%s reads a whole table: %s", name, line)
			}
		}
	}
}

// mayScan are steps of a plan that read all rows of something small: the merchants, or what an inner query found.
// So is the index of leased rows.
var mayScan = []string{"SCAN m", "SCAN (subquery-5)", "SCAN (subquery-10)", "SCAN CONSTANT ROW"}

// planOf explains a query.
func planOf(t *testing.T, s *session, query string) []string {
	t.Helper()
	steps, err := s.conn.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, arguments(query)...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = steps.Close() }()
	var plan []string
	for steps.Next() {
		var id, parent, unused int
		var detail string
		if err := steps.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, detail)
	}
	if err := steps.Err(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// arguments are as many values as a query has marks.
func arguments(query string) []any {
	n := strings.Count(query, "?")
	switch {
	case strings.Contains(query, "?3"):
		n = 3
	case strings.Contains(query, "?1"):
		n = 1
	}
	return make([]any, n)
}
