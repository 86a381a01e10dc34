package httpapi_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"countersign/contract/channel"
	"countersign/fixtures"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
	"countersign/orchestrator/httpapi"
)

// panics is an engine that breaks.
type panics struct{ *fake }

func (panics) GetCard(context.Context, string, string) (engine.CardView, error) {
	panic("6222020000000001016")
}

func panicking(t *testing.T, d *door) http.Handler {
	t.Helper()
	h, err := httpapi.New(httpapi.Options{
		Engine: panics{d.engine}, Verifier: verifier{}, OperatorToken: orchestrator.NewSecret(operator), Log: slog.New(slog.NewTextHandler(d.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestWhatWasReadIsCarriedOut: the client hangs up while the use case runs; its context does not end.
func TestWhatWasReadIsCarriedOut(t *testing.T) {
	t.Parallel()
	d := setup(t)
	d.engine.hold, d.engine.begun = make(chan struct{}), make(chan struct{}, 1)
	gone := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		context.AfterFunc(r.Context(), func() { close(gone) })
		d.ServeHTTP(w, r)
	}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Write([]byte("POST /v1/payments/pay_1234/close HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + tokenA + "\r\nIdempotency-Key: k\r\nContent-Length: 0\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	<-d.engine.begun
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	<-gone
	if err := d.engine.ctx.Err(); err != nil {
		t.Errorf("the use case was told to stop: %v", err)
	}
	close(d.engine.hold)
}

// TestARequestCountsUntilItsAnswerIsOut: when the client has the answer the merchant may still count as busy, but the
// answer never comes after the count is back.
func TestARequestCountsUntilItsAnswerIsOut(t *testing.T) {
	t.Parallel()
	d := setup(t)
	var left, written bool
	w := &watched{ResponseRecorder: httptest.NewRecorder(), onFlush: func() {
		written, left = true, d.engine.inside == 0
	}}
	r := httptest.NewRequest(http.MethodGet, "/v1/cards/crd_1234", nil)
	r.Header.Set("Authorization", "Bearer "+tokenA)
	d.ServeHTTP(w, r)
	if !written || left || d.engine.inside != 0 {
		t.Errorf("flushed %v, left before %v, inside %d", written, left, d.engine.inside)
	}
}

type watched struct {
	*httptest.ResponseRecorder
	onFlush func()
}

func (w *watched) Flush() { w.onFlush(); w.ResponseRecorder.Flush() }

func notification(d *door, path, signature, body string) *http.Response {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Countersign-Signature", signature)
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result()
}

func TestANotificationIsAcknowledgedAfterItsCommit(t *testing.T) {
	t.Parallel()
	d := setup(t)
	answer := notification(d, "/notify/mer-a/bridge-pay?n=1", "good", `{}`)
	if body := read(t, answer); answer.StatusCode != http.StatusOK || body != `{"event_id":"evt_1234"}` {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	d.engine.err = orchestrator.Refuse(orchestrator.CodeUnavailable, "")
	if body := read(t, notification(d, "/notify/mer-a/bridge-pay?n=1", "good", `{}`)); strings.Contains(body, "event_id") {
		t.Errorf("acknowledged without a commit: %s", body)
	}
}

// TestWhatIsNotAuthenticTellsAForgerNothing: N1, and reliability 6-13 for addresses.
func TestWhatIsNotAuthenticTellsAForgerNothing(t *testing.T) {
	t.Parallel()
	d := setup(t)
	forged := read(t, notification(d, "/notify/mer-a/bridge-pay", "forged", `{}`))
	for name, answer := range map[string]*http.Response{
		"other target":     notification(d, "/notify/mer-a/bridge-pay?n=2", "good", `{}`),
		"unsigned":         notification(d, "/notify/mer-a/bridge-pay?n=1", "", `{}`),
		"unknown channel":  notification(d, "/notify/mer-a/other-pay", "good", `{}`),
		"unknown merchant": notification(d, "/notify/mer-x/bridge-pay", "good", `{}`),
		"strange address":  notification(d, "/notify/%27%3B--/x", "good", `{}`),
	} {
		if body := read(t, answer); answer.StatusCode != http.StatusUnauthorized || body != forged {
			t.Errorf("%s: %d %s", name, answer.StatusCode, body)
		}
	}
	if strings.Contains(forged, "detail") || d.engine.count() != 0 {
		t.Errorf("%s, %d calls", forged, d.engine.count())
	}
	wantProblem(t, notification(d, "/notify/mer-a/bridge-pay", "malformed", `{}`), 400, "invalid_request")
	wantProblem(t, notification(d, "/notify/mer-a/bridge-pay?n=1", "good", strings.Repeat("x", 64<<10+1)), 413, "too_large")
	if d.engine.inside != 0 {
		t.Error("a request still counts as running")
	}
}

func TestProfilesPassThroughBothTypesUnchanged(t *testing.T) {
	t.Parallel()
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range set.Channels {
		before := profileOf(t, c.ChannelID)
		window := []channel.Window{{From: noon, To: noon.Add(time.Hour)}}
		before.Maintenance = &window
		rules, err := httpapi.ToRules(before)
		if err != nil {
			t.Fatal(err)
		}
		after, err := httpapi.ToContract(rules)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := toJSON(t, before), toJSON(t, after); a != b {
			t.Errorf("%s:\n%s\n%s", c.ChannelID, a, b)
		}
	}
}

func TestTheServerCanBeWatched(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for _, path := range []string{"/livez", "/readyz"} {
		if answer := d.do(t, request{method: http.MethodGet, path: path}); answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, answer.Status)
		}
	}
	d.do(t, request{method: http.MethodGet, path: "/v1/payments/pay_1234"})
	d.do(t, request{method: http.MethodGet, path: "/v1/payments/pay_missing"})
	d.do(t, request{method: "BREW", path: "/6222020000000001016"})
	text := read(t, d.do(t, request{method: http.MethodGet, path: "/metrics"}))
	for _, line := range []string{
		`countersign_requests_total{method="GET",route="/v1/payments/{payment_id}",status="200"} 1`,
		`countersign_requests_total{method="GET",route="/v1/payments/{payment_id}",status="404"} 1`,
		`countersign_requests_total{method="",route="none",status="404"} 1`,
		`countersign_payment_answers_total{status="code_required"} 1`,
		`countersign_open_calls 2`, `countersign_busy 3`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %s in\n%s", line, text)
		}
	}
	if strings.Contains(text, "6222") || strings.Contains(text, "BREW") || strings.Contains(text, "mer-a") {
		t.Error(text)
	}
}

func TestADoorWithoutItsPortsIsNotMade(t *testing.T) {
	t.Parallel()
	if _, err := httpapi.New(httpapi.Options{}); err == nil {
		t.Error("made")
	}
	if _, err := httpapi.New(httpapi.Options{Engine: &fake{}, Verifier: verifier{}}); err == nil {
		t.Error("made without an operator token: everybody could be one")
	}
}
