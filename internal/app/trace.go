package app

import (
	"io"
	"net/http"
	"strings"

	"countersign/internal/otlp"
	"countersign/simulator/controlapi"
	"countersign/simulator/httpapi"
)

// traceTo has the simulator send spans to a collector, where one is named.
func (a *App) traceTo(side *simulatorSide, notifier *httpapi.Notifier) error {
	if a.config.OTLP == "" {
		return nil
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 1}
	spans, err := otlp.New(a.config.OTLP, "countersign-simulator", a.config.Version, transport)
	if err != nil {
		what, next, _ := strings.Cut(err.Error(), ": ")
		return &ConfigError{What: what, Next: next}
	}
	a.atEnd(spans.Close)
	side.spans, side.trace = spans, httpapi.NewTracer(spans)
	notifier.Trace(side.trace)
	return nil
}

// allMetrics are several sources as one.
type allMetrics []controlapi.MetricsSource

// WriteMetrics writes them one after the other.
func (all allMetrics) WriteMetrics(w io.Writer) error {
	for _, source := range all {
		if err := source.WriteMetrics(w); err != nil {
			return err //nolint:wrapcheck // it is wrapped there
		}
	}
	return nil
}
