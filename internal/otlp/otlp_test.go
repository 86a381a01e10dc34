package otlp_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"countersign/internal/otlp"
)

// TestMain fails the package when its tests leave goroutines behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTraceparentIsReadStrictly(t *testing.T) {
	t.Parallel()
	const good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	if c := otlp.Parse(good); !c.Known() || c.String() != good {
		t.Errorf("%s", c)
	}
	if c := otlp.Parse("01" + good[2:] + "-more"); !c.Known() {
		t.Error("a later version is not read")
	}
	for _, bad := range []string{
		"", good[:54], good + "-more", "ff" + good[2:], strings.ToUpper(good), strings.Replace(good, "-", "_", 1),
		"00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
	} {
		if otlp.Parse(bad).Known() {
			t.Errorf("%q is read", bad)
		}
	}
	parent := otlp.Parse(good)
	child, first := parent.Child(), otlp.Context{}.Child()
	if child.Trace != parent.Trace || child.Span == parent.Span || !first.Known() {
		t.Errorf("%s %s", child, first)
	}
}

func TestSpansReachACollector(t *testing.T) {
	t.Parallel()
	bodies := make(chan []byte, 1)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/v1/traces" && r.Header.Get("Content-Type") == "application/json" {
			bodies <- body
		}
	}))
	defer collector.Close()
	e, err := otlp.New(collector.URL+"/", "countersign", "dev", &http.Transport{})
	if err != nil {
		t.Fatal(err)
	}
	parent := otlp.Context{}.Child()
	e.Record(otlp.Span{
		Context: parent.Child(), Parent: parent.Span, Name: "charge", Kind: otlp.Server, Start: time.Unix(1, 5), End: time.Unix(2, 0), Failed: true,
		Attributes: []otlp.Attribute{{Key: "a", Value: "b"}, {Key: "empty"}},
	})
	e.Close()
	e.Close()
	var got struct {
		ResourceSpans []struct {
			ScopeSpans []struct{ Spans []map[string]any }
		}
	}
	if err := json.Unmarshal(<-bodies, &got); err != nil {
		t.Fatal(err)
	}
	span := got.ResourceSpans[0].ScopeSpans[0].Spans[0]
	if len(span["traceId"].(string)) != 32 || len(span["parentSpanId"].(string)) != 16 || span["startTimeUnixNano"] != "1000000005" ||
		span["kind"] != 2.0 || len(span["attributes"].([]any)) != 1 || span["status"].(map[string]any)["code"] != 2.0 {
		t.Errorf("%v", span)
	}
	wants(t, e, `{outcome="sent"} 1`)
}

func TestWhatACollectorDoesNotTakeIsCounted(t *testing.T) {
	t.Parallel()
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	defer collector.Close()
	e, err := otlp.New(collector.URL, "countersign", "dev", &http.Transport{})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		e.Record(otlp.Span{})
	}
	e.Close()
	wants(t, e, `{outcome="dropped"} 3`)
	for range 5000 { // nobody takes them any more
		e.Record(otlp.Span{})
	}
	wants(t, e, `{outcome="dropped"} 907`)
}

// wants fails unless the metrics have a line.
func wants(t *testing.T, e *otlp.Exporter, line string) {
	t.Helper()
	var text bytes.Buffer
	if err := e.WriteMetrics(&text); err != nil || !strings.Contains(text.String(), line+"\n") {
		t.Errorf("%s, %v", text.String(), err)
	}
}

func TestAnEndpointThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "127.0.0.1:4318", "grpc://127.0.0.1:4317", "http://", "http://a:b@c"} {
		if _, err := otlp.New(bad, "", "", nil); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
