package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"countersign/contract/channel"
	"countersign/internal/httpjson"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// The bounds of one delivery, on real time: whoever is notified by a channel of the
// field has a few seconds, too.
const (
	sendingTimeout = 5 * time.Second
	longestAck     = 4 << 10
	longestHead    = 16 << 10
)

// Notifier sends notifications to merchants' URLs, signed anew each time. It
// follows no redirect, uses no proxy and never sends a body twice by itself: when
// to try again is the world's business.
type Notifier struct {
	client   *http.Client
	signer   signer
	ring     *keyRing
	metrics  *Metrics
	observer Observer
	trace    *Tracer
}

// NewNotifier returns a notifier. A nil transport is the real network; another,
// such as that of an in-memory network, is used as it is. Nil metrics count
// nothing anybody reads.
func NewNotifier(transport http.RoundTripper, metrics *Metrics) *Notifier {
	if transport == nil {
		transport = OutwardTransport()
	}
	if metrics == nil {
		metrics = &Metrics{}
	}
	return &Notifier{
		client: &http.Client{
			Transport: transport, Timeout: sendingTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		signer: signer{ids: newJTISource()}, ring: &keyRing{}, metrics: metrics,
	}
}

// Compile-time proof that the notifier fits the engine's port.
var _ engine.Notifier = (*Notifier)(nil)

// Deliver sends one copy. Acknowledged is a 200 whose body names the event;
// Status is that of the answer, 0 when there was none.
func (n *Notifier) Deliver(ctx context.Context, s engine.Copy) engine.Receipt {
	receipt := n.send(ctx, &s)
	if receipt.Acknowledged {
		n.metrics.deliveries.Add(1)
	} else {
		n.metrics.undelivered.Add(1)
	}
	return receipt
}

// Body is the schema Notification as it goes out, nil for an event that cannot be
// written.
func (n *Notifier) Body(event simulator.Event) []byte {
	body, err := encodeEvent(&event)
	if err != nil {
		return nil
	}
	return body
}

// send makes one POST.
func (n *Notifier) send(ctx context.Context, s *engine.Copy) (receipt engine.Receipt) {
	body, err := encodeEvent(&s.Event)
	if err != nil {
		return engine.Receipt{}
	}
	signed := body
	if s.Variant == simulator.VariantAltered {
		if signed, err = encodeEvent(&s.Signed); err != nil {
			return engine.Receipt{}
		}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(body))
	if err != nil {
		return engine.Receipt{}
	}
	request.GetBody = nil // no second delivery behind our back
	target := request.URL.RequestURI()
	request.Header = http.Header{
		"Content-Type": {httpjson.ContentType},
		"User-Agent":   {"countersign-simulator"},
		simulatedName:  simulatedTrue,
	}
	if signature := n.signatureOf(s, http.MethodPost, target, signed); signature != "" {
		request.Header[signatureHeader] = []string{signature}
	}
	parent, own := n.outward(s, request.Header)
	begun := time.Now()
	defer func() { n.delivered(s, parent, own, begun, receipt) }()
	n.observe(s, target, request.Header, body)
	response, err := n.client.Do(request)
	if err != nil {
		if refused, ok := errors.AsType[*RefusedError](err); ok {
			return engine.Receipt{Refused: refused.Reason}
		}
		return engine.Receipt{}
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, longestAck))
	return engine.Receipt{
		Status: response.StatusCode, Answer: answer,
		Acknowledged: err == nil && response.StatusCode == http.StatusOK && acknowledges(answer, s.Event.EventID),
	}
}

// acknowledges reports whether a body names the event. Clients are tolerant:
// further members are fine.
func acknowledges(answer []byte, eventID string) bool {
	var ack channel.NotificationAck
	return json.Unmarshal(answer, &ack) == nil && ack.EventId == eventID
}

// encodeEvent writes the schema Notification.
func encodeEvent(e *simulator.Event) ([]byte, error) {
	made := channel.Notification{
		EventId: e.EventID, Type: channel.NotificationType(e.Type), MemberNo: e.MemberNo, OccurredAt: e.At.UTC(),
	}
	if e.Charge != nil {
		made.Charge = chargeOf(e.Charge)
	}
	if e.Signing != nil {
		made.Signing = signingOf(e.Signing)
	}
	if e.Agreement != nil {
		made.Agreement = agreementOf(e.Agreement)
	}
	if e.Refund != nil {
		made.Refund = refundOf(e.Refund)
	}
	body, err := httpjson.Encode(made)
	if err != nil {
		return nil, fmt.Errorf("encode notification: %w", err)
	}
	return body, nil
}
