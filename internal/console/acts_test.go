package console_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"countersign/internal/console"
)

// post sends what the page would send; headers come in pairs.
func post(t *testing.T, url, body string, headers ...string) (status int, answer string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestActsAreOperationsOfTheControlPlane(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, method, path, sent string }{
		"create-world": {`{"body":{"world_id":"w1"}}`, "POST", "/v1/worlds", `{"world_id":"w1"}`},
		"fork-world":   {`{"world":"demo","body":{}}`, "POST", "/v1/worlds/demo/fork", `{}`},
		"reset-world":  {`{"world":"demo"}`, "POST", "/v1/worlds/demo/reset", ""},
		"delete-world": {`{"world":"a/../b"}`, "DELETE", "/v1/worlds/a%2F..%2Fb", ""},
		"change-world": {`{"world":"..","body":{"temper":"hostile"}}`, "PATCH", "/v1/worlds/-", `{"temper":"hostile"}`},
		"add-fault":    {`{"world":"demo","body":{"effect":"hang"}}`, "POST", "/v1/worlds/demo/faults", `{"effect":"hang"}`},
		"switch-fault": {`{"world":"demo","id":"flt_1","body":{"enabled":false}}`, "PATCH", "/v1/worlds/demo/faults/flt_1", `{"enabled":false}`},
		"remove-fault": {`{"world":"demo","id":"flt?1"}`, "DELETE", "/v1/worlds/demo/faults/flt%3F1", ""},
		"redeliver":    {`{"world":"demo","id":"evt_1","body":{}}`, "POST", "/v1/worlds/demo/events/evt_1/redeliver", `{}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := &fakeSource{reply: console.Reply{Status: http.StatusOK, Body: []byte(`{"ok":true}`)}}
			status, answer := post(t, serve(t, source).URL+"/do/"+name, tt.body)
			calls, _ := source.asked()
			if status != http.StatusOK || answer != `{"ok":true}` || len(calls) != 1 {
				t.Fatalf("status %d, answer %s, calls %v", status, answer, calls)
			}
			if c := calls[0]; c.Method != tt.method || c.Path != tt.path || string(c.Body) != tt.sent {
				t.Errorf("%s %s %s", c.Method, c.Path, c.Body)
			}
		})
	}
}

func TestForeignPagesDoNothing(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		headers []string
		want    int
	}{
		"the page itself":          {[]string{"Sec-Fetch-Site", "same-origin"}, http.StatusNoContent},
		"no browser":               {nil, http.StatusNoContent},
		"another site":             {[]string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		"another port":             {[]string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		"an old browser":           {[]string{"Origin", "http://evil.example"}, http.StatusForbidden},
		"a form, which needs none": {[]string{"Content-Type", "text/plain"}, http.StatusUnsupportedMediaType},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := &fakeSource{}
			status, _ := post(t, serve(t, source).URL+"/do/reset-world", `{"world":"demo"}`, tt.headers...)
			calls, _ := source.asked()
			if status != tt.want || (len(calls) == 1) != (tt.want == http.StatusNoContent) {
				t.Errorf("status %d, calls %v", status, calls)
			}
		})
	}
}

func TestWhatIsNoActIsNotPassedOn(t *testing.T) {
	t.Parallel()
	source := &fakeSource{}
	server := serve(t, source)
	for body, want := range map[string]int{
		`{"world":1}`: http.StatusBadRequest, `{"path":"/v1/worlds"}`: http.StatusBadRequest, `{`: http.StatusBadRequest, ``: http.StatusBadRequest,
		`{"world":"` + strings.Repeat("a", 20_000) + `"}`: http.StatusRequestEntityTooLarge,
	} {
		if status, answer := post(t, server.URL+"/do/reset-world", body); status != want {
			t.Errorf("%.40s: %d %s", body, status, answer)
		}
	}
	for _, act := range []string{"export-world", "file", "create-world%2F.."} {
		if status, _ := post(t, server.URL+"/do/"+act, `{}`); status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", act, status)
		}
	}
	if calls, _ := source.asked(); len(calls) != 0 {
		t.Errorf("passed on: %v", calls)
	}
}

func TestARefusalComesBackWithItsField(t *testing.T) {
	t.Parallel()
	refusal := `{"code":"invalid","detail":"no such reason","field":"/reason","status":422}`
	source := &fakeSource{reply: console.Reply{Status: http.StatusUnprocessableEntity, Body: []byte(refusal)}}
	if status, answer := post(t, serve(t, source).URL+"/do/add-fault", `{"world":"demo","body":{}}`); status != http.StatusUnprocessableEntity || answer != refusal {
		t.Errorf("%d %s", status, answer)
	}
}

func TestAStepIsPassedOn(t *testing.T) {
	t.Parallel()
	source := &fakeSource{}
	server := serve(t, source)
	for _, body := range []string{`{"world":"demo","next":true}`, `{"world":"demo","by_ms":60000}`, `{"world":"demo","to":"2018-06-06T12:00:00Z"}`} {
		if status, answer := post(t, server.URL+"/step", body); status != http.StatusOK {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	_, moves := source.asked()
	if len(moves) != 3 || !moves[0].Next || moves[1].ByMs != 60_000 || moves[2].To == nil {
		t.Errorf("moves %+v", moves)
	}
}

func TestTheStreamFollowsWorldAndFilter(t *testing.T) {
	t.Parallel()
	source := &fakeSource{snapshot: lively()}
	get(t, serve(t, source).URL+"/state?world=w1&channel_id=c1&operation=charge&number=n1")
	want := console.View{World: "w1", ChannelID: "c1", Operation: "charge", Number: "n1", Worlds: true}
	if source.views[0] != want {
		t.Errorf("view %+v", source.views[0])
	}
}

func TestStoriesAreDrawnWrittenAndTold(t *testing.T) {
	t.Parallel()
	server := serve(t, &fakeSource{snapshot: lively()})
	for path, want := range map[string]string{
		"/story?number=ord_1": `"payment_id":"ord_1"`, "/story?number=ord_1&format=svg": "<svg", "/story?number=ord_1&format=mermaid": "sequenceDiagram",
	} {
		if response, body := get(t, server.URL+path); response.StatusCode != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", path, response.StatusCode, body)
		}
	}
	if response, _ := get(t, server.URL+"/story?number=none"); response.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown number: %d", response.StatusCode)
	}
}

func TestThePageIsSmall(t *testing.T) {
	t.Parallel()
	const most = 60 << 10 // bytes
	server := serve(t, &fakeSource{})
	total := 0
	for _, path := range []string{
		"/", "/static/page.css", "/static/page.js", "/static/texts.js", "/static/dom.js", "/static/handset.js", "/static/clock.js",
		"/static/faults.js", "/static/journal.js", "/static/story.js", "/static/worlds.js", "/static/icon.svg",
	} {
		response, body := get(t, server.URL+path)
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, response.StatusCode)
		}
		total += len(body)
	}
	if total > most {
		t.Errorf("the page is %d bytes, at most %d are wanted", total, most)
	}
}
