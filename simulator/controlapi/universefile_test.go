package controlapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// changedFile is a file with one place of it changed, and the digest that fits.
func changedFile(t *testing.T, file string, value any, place ...any) string {
	t.Helper()
	tree := treeOf(t, file)
	m := mutation{place: place, value: value}
	m.apply(tree)
	return sealed(t, tree)
}

func TestAWrongUniverseIsRefusedByItsPlace(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	p.world("w1")
	file := p.want(http.StatusOK, "GET", "/v1/worlds/w1/file", "").body
	least := json.Number("-9223372036854775808")
	for _, row := range []struct {
		field string
		value any
		place []any
	}{
		{"/universe/channels/0/code", nil, []any{"channels", 0, "code"}},
		{"/universe/channels/0/code/length", least, []any{"channels", 0, "code", "length"}},
		{"/universe/channels/0/code/tries", json.Number("-1"), []any{"channels", 0, "code", "tries"}},
		{"/universe/channels/0/code/resend", "", []any{"channels", 0, "code", "resend"}},
		{"/universe/channels/0/code/resend_gap_seconds", json.Number("-1"), []any{"channels", 0, "code", "resend_gap_seconds"}},
		{"/universe/channels/0/signature_alg", deleted{}, []any{"channels", 0, "signature_alg"}},
		{"/universe/channels/0/charge_by", "luck", []any{"channels", 0, "charge_by"}},
		{"/universe/channels/0/sender", "nobody", []any{"channels", 0, "sender"}},
		{"/universe/channels/0/sender", true, []any{"channels", 0, "platform_sms"}},
		{"/universe/channels/0/banks/0/bank", "XXXX", []any{"channels", 0, "banks", 0, "bank"}},
		{"/universe/channels/0", map[string]any{}, []any{"channels", 0}},
		{"/universe/bins/0/bank", deleted{}, []any{"banks"}},
		{"/universe/banks/0/code", "", []any{"banks", 0, "code"}},
		{"/universe/bins/0/prefix", json.Number("0"), []any{"bins", 0, "length"}},
		{"/universe/bins/0/bank", "XXXX", []any{"bins", 0, "bank"}},
		{"/universe/bins/0/prefix", "x", []any{"bins", 0, "prefix"}},
		{"/universe/bins/0/card_type", "", []any{"bins", 0, "card_type"}},
	} {
		got := p.call("POST", "/v1/worlds/import?world_id=w9", changedFile(t, file, row.value, append([]any{"universe"}, row.place...)...))
		field, _ := got.json["field"].(string)
		if got.status != http.StatusUnprocessableEntity || !strings.HasPrefix(field, row.field) {
			t.Errorf("%v = %v: %d %s", row.place, row.value, got.status, got.body)
		}
	}
}

// TestASendingBeyondItsScheduleIsRefused: the schedule is looked up by this number.
func TestASendingBeyondItsScheduleIsRefused(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	file := richFile(t, p)
	for _, tries := range []json.Number{"9223372036854775807", "-1"} {
		got := p.call("POST", "/v1/worlds/import?world_id=w9", changedFile(t, file, tries, "state", "notices", "pending", 0, "tries"))
		if got.status != http.StatusUnprocessableEntity || got.json["field"] != "/state/notices/pending/0/tries" {
			t.Errorf("%s: %d %s", tries, got.status, got.body)
		}
	}
}
