package httpapi

import (
	"net/http"
	"time"

	"countersign/internal/otlp"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// Trace has every notification recorded, and tells its receiver which trace it belongs
// to. Call it before the first one.
func (n *Notifier) Trace(t *Tracer) { n.trace = t }

// outward begins the span of a notification: the header says which.
func (n *Notifier) outward(s *engine.Copy, header http.Header) (parent, own otlp.Context) {
	if n.trace == nil {
		return parent, own
	}
	parent = n.trace.of(s.WorldID, numberOf(&s.Event))
	own = parent.Child()
	header[otlp.Header] = []string{own.String()}
	return parent, own
}

// delivered records a notification.
func (n *Notifier) delivered(s *engine.Copy, parent, own otlp.Context, begun time.Time, receipt engine.Receipt) {
	if n.trace == nil {
		return
	}
	n.trace.spans.Record(otlp.Span{
		Context: own, Parent: parent.Span, Name: "notification " + string(s.Event.Type), Kind: otlp.Client, Start: begun, End: time.Now(),
		Failed: !receipt.Acknowledged,
		Attributes: []otlp.Attribute{
			{Key: "countersign.world", Value: s.WorldID},
			{Key: "countersign.channel", Value: s.Member.ChannelID},
			{Key: "countersign.event", Value: s.Event.EventID},
			{Key: "countersign.variant", Value: string(s.Variant)},
			{Key: "http.response.status_code", Value: statusText(receipt.Status)},
		},
	})
}

// numberOf is the number that an event is about.
func numberOf(e *simulator.Event) string {
	switch {
	case e.Charge != nil:
		return e.Charge.OrderNo
	case e.Signing != nil:
		return e.Signing.SignNo
	case e.Refund != nil:
		return e.Refund.RefundNo
	}
	return ""
}
