package httpapi

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"countersign/internal/otlp"
	"countersign/simulator"
)

// Tracer records spans: of exchanges, of what the bank decided and whom was texted
// within them, and of notifications. A trace that the platform began goes on here, and
// on with the notifications of the same order. A nil tracer records nothing.
type Tracer struct {
	spans *otlp.Exporter

	mu     sync.Mutex
	orders map[string]otlp.Context // by world and number
	older  map[string]otlp.Context
}

// numbersTraced is how many numbers a Tracer remembers at least.
const numbersTraced = 4096

// NewTracer returns a tracer.
func NewTracer(spans *otlp.Exporter) *Tracer {
	return &Tracer{spans: spans, orders: map[string]otlp.Context{}}
}

// remember keeps the trace that a number was last spoken of in.
func (t *Tracer) remember(world, number string, c otlp.Context) {
	if number == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.orders) >= numbersTraced {
		t.older, t.orders = t.orders, map[string]otlp.Context{}
	}
	t.orders[world+"/"+number] = c
}

// of finds the trace of a number.
func (t *Tracer) of(world, number string) otlp.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c, known := t.orders[world+"/"+number]; known {
		return c
	}
	return t.older[world+"/"+number]
}

// exchange records a request that was served.
func (t *Tracer) exchange(v *visit, begun time.Time, took time.Duration) {
	parent := otlp.Parse(v.r.Header.Get(otlp.Header))
	number := v.numberShown()
	end := begun.Add(took)
	own := parent.Child()
	t.spans.Record(otlp.Span{
		Context: own, Parent: parent.Span, Name: "channel " + string(v.op.op), Kind: otlp.Server, Start: begun, End: end,
		Failed: v.status == 0 || v.status >= 500,
		Attributes: []otlp.Attribute{
			{Key: "countersign.world", Value: v.worldID},
			{Key: "countersign.channel", Value: channelShown(v)},
			{Key: "countersign.number", Value: number},
			{Key: "countersign.faults", Value: faultNames(v.struck)},
			{Key: "http.request.method", Value: v.r.Method},
			{Key: "http.response.status_code", Value: statusText(v.status)},
		},
	})
	t.remember(v.worldID, number, own)
	t.within(v, own, end)
}

// within records what happened inside: the bank's decision, and messages to the
// handset. They take no time of their own.
func (t *Tracer) within(v *visit, parent otlp.Context, at time.Time) {
	inside := func(name, key, value string) {
		t.spans.Record(otlp.Span{
			Context: parent.Child(), Parent: parent.Span, Name: name, Kind: otlp.Internal, Start: at, End: at,
			Attributes: []otlp.Attribute{{Key: key, Value: value}},
		})
	}
	if v.decided != "" {
		inside("bank decision", "countersign.result", v.decided)
	}
	for _, about := range v.texted {
		inside("sms", "countersign.about", about)
	}
}

// decision is what the bank said of what was asked, as far as an outcome tells.
func decision(out *simulator.Outcome) string {
	switch {
	case out.Charge != nil:
		return spoken(string(out.Charge.Status), out.Charge.Reason)
	case out.Check != nil:
		return spoken(string(out.Check.Result), out.Check.Reason)
	case out.Signing != nil:
		return spoken(string(out.Signing.Status), out.Signing.Reason)
	case out.Refund != nil:
		return spoken(string(out.Refund.Status), out.Refund.Reason)
	}
	return ""
}

// spoken is a word with its reason.
func spoken(word string, reason simulator.Reason) string {
	if reason == "" {
		return word
	}
	return word + ": " + string(reason)
}

// texts are what the messages of an outcome are about.
func texts(effects []simulator.Effect) []string {
	var about []string
	for _, effect := range effects {
		if effect.Kind == simulator.EffectMessage {
			about = append(about, effect.What)
		}
	}
	return about
}

// faultNames lists what struck.
func faultNames(strikes []simulator.FaultStrike) string {
	names := make([]string, 0, len(strikes))
	for _, strike := range strikes {
		names = append(names, strike.Fault)
	}
	return strings.Join(names, ",")
}

// statusText is a status, "" when there is none.
func statusText(status int) string {
	if status == 0 {
		return ""
	}
	return strconv.Itoa(status)
}
