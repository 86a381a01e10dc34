package httpapi

import (
	"fmt"
	"io"
	"strconv"
	"sync/atomic"
	"time"
)

// bounds are the upper bounds of the histogram's buckets. Most answers take tens of
// microseconds; what a fault holds takes as long as it likes.
var bounds = [...]time.Duration{
	50 * time.Microsecond, 100 * time.Microsecond, 250 * time.Microsecond, time.Millisecond, 5 * time.Millisecond, 25 * time.Millisecond,
	100 * time.Millisecond, 500 * time.Millisecond, time.Second, 5 * time.Second,
}

// latency is the histogram of one operation. It takes no lock; a reader may see the
// exchange of this very moment in one number and not yet in another.
type latency struct {
	buckets [len(bounds) + 1]atomic.Int64
	total   atomic.Int64 // nanoseconds
}

// add counts one exchange.
func (l *latency) add(took time.Duration) {
	i := 0
	for i < len(bounds) && took > bounds[i] {
		i++
	}
	l.buckets[i].Add(1)
	l.total.Add(int64(took))
}

// writeLatencies writes the histograms of the operations that were called.
func (m *Metrics) writeLatencies(w io.Writer) error {
	const name = "countersign_channel_request_seconds"
	text := fmt.Appendf(nil, "# HELP %s From the first byte read to the last one written, holds of faults included.\n# TYPE %s histogram\n", name, name)
	for i := range m.latencies {
		text = m.latencies[i].append(text, name, string(operationNames[i]))
	}
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return nil
}

// append writes the histogram of one operation, unless it is empty.
func (l *latency) append(to []byte, name, operation string) []byte {
	lines, count := []byte(nil), int64(0)
	for i := range l.buckets {
		count += l.buckets[i].Load()
		le := "+Inf"
		if i < len(bounds) {
			le = strconv.FormatFloat(bounds[i].Seconds(), 'g', -1, 64)
		}
		lines = fmt.Appendf(lines, "%s_bucket{operation=%q,le=%q} %d\n", name, operation, le, count)
	}
	if count == 0 {
		return to
	}
	lines = fmt.Appendf(lines, "%s_sum{operation=%q} %g\n%s_count{operation=%q} %d\n", name, operation, time.Duration(l.total.Load()).Seconds(), name, operation, count)
	return append(to, lines...)
}
