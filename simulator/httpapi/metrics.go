package httpapi

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	"countersign/simulator"
)

// outcomes are the labels of the counters: HTTP statuses, and two ways to give no
// answer.
var outcomes = [...]string{
	"200", "202", "400", "401", "404", "405", "409", "413", "415", "422", "423", "425", "429", "500", "other", "withheld", "gone",
}

// The outcomes without a status.
const (
	outcomeOther    = len(outcomes) - 3
	outcomeWithheld = len(outcomes) - 2 // a fault closed the connection
	outcomeGone     = len(outcomes) - 1 // the client or the world went away first
)

// Metrics counts what the protocol port answered, per operation and outcome. The
// zero value is ready. It is safe for concurrent use.
type Metrics struct {
	counts      [len(operationNames)][len(outcomes)]atomic.Int64
	deliveries  atomic.Int64
	undelivered atomic.Int64
	latencies   [len(operationNames)]latency
}

// operationNames are the labels of operations; unknown is what no route matched.
var operationNames = [...]simulator.Operation{
	simulator.OpElementCheck, simulator.OpSigningApply, simulator.OpSigningResend, simulator.OpSigningConfirm,
	simulator.OpSigningQuery, simulator.OpBind, simulator.OpAgreementQuery, simulator.OpAgreementTerminate,
	simulator.OpCharge, simulator.OpChargeQuery, simulator.OpChargeClose, simulator.OpChargeConfirm,
	simulator.OpChargeResend, simulator.OpRefund, simulator.OpRefundQuery, simulator.OpLimits, simulator.OpProfile,
	simulator.OpBindBatch, simulator.OpBindBatchQuery, simulator.OpStatement, simulator.OpAgreementFile,
	"unknown",
}

// operationIndex finds the row of an operation.
func operationIndex(op simulator.Operation) int {
	for i, name := range operationNames {
		if name == op {
			return i
		}
	}
	return len(operationNames) - 1
}

// outcomeIndex finds the column of a status.
func outcomeIndex(status int) int {
	switch status {
	case http.StatusOK:
		return 0
	case http.StatusAccepted:
		return 1
	case http.StatusBadRequest:
		return 2
	case http.StatusUnauthorized:
		return 3
	case http.StatusNotFound:
		return 4
	case http.StatusMethodNotAllowed:
		return 5
	case http.StatusConflict:
		return 6
	case http.StatusRequestEntityTooLarge:
		return 7
	case http.StatusUnsupportedMediaType:
		return 8
	case http.StatusUnprocessableEntity:
		return 9
	case http.StatusLocked:
		return 10
	case http.StatusTooEarly:
		return 11
	case http.StatusTooManyRequests:
		return 12
	case http.StatusInternalServerError:
		return 13
	}
	return outcomeOther
}

// add counts one exchange.
func (m *Metrics) add(operation, outcome int) { m.counts[operation][outcome].Add(1) }

// WriteMetrics writes the counters in the text format of Prometheus 0.0.4.
func (m *Metrics) WriteMetrics(w io.Writer) error {
	if _, err := fmt.Fprint(w, "# HELP countersign_channel_requests_total Exchanges on the protocol port.\n"+
		"# TYPE countersign_channel_requests_total counter\n"); err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	for i := range m.counts {
		for j := range m.counts[i] {
			n := m.counts[i][j].Load()
			if n == 0 {
				continue
			}
			if _, err := fmt.Fprintf(w, "countersign_channel_requests_total{operation=%q,outcome=%q} %d\n", operationNames[i], outcomes[j], n); err != nil {
				return fmt.Errorf("write metrics: %w", err)
			}
		}
	}
	_, err := fmt.Fprintf(w, "# HELP countersign_notifications_total Deliveries of notifications.\n# TYPE countersign_notifications_total counter\n"+
		"countersign_notifications_total{outcome=\"acknowledged\"} %d\ncountersign_notifications_total{outcome=\"not_acknowledged\"} %d\n",
		m.deliveries.Load(), m.undelivered.Load())
	if err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return m.writeLatencies(w)
}
