package httpapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"countersign/contract/platform"
	"countersign/fixtures"
	"countersign/orchestrator"
	"countersign/orchestrator/httpapi"
)

// door is the handler over a fake engine, with all that it logged.
type door struct {
	http.Handler
	engine *fake
	log    *safeBuffer
}

// safeBuffer may be written by several requests.
type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func setup(t testing.TB) *door {
	t.Helper()
	d := &door{engine: &fake{view: channelConfig(t)}, log: &safeBuffer{}}
	var err error
	d.Handler, err = httpapi.New(httpapi.Options{
		Engine: d.engine, Verifier: verifier{}, OperatorToken: orchestrator.NewSecret(operator),
		Malformed: func(err error) bool { return errors.Is(err, errMalformed) },
		Load:      func() (int, int) { return 3, 2 },
		Log:       slog.New(slog.NewJSONHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// channelConfig is a channel with everything set, keys too, which must not come out.
func channelConfig(t testing.TB) orchestrator.ChannelConfig {
	t.Helper()
	profile, err := httpapi.ToRules(profileOf(t, secretChannel))
	if err != nil {
		t.Fatal(err)
	}
	return orchestrator.ChannelConfig{
		MerchantID: "mer-a", ChannelID: secretChannel, BaseURL: "https://channel.example/w/one", MemberNo: "M100001",
		SealedKeys: []byte("sealed-canary"), Profile: profile, Priority: 7, Fee: orchestrator.Fee{Fixed: 20, BasisPoints: 30},
	}
}

// request is one HTTP request of a test; the zero header values are the good ones.
type request struct {
	method, path, body string
	token              string // "" = the right one of the scope
	key                string // "" = "key-1"
	header             http.Header
}

func (d *door) do(t testing.TB, q request) *http.Response {
	t.Helper()
	var body io.Reader
	if q.body != "" {
		body = strings.NewReader(q.body)
	}
	r := httptest.NewRequest(q.method, q.path, body)
	if q.token == "" {
		q.token = tokenA
		if strings.HasPrefix(q.path, "/operator/") {
			q.token = operator
		}
	}
	r.Header.Set("Authorization", "Bearer "+q.token)
	if q.key == "" {
		q.key = "key-1"
	}
	r.Header.Set("Idempotency-Key", q.key)
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, lines := range q.header {
		r.Header[name] = lines
		if lines == nil {
			r.Header.Del(name)
		}
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result()
}

// read is the whole body of an answer.
func read(t testing.TB, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// wantProblem holds an answer against the contract's problem and returns it.
func wantProblem(t testing.TB, r *http.Response, status int, code string) platform.Problem {
	t.Helper()
	body := read(t, r)
	var p platform.Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("status %d, no problem: %v: %s", r.StatusCode, err, body)
	}
	if r.StatusCode != status || p.Status != status || string(p.Code) != code {
		t.Errorf("got %d %s, want %d %s: %s", r.StatusCode, p.Code, status, code, body)
	}
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q", got)
	}
	if !p.Code.Valid() {
		t.Errorf("the document does not know code %q", p.Code)
	}
	if p.Title == "" || p.Type == "" {
		t.Errorf("type or title is missing: %s", body)
	}
	return p
}

func person(t testing.TB) (name, idNumber, card, mobile string) {
	t.Helper()
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	who, number := set.Demo()
	return who.Name, who.IDNumber, number.Number, who.Mobile
}
