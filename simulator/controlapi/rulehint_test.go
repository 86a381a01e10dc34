package controlapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestASchemaRefusalSaysWhatIsWanted(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for _, row := range []struct{ path, body, field, hint string }{
		{path + "/faults", `{"effect":"nonsense"}`, "/effect", "withhold_reply"},
		{path + "/faults", `{"effect":"hang","channel_id":1}`, "/channel_id", "string"},
		{path + "/faults", `{"effect":"hang","nth":0}`, "/nth", "1"},
		{path + "/faults", `{}`, "/effect", "effect"},
		{path + "/faults", `{"effect":"hang","efect":1}`, "/efect", "effect"},
		{"/v1/worlds", `{"world_id":"UPPER"}`, "/world_id", "^[a-z0-9]"},
	} {
		got := p.want(400, "POST", row.path, row.body)
		if text, _ := got.json["hint"].(string); got.json["field"] != row.field || !strings.Contains(text, row.hint) {
			t.Errorf("%s: %s", row.body, got.body)
		}
	}
}

func TestANotifyURLHasAPortThatExists(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for _, at := range []string{"http://127.0.0.1:99999/n", "http://127.0.0.1:0/n", "http://127.0.0.1:/n", "http://:80/n"} {
		if got := p.want(422, "POST", path+"/members", `{"merchant":"other","notify_url":"`+at+`"}`); got.json["field"] != "/notify_url" {
			t.Errorf("%s: %s", at, got.body)
		}
	}
	p.want(201, "POST", path+"/members", `{"merchant":"other","notify_url":"http://127.0.0.1:65535/n"}`)
}

func TestTheSchemeOfATokenHasNoCase(t *testing.T) {
	t.Parallel()
	guarded := guardToken("secret", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for header, want := range map[string]int{"bearer secret": 204, "BEARER secret": 204, "Bearer secret": 204, "Basic secret": 401, "secret": 401, "bearer": 401} {
		if got := served(guarded, header); got != want {
			t.Errorf("%q: %d", header, got)
		}
	}
}

// served is the status that a handler answers to a request with such a header.
func served(h http.Handler, authorization string) int {
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	r.Header.Set("Authorization", authorization)
	h.ServeHTTP(w, r)
	return w.Code
}
