package messaging

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"countersign/internal/httpjson"
	"countersign/orchestrator"
)

// Webhooks delivers events to merchants, signed by Standard Webhooks. It is safe for concurrent use.
type Webhooks struct {
	transport http.RoundTripper
	reach     Reach
	timeout   time.Duration
}

// Compile-time proof that the client is the engine's port.
var _ orchestrator.Webhooks = (*Webhooks)(nil)

// WebhookOptions change where webhooks may point and how they are reached; the zero value is the strictest.
type WebhookOptions struct {
	Reach Reach
	// Dial opens connections in place of TCP, for networks in memory. Names are not resolved then: only the URL is judged.
	Dial DialFunc
	// Transport stands in for a transport over Dial, for mocks.
	Transport http.RoundTripper
	// Timeout of one delivery in running time; 0 = 10 s.
	Timeout time.Duration
}

// NewWebhooks returns a client.
func NewWebhooks(o WebhookOptions) *Webhooks {
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.Dial == nil {
		o.Dial = newGuardedDial(o.Reach).DialContext
	}
	if o.Transport == nil {
		o.Transport = newTransport(o.Dial)
	}
	return &Webhooks{transport: o.Transport, reach: o.Reach, timeout: o.Timeout}
}

// Deliver posts one event. 2xx is success; 410 is orchestrator.ErrGone; a redirect is a failure like any other status.
// The id stays over retries, the timestamp is that of this delivery.
func (w *Webhooks) Deliver(ctx context.Context, target orchestrator.WebhookTarget, event orchestrator.WebhookEvent) error {
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	req, err := w.request(ctx, target, event)
	if err != nil {
		return err
	}
	status, header, _, err := exchange(w.transport, req)
	switch {
	case err != nil:
		return fmt.Errorf("deliver event: %w", err)
	case status >= http.StatusOK && status < http.StatusMultipleChoices:
		return nil
	case status == http.StatusGone:
		return fmt.Errorf("deliver event: %w", orchestrator.ErrGone)
	}
	return fmt.Errorf("deliver event: %w", &StatusError{Status: status, RetryAfter: retryAfter(header)})
}

// request signs an event.
func (w *Webhooks) request(ctx context.Context, target orchestrator.WebhookTarget, event orchestrator.WebhookEvent) (*http.Request, error) {
	u, err := w.reach.checkURL(target.URL)
	if err != nil {
		return nil, err
	}
	signer, err := standardwebhooks.NewWebhook(target.Secret.Reveal())
	if err != nil || target.Secret.IsZero() {
		return nil, errSecret
	}
	signature, err := signer.Sign(event.ID, event.At, event.Body)
	if err != nil {
		return nil, errSecret
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(event.Body))
	if err != nil {
		return nil, &BlockedError{Reason: "no URL with a host"}
	}
	req.GetBody = nil // net/http must not send it again by itself
	req.Header.Set("Content-Type", httpjson.ContentType)
	req.Header.Set(standardwebhooks.HeaderWebhookID, event.ID)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(event.At.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return req, nil
}

// errSecret says that the signing secret is no base64. The decoder's own error would tell a position in it.
var errSecret = errors.Join(errors.New("webhook secret"), ErrConfiguration)
