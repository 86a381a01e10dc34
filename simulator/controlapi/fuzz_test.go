package controlapi

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// bodied are the operations with a body, after the path of a world; "" makes a world.
var bodied = []string{
	"", "/faults", "/notification-plans", "/verify", "/clock", "/fork", "/snapshots", "/cards", "/members", "/import",
	"/faults/flt_1", "/banks/ICBC", "/channels/bridge-pay", "/cards/" + payerCard, "/events/evt_1/redeliver",
}

// patched are those that are changed and not made.
var patched = []string{"/faults/flt_1", "/banks/ICBC", "/channels/bridge-pay", "/cards/" + payerCard}

// FuzzControlBodies gives every operation any body: none is a server's error, what is refused says so in a
// problem with a code, and a refusal leaves the world as it was, to the byte of its export.
func FuzzControlBodies(f *testing.F) {
	for which, body := range []string{
		`{"world_id":"w2","seed":7,"clock":{"mode":"virtual"},"faults":[{"effect":"hang"}]}`, `{"effect":"hang","operation":"charge","times":1}`,
		`{"sendings":[{"variant":"wrong_key"}],"match":{"event_type":"charge.succeeded"}}`, `{"subject":"ledger","count":{"exactly":1}}`, `{"by_ms":60000}`,
		`{"world_id":"w3"}`, `{"snapshot_id":"s1"}`, `{"elements":{"name":"周明","id_type":"resident_id","id_number":"` + payerID +
			`","card_number":"` + otherCard + `","mobile":"13800000002"}}`,
		`{"merchant":"dawn"}`, `{"format":"countersign-world/1","world_id":"w4","digest":"sha256:","universe":{},"state":{}}`,
		`{"enabled":false}`, `{"settle_after_seconds":3}`, `{"state":"maintenance"}`, `{"balance":5}`, `{"variant":"stale"}`,
	} {
		f.Add(which, body)
		f.Add(which, strings.Replace(body, ":", `:[`, 1))
	}
	f.Fuzz(func(t *testing.T, which int, body string) {
		if which < 0 || which >= len(bodied) || strings.Contains(body, "within_ms") || strings.Contains(body, "drain_ms") {
			return // no such operation, or it would wait
		}
		p := newPlane(t)
		world := p.world("w1")
		before := p.exported(t)
		method, path := http.MethodPost, world+bodied[which]
		switch {
		case which == 0:
			path = "/v1/worlds"
		case bodied[which] == "/import":
			path = "/v1/worlds/import"
		case slices.Contains(patched, bodied[which]):
			method = http.MethodPatch
		}
		request := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+path, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		p.server.Config.Handler.ServeHTTP(answer, request)
		switch {
		case answer.Code >= 500:
			t.Fatalf("%d to %s %q: %s", answer.Code, path, body, answer.Body)
		case answer.Code < 400:
		case !strings.Contains(answer.Body.String(), `"code":`):
			t.Fatalf("%d without a problem: %s", answer.Code, answer.Body)
		case p.exported(t) != before:
			t.Fatalf("%s %q was refused and changed the world", path, body)
		}
	})
}

// exported is the canonical state of the world w1.
func (p *plane) exported(t *testing.T) string {
	t.Helper()
	text, err := p.engine.Canonical("w1")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
