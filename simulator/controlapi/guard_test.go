package controlapi

import (
	"net/http"
	"strings"
	"testing"

	"countersign/simulator"
	"countersign/simulator/engine"
)

func TestForeignHostsAndOriginsAreKeptOut(t *testing.T) {
	t.Parallel()
	p := newPlane(t, func(c *Config) { c.Hosts = []string{"simulator.test"} })
	for name, row := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"loopback":              {func(*http.Request) {}, 200},
		"localhost":             {func(r *http.Request) { r.Host = "LOCALHOST:7101" }, 200},
		"loopback in v6":        {func(r *http.Request) { r.Host = "[::1]:7101" }, 200},
		"configured":            {func(r *http.Request) { r.Host = "simulator.test" }, 200},
		"foreign":               {func(r *http.Request) { r.Host = "rebound.example.org" }, 403},
		"like localhost":        {func(r *http.Request) { r.Host = "localhost.example.org" }, 403},
		"another address":       {func(r *http.Request) { r.Host = "192.0.2.1" }, 403},
		"own origin":            {func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:7300") }, 200},
		"foreign origin":        {func(r *http.Request) { r.Header.Set("Origin", "https://example.org") }, 403},
		"origin of a file":      {func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		"two origins":           {func(r *http.Request) { r.Header["Origin"] = []string{"http://localhost", "http://localhost"} }, 403},
		"origin of a neighbour": {func(r *http.Request) { r.Header.Set("Origin", "http://localhost.example.org") }, 403},
	} {
		got := p.call("GET", "/v1/worlds", "", row.change)
		if got.status != row.status {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if got.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: CORS is on", name)
		}
	}
}

func TestATokenIsAskedForWhereOneIsSet(t *testing.T) {
	t.Parallel()
	const token = "t0ken-of-the-control-plane"
	p := newPlane(t, func(c *Config) { c.Token = token })
	for name, row := range map[string]struct {
		value  string
		status int
	}{
		"none": {"", 401}, "wrong": {"Bearer x", 401}, "basic": {"Basic " + token, 401}, "bare": {token, 401}, "right": {"Bearer " + token, 200},
	} {
		got := p.call("GET", "/v1/worlds", "", func(r *http.Request) {
			if row.value != "" {
				r.Header.Set("Authorization", row.value)
			}
		})
		if got.status != row.status || strings.Contains(got.body, token) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	for _, open := range []string{"/livez", "/readyz", "/metrics"} {
		if got := p.call("GET", open, ""); got.status != 200 {
			t.Errorf("%s: %d", open, got.status)
		}
	}
}

func TestEveryEndpointRefusesWhatIsNotOfTheContract(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	path := p.world("w1")
	for _, row := range []struct{ method, path string }{
		{"POST", "/v1/worlds"},
		{"POST", path + "/clock"},
		{"POST", path + "/faults"},
		{"POST", path + "/members"},
		{"POST", path + "/cards"},
		{"PATCH", path + "/cards/" + payerCard},
		{"POST", path + "/cards/" + payerCard + "/cancel-agreements"},
		{"PATCH", path + "/channels/bridge-pay"},
		{"POST", path + "/channels/bridge-pay/forget-agreement"},
	} {
		for name, body := range map[string]string{
			"no JSON": "hello", "array": "[]", "null": "null", "unknown member": `{"tenant":"x"}`, "cut off": `{"a":`,
			"trailing": `{}{}`, "secret as a name": `{"` + payerCard + `":1}`,
		} {
			got := p.call(row.method, row.path, body)
			if got.status != 400 || got.json["code"] != "invalid_request" || strings.Contains(got.body, payerCard) {
				t.Errorf("%s %s, %s: %d %s", row.method, row.path, name, got.status, got.body)
			}
		}
		if got := p.call(row.method, row.path, "{"+strings.Repeat(" ", 300<<10)+"}"); got.status != 413 {
			t.Errorf("%s %s, too large: %d", row.method, row.path, got.status)
		}
		if got := p.call(row.method, row.path, "{}", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }); got.status != 415 {
			t.Errorf("%s %s, as text: %d %s", row.method, row.path, got.status, got.body)
		}
	}
	p.want(400, "POST", "/v1/worlds", `{"seed":1,"seed":2}`)
	p.want(400, "GET", "/v1/worlds", `{}`)
	p.want(404, "GET", "/v1/nothing", "")
	p.want(404, "GET", "/v1/worlds/", "")
	p.want(405, "PUT", "/v1/worlds", "")
	p.want(400, "GET", "/v1/worlds/Bad%20Name", "")
	p.want(400, "GET", path+"/journal?operation=x", "")
}

func TestADurableWorldIsNotDeletedHere(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	demo, _ := simulator.Compile(simulator.Universe{})
	if _, err := p.engine.CreateWorld(t.Context(), engine.NewWorld{ID: "kept", Template: demo, Recorder: forgetful{}}); err != nil {
		t.Fatal(err)
	}
	p.want(409, "DELETE", "/v1/worlds/kept", "")
	p.want(200, "GET", "/v1/worlds/kept", "")
}

// forgetful is a recorder that records nothing.
type forgetful struct{}

// Append forgets.
func (forgetful) Append(simulator.Input) (func() error, error) {
	return func() error { return nil }, nil
}

func TestMetricsAreInTextForm(t *testing.T) {
	t.Parallel()
	p := newPlane(t)
	p.world("w1")
	got := p.call("GET", "/metrics", "")
	if got.status != 200 || !strings.Contains(got.body, "countersign_worlds 1\n") || !strings.Contains(got.body, "countersign_notifications_total") {
		t.Errorf("%d %s", got.status, got.body)
	}
}
