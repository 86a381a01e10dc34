package controlapi

import (
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"runtime/metrics"
	"slices"
)

// serveMetrics writes the sizes of the engine, the counters of the protocol port and of
// the self-check, and what the process uses, in the text format of Prometheus 0.0.4.
// Labels come from fixed lists, so that nobody can make more of them.
func (s *Server) serveMetrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(s.metricsText())
	if s.config.Metrics != nil {
		_ = s.config.Metrics.WriteMetrics(w)
	}
	if own, counts := s.config.SelfCheck.(MetricsSource); counts {
		_ = own.WriteMetrics(w)
	}
}

// metricsText is what the control plane itself knows.
func (s *Server) metricsText() []byte {
	stats := s.config.Engine.Stats()
	text := sample(nil, "countersign_worlds", "gauge", "Worlds in this process.", int64(stats.Worlds))
	text = sample(text, "countersign_held_calls", "gauge", "Requests that a fault keeps waiting.", int64(stats.HeldCalls))
	text = sample(text, "countersign_broken_answers", "gauge", "Answers that break on the socket just now.", int64(stats.Lines))
	text = sample(text, "countersign_journal_rows", "gauge", "Rows kept by the journals of all worlds.", int64(stats.JournalRows))
	text = sample(text, "countersign_journal_bytes", "gauge", "Bytes of bodies kept by the journals of all worlds.", int64(stats.JournalBytes))
	text = sample(text, "countersign_messages", "gauge", "Messages that reached handsets of the worlds there are.", stats.Messages)
	text = family(text, "countersign_faults_struck_total", "counter", "How often faults struck.")
	for _, effect := range slices.Sorted(maps.Keys(stats.Struck)) {
		text = fmt.Appendf(text, "countersign_faults_struck_total{effect=%q} %d\n", effect, stats.Struck[effect])
	}
	text = family(text, "countersign_build_info", "gauge", "What program this is.")
	text = fmt.Appendf(text, "countersign_build_info{version=%q,go=%q} 1\n", s.config.Version, runtime.Version())
	return processText(text)
}

// processText adds what the process uses, under the names that everybody's dashboards
// know.
func processText(text []byte) []byte {
	read := []metrics.Sample{
		{Name: "/sched/goroutines:goroutines"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/gc/cycles/total:gc-cycles"},
	}
	metrics.Read(read)
	text = sample(text, "go_goroutines", "gauge", "Goroutines.", number(read[0]))
	text = sample(text, "go_memstats_heap_alloc_bytes", "gauge", "Bytes of objects on the heap.", number(read[1]))
	text = sample(text, "go_memstats_sys_bytes", "gauge", "Bytes taken from the system.", number(read[2]))
	return sample(text, "go_gc_cycles_total", "counter", "Collections of garbage.", number(read[3]))
}

// number is the value of a sample, 0 where this runtime does not have it.
func number(s metrics.Sample) int64 {
	if s.Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(s.Value.Uint64())
}

// family writes the two lines before the samples of a name.
func family(to []byte, name, kind, help string) []byte {
	return fmt.Appendf(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// sample writes a name that has one sample.
func sample(to []byte, name, kind, help string, value int64) []byte {
	return fmt.Appendf(family(to, name, kind, help), "%s %d\n", name, value)
}
