package httpapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"countersign/orchestrator"
)

// meters counts requests and payments' answers for /metrics, in the text format of Prometheus. Labels are routes,
// methods of the document and words of the contract, so that nobody outside can make new ones.
type meters struct {
	mu       sync.Mutex
	requests map[requestLabels]int64
	payments map[orchestrator.PaymentStatus]int64
}

type requestLabels struct {
	method, route string
	status        int
}

func newMeters() *meters {
	return &meters{requests: map[requestLabels]int64{}, payments: map[orchestrator.PaymentStatus]int64{}}
}

// countingWriter remembers status and route of a request.
type countingWriter struct {
	http.ResponseWriter
	status int
	route  string
}

// WriteHeader notes the first final status.
func (w *countingWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write notes the implied 200.
func (w *countingWriter) Write(body []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(body)
}

// Unwrap lets http.ResponseController find Flush.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// count counts every request when it is over. A request without a route counts as route "none", with the method left
// out, since both were the caller's choice.
func (m *meters) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		counting := &countingWriter{ResponseWriter: w}
		defer func() {
			labels := requestLabels{method: r.Method, route: counting.route, status: counting.status}
			if labels.route == "" {
				labels.method, labels.route = "", "none"
			}
			if labels.status == 0 { // a panic: RecoverPanics answers it
				labels.status = http.StatusInternalServerError
			}
			m.mu.Lock()
			defer m.mu.Unlock()
			m.requests[labels]++
		}()
		next.ServeHTTP(counting, r)
	})
}

// name notes the route, which only the router knows.
func (m *meters) name(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if counting, ok := w.(*countingWriter); ok {
			counting.route = templateOf(r)
		}
		next.ServeHTTP(w, r)
	})
}

// payment counts the status that a payment was answered with.
func (m *meters) payment(status orchestrator.PaymentStatus) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.payments[status]++
}

// metrics answers /metrics.
func (a *api) metrics() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var text strings.Builder
		a.meters.write(&text)
		if a.options.Load != nil {
			busy, open := a.options.Load()
			fmt.Fprintf(&text, "# HELP countersign_busy Pieces of work running that wait for no peer.\n# TYPE countersign_busy gauge\ncountersign_busy %d\n", busy)
			fmt.Fprintf(&text, "# HELP countersign_open_calls Outbound calls waiting for a peer.\n# TYPE countersign_open_calls gauge\ncountersign_open_calls %d\n", open)
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write([]byte(text.String()))
	})
}

// write lists the counters in a fixed order.
func (m *meters) write(text *strings.Builder) {
	m.mu.Lock()
	defer m.mu.Unlock()
	text.WriteString("# HELP countersign_requests_total Requests answered.\n# TYPE countersign_requests_total counter\n")
	lines := make([]string, 0, len(m.requests))
	for labels, n := range m.requests {
		lines = append(lines, fmt.Sprintf("countersign_requests_total{method=%q,route=%q,status=\"%d\"} %d\n",
			labels.method, labels.route, labels.status, n))
	}
	slices.Sort(lines)
	text.WriteString(strings.Join(lines, ""))
	text.WriteString("# HELP countersign_payment_answers_total Answers about payments, by the status told.\n# TYPE countersign_payment_answers_total counter\n")
	for _, status := range orchestrator.PaymentStatuses() {
		fmt.Fprintf(text, "countersign_payment_answers_total{status=%q} %d\n", status, m.payments[status])
	}
}
