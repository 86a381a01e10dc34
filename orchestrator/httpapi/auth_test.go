package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestEveryOperationAsksForTheTokenOfItsScope(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for _, o := range operations(t) {
		other := tokenA
		if o.merchantScope() {
			other = operator
		}
		headers := map[string]http.Header{
			"no token":      {"Authorization": nil},
			"empty":         {"Authorization": {""}},
			"no scheme":     {"Authorization": {tokenA}},
			"other scheme":  {"Authorization": {"Basic " + tokenA}},
			"unknown token": {"Authorization": {"Bearer nobody-nobody-nobody"}},
			"other scope":   {"Authorization": {"Bearer " + other}},
			"two tokens":    {"Authorization": {"Bearer " + tokenA, "Bearer " + operator}},
			"prefix":        {"Authorization": {"Bearer " + operator[:10]}},
			"too long":      {"Authorization": {"Bearer " + strings.Repeat("x", 5000)}},
			"control bytes": {"Authorization": {"Bearer \x00\x1b[31m"}},
		}
		for name, header := range headers {
			answer := d.do(t, request{method: o.method, path: o.path, body: o.body, header: header})
			if answer.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s, %s: no WWW-Authenticate", o.id, name)
			}
			wantProblem(t, answer, 401, "unauthorized")
		}
	}
	if d.engine.count() != 0 || d.engine.entered != 0 {
		t.Error("the engine was asked")
	}
}

func TestTheSchemeIsReadInAnyCase(t *testing.T) {
	t.Parallel()
	d := setup(t)
	answer := d.do(t, request{method: http.MethodGet, path: "/v1/cards/crd_1234", header: http.Header{"Authorization": {"bearer " + tokenA}}})
	if answer.StatusCode != http.StatusOK {
		t.Error(answer.Status)
	}
}

// TestAForeignIDIsAnsweredAsAMissingOne: reliability 6-13. Same status, same headers, same bytes.
func TestAForeignIDIsAnsweredAsAMissingOne(t *testing.T) {
	t.Parallel()
	d := setup(t)
	missing := strings.NewReplacer("pay_1234", "pay_missing", "crd_1234", "crd_missing", "vrf_1234", "vrf_missing")
	for _, o := range operations(t) {
		if !o.merchantScope() || missing.Replace(o.path) == o.path {
			continue
		}
		foreign := d.do(t, request{method: o.method, path: o.path, body: o.body, token: tokenB})
		unknown := d.do(t, request{method: o.method, path: missing.Replace(o.path), body: o.body})
		a, b := read(t, foreign), read(t, unknown)
		if foreign.StatusCode != http.StatusNotFound || a != b || foreign.StatusCode != unknown.StatusCode {
			t.Errorf("%s: foreign %d %s, missing %d %s", o.id, foreign.StatusCode, a, unknown.StatusCode, b)
		}
	}
}
