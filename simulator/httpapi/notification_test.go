package httpapi

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"countersign/simulator"
	"countersign/simulator/engine"
)

// receiver is a merchant's notification endpoint.
type receiver struct {
	t       *testing.T
	f       *field
	server  *httptest.Server
	mu      sync.Mutex
	events  []string
	jtis    map[string]bool
	respond func(w http.ResponseWriter, n int, eventID string)
}

// newReceiver starts one that answers as told; n counts from 1.
func newReceiver(t *testing.T, f *field, respond func(w http.ResponseWriter, n int, eventID string)) *receiver {
	t.Helper()
	r := &receiver{t: t, f: f, jtis: map[string]bool{}, respond: respond}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

// ServeHTTP checks the signature and answers.
func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	protected, signature, _ := strings.Cut(request.Header.Get(signatureHeader), "..")
	raw, _ := base64.RawURLEncoding.DecodeString(signature)
	m := r.f.members["bridge-pay"]
	if !hmac.Equal(raw, rawSignature(m.Keys.Alg, m.Keys.Reply, protected, string(body))) {
		r.t.Error("the notification's signature does not verify")
	}
	text, _ := base64.RawURLEncoding.DecodeString(protected)
	var claims map[string]any
	_ = json.Unmarshal(text, &claims)
	if claims["aud"] != m.MemberNo || claims["method"] != "POST" || claims["target"] != request.RequestURI || len(claims) != 9 {
		r.t.Errorf("protected header: %s", text)
	}
	var event struct {
		EventID string         `json:"event_id"`
		Type    string         `json:"type"`
		Charge  map[string]any `json:"charge"`
	}
	if json.Unmarshal(body, &event) != nil || event.Type != "charge.succeeded" || event.Charge["status"] != "succeeded" {
		r.t.Errorf("notification: %s", body)
	}
	r.mu.Lock()
	r.events = append(r.events, event.EventID)
	jti, _ := claims["jti"].(string)
	if r.jtis[jti] {
		r.t.Error("a jti came twice")
	}
	r.jtis[jti] = true
	n := len(r.events)
	r.mu.Unlock()
	r.respond(w, n, event.EventID)
}

// acknowledge is the right answer.
func acknowledge(w http.ResponseWriter, eventID string) {
	_, _ = fmt.Fprintf(w, `{"event_id":%q,"more":1}`, eventID)
}

// notified charges with a notify_url and moves the clock past the schedule.
func (r *receiver) notified() []string {
	r.t.Helper()
	f := r.f
	body := f.charge("bridge-pay", number("ord"), f.sign("bridge-pay"))
	body = strings.TrimSuffix(body, "}") + fmt.Sprintf(`,"notify_url":"%s/notify/demo/bridge-pay?a=b"}`, r.server.URL)
	if got := f.send(f.at("bridge-pay", "POST", "/v1/charges", body)); got.json["status"] != "succeeded" {
		r.t.Fatal(got.body)
	}
	r.settle()
	for range 5 {
		if _, err := f.engine.NextClock(context.Background(), f.world); err != nil {
			r.t.Fatal(err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.events...)
}

// settle waits until nothing is busy in the world.
func (r *receiver) settle() {
	if !r.f.eventually(func(view engine.ClockView) bool { return view.Busy == 0 }) {
		r.t.Fatal("the world never settled")
	}
}

func TestANotificationIsRepeatedUntilItIsAcknowledged(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		respond func(w http.ResponseWriter, n int, eventID string)
		want    int
	}{
		"acknowledged at once":   {func(w http.ResponseWriter, _ int, id string) { acknowledge(w, id) }, 1},
		"empty 200 at first":     {func(w http.ResponseWriter, n int, id string) { ifSecond(w, n, id, 200, "") }, 2},
		"another event at first": {func(w http.ResponseWriter, n int, id string) { ifSecond(w, n, id, 200, `{"event_id":"evt_0000"}`) }, 2},
		"an error at first":      {func(w http.ResponseWriter, n int, id string) { ifSecond(w, n, id, 500, `{}`) }, 2},
		"accepted is no 200": {func(w http.ResponseWriter, n int, id string) {
			ifSecond(w, n, id, 202, fmt.Sprintf(`{"event_id":%q}`, id))
		}, 2},
		"the schedule ends": {func(w http.ResponseWriter, _ int, _ string) { w.WriteHeader(503) }, 2},
		"no endless acknowledgment": {func(w http.ResponseWriter, n int, id string) {
			ifSecond(w, n, id, 200, strings.Repeat(" ", 1<<20)+fmt.Sprintf(`{"event_id":%q}`, id))
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events := newReceiver(t, newField(t), row.respond).notified()
			if len(events) != row.want {
				t.Fatalf("%d deliveries, want %d", len(events), row.want)
			}
			for _, id := range events {
				if id != events[0] {
					t.Errorf("event ids differ: %v", events)
				}
			}
		})
	}
}

// ifSecond answers wrongly at first and rightly afterwards.
func ifSecond(w http.ResponseWriter, n int, eventID string, status int, body string) {
	if n > 1 {
		acknowledge(w, eventID)
		return
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func TestANotificationFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	reached := false
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { reached = true; w.WriteHeader(200) }))
	t.Cleanup(elsewhere.Close)
	newReceiver(t, newField(t), func(w http.ResponseWriter, _ int, _ string) {
		w.Header().Set("Location", elsewhere.URL)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}).notified()
	if reached {
		t.Error("the redirect was followed")
	}
}

func TestDuplicatesOfAFaultCarryFreshJTIs(t *testing.T) {
	t.Parallel()
	f := newField(t)
	f.fault(simulator.FaultRule{Fault: "notification_duplicate", Operation: simulator.OpNotification, Copies: 2})
	events := newReceiver(t, f, func(w http.ResponseWriter, _ int, id string) { acknowledge(w, id) }).notified()
	if len(events) != 3 || events[0] != events[2] {
		t.Errorf("deliveries: %v", events)
	}
}

func TestTheJournalKeepsEachTryOfANotificationWithWhatWasSaid(t *testing.T) {
	t.Parallel()
	f := newField(t)
	f.fault(simulator.FaultRule{ID: "flt_lost", Fault: "notification_drop", Operation: simulator.OpNotification, Times: 1})
	newReceiver(t, f, func(w http.ResponseWriter, _ int, id string) { acknowledge(w, id) }).notified()
	var rows []simulator.JournalRow
	_ = f.engine.Read(f.world, func(w *simulator.World) {
		for _, row := range w.Journal(0, 0) {
			if row.Operation == simulator.OpNotification {
				rows = append(rows, row)
			}
		}
	})
	if len(rows) != 2 || rows[0].Result != "dropped by flt_lost" || rows[1].Result != "acknowledged" {
		t.Fatalf("rows: %+v", rows)
	}
	for i, row := range rows {
		body := string(row.RequestBody())
		if !strings.HasSuffix(row.Target, "/notify/demo/bridge-pay?a=b") || !strings.Contains(body, `"type":"charge.succeeded"`) ||
			!strings.Contains(body, row.Ref) {
			t.Errorf("try %d: to %s: %s", i+1, row.Target, body)
		}
	}
	if rows[0].AnswerStatus() != 0 || rows[1].AnswerStatus() != 200 || !strings.Contains(string(rows[1].AnswerBody()), `"event_id"`) {
		t.Errorf("answers: %d, %d %s", rows[0].AnswerStatus(), rows[1].AnswerStatus(), rows[1].AnswerBody())
	}
}

func TestAURLThatLeadsNowhereIsNoAcknowledgement(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := NewNotifier(nil, nil)
	for _, to := range []string{"http://127.0.0.1:1/", "://", "ftp://127.0.0.1/", ""} {
		if got := n.Deliver(t.Context(), engine.Copy{Member: f.members["bridge-pay"], URL: to, Now: start}); got.Acknowledged || got.Status != 0 {
			t.Errorf("%q: %+v", to, got)
		}
	}
}
