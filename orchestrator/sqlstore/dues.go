package sqlstore

import (
	"fmt"
	"strings"
	"time"

	o "countersign/orchestrator"
)

// dueTables are the tables whose rows come due, in the order of their kinds.
var dueTables = []struct {
	kind  o.DueKind
	table string
}{
	{o.DueAgreement, "agreements"},
	{o.DueAttempt, "attempts"},
	{o.DueCheck, "checks"},
	{o.DueNotice, "notices"},
	{o.DueSigning, "signings"},
}

// Queries over all tables with due rows: of one merchant, or of all on the system's clock. The due rows are few
// and found by the index of each table.
var (
	dueOfMerchant = overDues("SELECT '%[1]s', t.merchant_id, t.id, t.due_at, "+dueFailures+" FROM %[2]s t "+
		"WHERE t.merchant_id = ?1 AND t.due_at > 0 AND t.due_at <= ?2") + dueOrder
	dueOfSystem = overDues("SELECT '%[1]s', t.merchant_id, t.id, t.due_at, "+dueFailures+" FROM merchants m CROSS JOIN %[2]s t "+
		"ON t.merchant_id = m.id AND t.due_at > 0 AND t.due_at <= ?2 WHERE m.clock = ?1") + dueOrder
	nextOfMerchant = "SELECT coalesce(min(at), 0) FROM (" +
		overDues("SELECT '%s', min(due_at) AS at FROM %s WHERE merchant_id = ?1 AND due_at > 0") + ")"
	nextOfSystem = "SELECT coalesce(min(at), 0) FROM (" +
		overDues("SELECT '%s', (SELECT min(due_at) FROM %s WHERE merchant_id = m.id AND due_at > 0) AS at FROM merchants m WHERE m.clock = ?1") + ")"
	leasedByOthers = overDues("SELECT '%s', merchant_id, id, due_at, 0 FROM %s WHERE lease_owner <> '' AND lease_owner <> ?1") + " ORDER BY 4, 1, 3"
)

// dueFailures is how often a row could not be begun.
const dueFailures = "coalesce((SELECT failures FROM due_failures f WHERE f.merchant_id = t.merchant_id AND f.kind = '%[1]s' AND f.id = t.id), 0)"

// dueOrder is earliest first, then by kind and id.
const dueOrder = " ORDER BY 4, 1, 3 LIMIT ?3"

// overDues makes one query of all tables from a form with kind and table.
func overDues(form string) string {
	parts := make([]string, 0, len(dueTables))
	for _, t := range dueTables {
		parts = append(parts, fmt.Sprintf(form, t.kind, t.table))
	}
	return strings.Join(parts, " UNION ALL ")
}

// dues is orchestrator.Dues.
type dues struct{ tx *tx }

// Dues answers what has something to do.
func (t *tx) Dues() o.Dues { return dues{t} }

// Due answers the rows due by an instant.
func (d dues) Due(merchantID string, upTo time.Time, limit int) ([]o.DueRef, error) {
	if merchantID == "" {
		return d.list(dueOfSystem, string(o.ClockSystem), nanoseconds(upTo), max(limit, 0))
	}
	return d.list(dueOfMerchant, merchantID, nanoseconds(upTo), max(limit, 0))
}

// Next answers the earliest due time.
func (d dues) Next(merchantID string) (at time.Time, ok bool, err error) {
	query, argument := nextOfMerchant, merchantID
	if merchantID == "" {
		query, argument = nextOfSystem, string(o.ClockSystem)
	}
	if err := d.tx.row(query, []any{argument}, []any{instant{&at}}); err != nil {
		return time.Time{}, false, fmt.Errorf("find what is due next: %w", err)
	}
	return at, !at.IsZero(), nil
}

// Leased answers the rows that somebody else holds or held.
func (d dues) Leased(owner string) ([]o.DueRef, error) { return d.list(leasedByOthers, owner) }

// PutOff moves a row's due time by its key alone, and counts. A row that was moved since is left as it is.
func (d dues) PutOff(ref o.DueRef, until time.Time) error {
	table := ""
	for _, t := range dueTables {
		if t.kind == ref.Kind {
			table = t.table
		}
	}
	if table == "" {
		return fmt.Errorf("put a due row off: kind %q: %w", ref.Kind, errColumn)
	}
	moved, err := d.tx.exec("UPDATE "+table+" SET due_at = ?, version = version + 1 WHERE merchant_id = ? AND id = ? AND due_at = ?",
		nanoseconds(until), ref.MerchantID, ref.ID, nanoseconds(ref.At))
	if err == nil && moved > 0 {
		_, err = d.tx.exec("INSERT INTO due_failures (merchant_id, kind, id, failures) VALUES (?, ?, ?, 1) "+
			"ON CONFLICT (merchant_id, kind, id) DO UPDATE SET failures = failures + 1", ref.MerchantID, string(ref.Kind), ref.ID)
	}
	if err != nil {
		return fmt.Errorf("put a due row off: %w", err)
	}
	return nil
}

// Begun forgets a row's failures.
func (d dues) Begun(ref o.DueRef) error {
	_, err := d.tx.exec("DELETE FROM due_failures WHERE merchant_id = ? AND kind = ? AND id = ?", ref.MerchantID, string(ref.Kind), ref.ID)
	if err != nil {
		return fmt.Errorf("forget the failures of a due row: %w", err)
	}
	return nil
}

// list reads due rows.
func (d dues) list(query string, arguments ...any) ([]o.DueRef, error) {
	var found []o.DueRef
	err := d.tx.each(query, arguments, func(scan func(...any) error) error {
		var ref o.DueRef
		if err := scan(&ref.Kind, &ref.MerchantID, &ref.ID, instant{&ref.At}, &ref.Failures); err != nil {
			return err
		}
		found = append(found, ref)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find what is due: %w", err)
	}
	return found, nil
}
