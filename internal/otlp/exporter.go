package otlp

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of the exporter.
const (
	longestQueue = 4096 // spans that wait
	largestBatch = 512
	pause        = time.Second // a batch that is not full goes out after this long
	patience     = 5 * time.Second
	longestEnd   = 2 * time.Second // how long Close waits for the collector
)

// errEndpoint does not quote what was given: it may hold a password.
var errEndpoint = errors.New("the OTLP endpoint is no URL without a user: write it as http://127.0.0.1:4318")

// Exporter sends spans. Make one with New and Close it. It is safe for concurrent use.
type Exporter struct {
	url      string
	resource resource
	client   *http.Client
	queue    chan Span
	stop     chan struct{}
	once     sync.Once
	done     sync.WaitGroup
	ctx      context.Context //nolint:containedctx // the life of the requests under way
	cancel   context.CancelFunc
	dropped  atomic.Int64
	sent     atomic.Int64
}

// New returns an exporter to a collector's base URL, such as http://127.0.0.1:4318; the
// path /v1/traces is added. A nil transport is the real network.
func New(endpoint, service, version string, transport http.RoundTripper) (*Exporter, error) {
	at, err := url.Parse(endpoint)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" || at.User != nil {
		return nil, errEndpoint
	}
	e := &Exporter{
		url:      strings.TrimRight(endpoint, "/") + "/v1/traces",
		resource: resource{Attributes: keyed([]Attribute{{"service.name", service}, {"service.version", version}})},
		client:   &http.Client{Transport: transport, Timeout: patience},
		queue:    make(chan Span, longestQueue), stop: make(chan struct{}),
	}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.done.Go(e.work)
	return e, nil
}

// Record takes a span, or drops it when too many wait.
func (e *Exporter) Record(s Span) {
	select {
	case e.queue <- s:
	default:
		e.dropped.Add(1)
	}
}

// WriteMetrics writes the counters in the text format of Prometheus 0.0.4.
func (e *Exporter) WriteMetrics(w io.Writer) error {
	_, err := fmt.Fprintf(w, "# HELP countersign_spans_total Spans by what became of them.\n# TYPE countersign_spans_total counter\n"+
		"countersign_spans_total{outcome=\"sent\"} %d\ncountersign_spans_total{outcome=\"dropped\"} %d\n", e.sent.Load(), e.dropped.Load())
	if err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return nil
}

// Close sends what waits, for a while, and ends. Spans recorded later are dropped.
func (e *Exporter) Close() {
	e.once.Do(func() {
		timer := time.AfterFunc(longestEnd, e.cancel)
		defer timer.Stop()
		close(e.stop)
		e.done.Wait()
		e.cancel()
		e.client.CloseIdleConnections()
	})
}

// work gathers batches and sends them.
func (e *Exporter) work() {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	var batch []Span
	flush := func() {
		if len(batch) > 0 {
			e.send(batch)
			batch = nil
		}
	}
	for {
		select {
		case s := <-e.queue:
			if batch = append(batch, s); len(batch) >= largestBatch {
				flush()
			}
		case <-ticker.C:
			flush()
		case <-e.stop:
			for len(e.queue) > 0 {
				if batch = append(batch, <-e.queue); len(batch) >= largestBatch {
					flush()
				}
			}
			flush()
			return
		}
	}
}

// send sends a batch once. A collector that does not take it has lost it: traces are a
// help, and must never hold up what they tell of.
func (e *Exporter) send(batch []Span) {
	body, err := json.Marshal(e.message(batch))
	if err != nil || !e.post(body) {
		e.dropped.Add(int64(len(batch)))
		return
	}
	e.sent.Add(int64(len(batch)))
}

// post sends a body and reports whether it was taken.
func (e *Exporter) post(body []byte) bool {
	request, err := http.NewRequestWithContext(e.ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := e.client.Do(request)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection can be used again
	_ = response.Body.Close()
	return response.StatusCode/100 == 2
}

// The message ExportTraceServiceRequest, as far as it is used.
type (
	message struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   resource     `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	resource struct {
		Attributes []keyValue `json:"attributes"`
	}
	scopeSpans struct {
		Scope scope      `json:"scope"`
		Spans []wireSpan `json:"spans"`
	}
	scope struct {
		Name string `json:"name"`
	}
	wireSpan struct {
		TraceID    string     `json:"traceId"`
		SpanID     string     `json:"spanId"`
		ParentID   string     `json:"parentSpanId,omitempty"`
		Name       string     `json:"name"`
		Kind       Kind       `json:"kind"`
		Start      string     `json:"startTimeUnixNano"`
		End        string     `json:"endTimeUnixNano"`
		Attributes []keyValue `json:"attributes,omitempty"`
		Status     status     `json:"status"`
	}
	status struct {
		Code int `json:"code,omitempty"` // 2: error
	}
	keyValue struct {
		Key   string   `json:"key"`
		Value anyValue `json:"value"`
	}
	anyValue struct {
		Text string `json:"stringValue"`
	}
)

// message puts a batch together.
func (e *Exporter) message(batch []Span) message {
	spans := make([]wireSpan, 0, len(batch))
	for i := range batch {
		spans = append(spans, wireOf(&batch[i]))
	}
	return message{ResourceSpans: []resourceSpans{{
		Resource: e.resource, ScopeSpans: []scopeSpans{{Scope: scope{Name: "countersign"}, Spans: spans}},
	}}}
}

// wireOf is a span as the protocol has it.
func wireOf(s *Span) wireSpan {
	made := wireSpan{
		TraceID: hex.EncodeToString(s.Trace[:]), SpanID: hex.EncodeToString(s.Span[:]), Name: s.Name, Kind: s.Kind,
		Start: strconv.FormatInt(s.Start.UnixNano(), 10), End: strconv.FormatInt(s.End.UnixNano(), 10), Attributes: keyed(s.Attributes),
	}
	if s.Parent != [8]byte{} {
		made.ParentID = hex.EncodeToString(s.Parent[:])
	}
	if s.Failed {
		made.Status.Code = 2
	}
	return made
}

// keyed leaves out what is empty.
func keyed(attributes []Attribute) []keyValue {
	made := make([]keyValue, 0, len(attributes))
	for _, a := range attributes {
		if a.Value != "" {
			made = append(made, keyValue{a.Key, anyValue{a.Value}})
		}
	}
	return made
}
