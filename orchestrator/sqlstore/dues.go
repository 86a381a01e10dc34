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
	{o.DueAgreement, "agreements"}, {o.DueAttempt, "attempts"}, {o.DueCheck, "checks"},
	{o.DueNotice, "notices"}, {o.DueSigning, "signings"},
}

// Queries over all tables with due rows: of one merchant, or of all on the system's clock. The due rows are few
// and found by the index of each table.
var (
	dueOfMerchant = overDues("SELECT '%s', merchant_id, id, due_at FROM %s WHERE merchant_id = ?1 AND due_at > 0 AND due_at <= ?2") + dueOrder
	dueOfSystem   = overDues("SELECT '%s', t.merchant_id, t.id, t.due_at FROM merchants m CROSS JOIN %s t "+
		"ON t.merchant_id = m.id AND t.due_at > 0 AND t.due_at <= ?2 WHERE m.clock = ?1") + dueOrder
	nextOfMerchant = "SELECT coalesce(min(at), 0) FROM (" +
		overDues("SELECT '%s', min(due_at) AS at FROM %s WHERE merchant_id = ?1 AND due_at > 0") + ")"
	nextOfSystem = "SELECT coalesce(min(at), 0) FROM (" +
		overDues("SELECT '%s', (SELECT min(due_at) FROM %s WHERE merchant_id = m.id AND due_at > 0) AS at FROM merchants m WHERE m.clock = ?1") + ")"
	leasedByOthers = overDues("SELECT '%s', merchant_id, id, due_at FROM %s WHERE lease_owner <> '' AND lease_owner <> ?1") + " ORDER BY 4, 1, 3"
)

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

// list reads due rows.
func (d dues) list(query string, arguments ...any) ([]o.DueRef, error) {
	var found []o.DueRef
	err := d.tx.each(query, arguments, func(scan func(...any) error) error {
		var ref o.DueRef
		if err := scan(&ref.Kind, &ref.MerchantID, &ref.ID, instant{&ref.At}); err != nil {
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
