// Package otlp sends spans to a collector by OTLP over HTTP with JSON bodies
// (opentelemetry-proto 1.x, encoding of section "JSON Protobuf Encoding"), and reads
// and writes the header traceparent (W3C Trace Context). It has what traces of
// simulated exchanges need and no more; docs/decisions says why it is no library.
//
// Spans are sent in batches from a bounded queue. Whoever records one never waits:
// what does not fit, or what the collector does not take, is dropped and counted.
package otlp
