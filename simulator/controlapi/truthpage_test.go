package controlapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestTheTruthComesInPagesThatMakeTheWhole(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	memberNo := p.member(path, "bridge-pay")
	agreementNo := p.sign("w1", memberNo)
	const orders = 7
	for i := range orders {
		p.charge("w1", memberNo, fmt.Sprintf("ord_%04d", i), agreementNo)
	}
	whole := p.want(http.StatusOK, "GET", path+"/truth", "")
	if whole.json["truncated"] != nil || whole.json["cursor"] != nil {
		t.Errorf("a small world is one page: %s", whole.body)
	}
	lists := []string{"ledger", "agreements", "charges", "accounts"}
	got, pages, query := map[string][]any{}, 0, "?limit=2"
	for query != "" {
		page := p.want(http.StatusOK, "GET", path+"/truth"+query, "")
		for _, name := range lists {
			rows, _ := page.json[name].([]any)
			if len(rows) > 2 {
				t.Errorf("%d of %s", len(rows), name)
			}
			got[name] = append(got[name], rows...)
		}
		query = ""
		if cursor, more := page.json["cursor"].(string); more {
			query = "?limit=2&after=" + cursor
		}
		pages++
	}
	for _, name := range lists {
		if want, _ := whole.json[name].([]any); fmt.Sprint(want) != fmt.Sprint(got[name]) {
			t.Errorf("%s: %v, want %v", name, got[name], want)
		}
	}
	if pages != (orders+1)/2 {
		t.Errorf("%d pages", pages)
	}
}

func TestTheTruthAboutANumber(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	memberNo := p.member(path, "bridge-pay")
	agreementNo := p.sign("w1", memberNo)
	p.charge("w1", memberNo, "ord_0001", agreementNo)
	p.charge("w1", memberNo, "ord_0002", agreementNo)
	count := func(query string) string {
		got := p.want(http.StatusOK, "GET", path+"/truth"+query, "")
		length := func(name string) int { rows, _ := got.json[name].([]any); return len(rows) }
		return fmt.Sprint(length("ledger"), length("agreements"), length("charges"), length("accounts"))
	}
	for query, want := range map[string]string{
		"?number=ord_0002": "1 0 1 0", "?number=" + agreementNo: "0 1 0 0", "?number=sgn_0001": "0 1 0 0", "?number=nobody": "0 0 0 0",
	} {
		if got := count(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for _, query := range []string{"?after=e30x", "?after=.", "?limit=0", "?limit=10001", "?number="} {
		if got := p.call("GET", path+"/truth"+query, ""); got.status/100 != 4 || got.json["field"] == nil {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
	}
}

func TestAFileThatAnImportWouldNotTakeIsNotMade(t *testing.T) {
	t.Parallel()
	made := &worldFile{State: []byte(strings.Repeat(" ", 4096))}
	if err := fits(made, 4096); err == nil || !strings.Contains(err.Error(), "413") {
		t.Errorf("%v", err)
	}
	if err := fits(made, 8192); err != nil {
		t.Error(err)
	}
}
