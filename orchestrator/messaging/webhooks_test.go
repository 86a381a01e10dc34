package messaging_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"countersign/orchestrator"
	"countersign/orchestrator/messaging"
)

const secret = "whsec_Y2FuYXJ5LXNlY3JldC1jYW5hcnktc2VjcmV0"

// receiver is a merchant's server that answers as told.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
}

func receive(t *testing.T, answer http.HandlerFunc) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		r.requests, r.bodies = append(r.requests, q), append(r.bodies, string(body))
		r.mu.Unlock()
		answer(w, q)
	}))
	t.Cleanup(r.Close)
	return r
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func target(url string) orchestrator.WebhookTarget {
	return orchestrator.WebhookTarget{URL: url, Secret: orchestrator.NewSecret(secret)}
}

func near() *messaging.Webhooks {
	return messaging.NewWebhooks(messaging.WebhookOptions{Reach: messaging.Reach{Loopback: true}})
}

var event = orchestrator.WebhookEvent{ID: "evt_1234", At: time.Now(), Body: []byte(`{"type":"payment.succeeded"}`)}

// TestAReceiverCanVerifyWithTheStandardLibrary: id, timestamp and signature are those of Standard Webhooks.
func TestAReceiverCanVerifyWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	r := receive(t, status(http.StatusNoContent))
	hooks := near()
	later := event
	later.At = event.At.Add(time.Minute)
	for _, e := range []orchestrator.WebhookEvent{event, later} {
		if err := hooks.Deliver(t.Context(), target(r.URL+"/hook?shop=1"), e); err != nil {
			t.Fatal(err)
		}
	}
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range r.requests {
		if err := verifier.Verify([]byte(r.bodies[i]), q.Header); err != nil {
			t.Error(err)
		}
		if q.Method != http.MethodPost || q.RequestURI != "/hook?shop=1" || q.Header.Get("Content-Type") != "application/json" || r.bodies[i] != string(event.Body) {
			t.Errorf("%s %s %v %s", q.Method, q.RequestURI, q.Header, r.bodies[i])
		}
		if q.Header.Get("Webhook-Id") != "evt_1234" {
			t.Error("the id changes over retries")
		}
	}
	if r.requests[0].Header.Get("Webhook-Timestamp") == r.requests[1].Header.Get("Webhook-Timestamp") {
		t.Error("the timestamp is not that of the delivery")
	}
}

func TestAnswersOfAReceiver(t *testing.T) {
	t.Parallel()
	elsewhere := receive(t, status(http.StatusOK))
	for code, good := range map[int]bool{200: true, 201: true, 202: true, 204: true, 301: false, 302: false, 307: false, 308: false, 304: false, 400: false, 404: false, 410: false, 429: false, 500: false, 503: false} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			t.Parallel()
			r := receive(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", elsewhere.URL)
				w.Header().Set("Retry-After", "30")
				w.WriteHeader(code)
			})
			err := near().Deliver(t.Context(), target(r.URL), event)
			if (err == nil) != good || errors.Is(err, orchestrator.ErrGone) != (code == http.StatusGone) {
				t.Errorf("got %v", err)
			}
			var answer *messaging.StatusError
			if !good && code != http.StatusGone && (!errors.As(err, &answer) || answer.Status != code || answer.RetryAfter != 30*time.Second) {
				t.Errorf("got %v", err)
			}
			if len(r.requests) != 1 {
				t.Errorf("%d requests", len(r.requests))
			}
		})
	}
	t.Cleanup(func() {
		if len(elsewhere.requests) != 0 {
			t.Error("a redirect was followed")
		}
	})
}

func TestABodyWithoutEndIsLeft(t *testing.T) {
	t.Parallel()
	r := receive(t, func(w http.ResponseWriter, q *http.Request) {
		block := []byte(strings.Repeat("x", 32<<10))
		for q.Context().Err() == nil {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	})
	if err := near().Deliver(t.Context(), target(r.URL), event); err != nil {
		t.Error(err)
	}
}

func TestASlowReceiverIsLeft(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	r := receive(t, func(http.ResponseWriter, *http.Request) { <-done })
	defer close(done)
	hooks := messaging.NewWebhooks(messaging.WebhookOptions{Reach: messaging.Reach{Loopback: true}, Timeout: 50 * time.Millisecond})
	if err := hooks.Deliver(t.Context(), target(r.URL), event); !errors.Is(err, messaging.ErrTimeout) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := near().Deliver(ctx, target(r.URL), event); !errors.Is(err, messaging.ErrTimeout) {
		t.Error(err)
	}
}

func TestByDefaultThisMachineIsOutOfReach(t *testing.T) {
	t.Parallel()
	r := receive(t, status(http.StatusOK))
	hooks := messaging.NewWebhooks(messaging.WebhookOptions{})
	_, port, _ := strings.Cut(strings.TrimPrefix(r.URL, "http://"), ":")
	for _, url := range []string{r.URL, "https://127.0.0.1:" + port, "https://localhost:" + port, "https://[::ffff:127.0.0.1]:" + port} {
		if err := hooks.Deliver(t.Context(), target(url), event); !blocked(err) {
			t.Errorf("%s: %v", url, err)
		}
	}
	if len(r.requests) != 0 {
		t.Error("it was called")
	}
}

func TestAWrongSecretIsNoDelivery(t *testing.T) {
	t.Parallel()
	r := receive(t, status(http.StatusOK))
	for _, s := range []string{"", "whsec_***canary***"} {
		err := near().Deliver(t.Context(), orchestrator.WebhookTarget{URL: r.URL, Secret: orchestrator.NewSecret(s)}, event)
		if !errors.Is(err, messaging.ErrConfiguration) || strings.Contains(err.Error(), "canary") {
			t.Error(err)
		}
	}
	if len(r.requests) != 0 {
		t.Error("it was called unsigned")
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	r := receive(t, status(http.StatusOK))
	url := r.URL
	r.Close()
	err := near().Deliver(t.Context(), target(url), event)
	if !errors.Is(err, messaging.ErrRefused) || strings.Contains(err.Error(), "127.0.0.1") {
		t.Error(err)
	}
}
