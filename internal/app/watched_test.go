package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"countersign/contract/control"
	"countersign/internal/app"
	"countersign/simulator/simtest"
)

// watched is a running simulator with everything on that tells of it.
type watched struct {
	*app.App
	mu    sync.Mutex
	log   bytes.Buffer
	spans []map[string]any
}

// Write keeps the log.
func (w *watched) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(line)
}

// ServeHTTP is the collector.
func (w *watched) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var got struct {
		ResourceSpans []struct {
			ScopeSpans []struct{ Spans []map[string]any }
		}
	}
	_ = json.NewDecoder(r.Body).Decode(&got)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, resource := range got.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			w.spans = append(w.spans, scope.Spans...)
		}
	}
}

// watch starts one.
func watch(t *testing.T) *watched {
	t.Helper()
	w := &watched{}
	collector := httptest.NewServer(w)
	t.Cleanup(collector.Close)
	running, err := app.Start(t.Context(), app.Config{
		Simulator: app.SimulatorConfig{Protocol: "127.0.0.1:0", Control: "127.0.0.1:0", SelfCheck: true},
		Log:       slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})),
		OTLP:      collector.URL, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close() })
	w.App = running
	return w
}

// read reads a page of the control port.
func (w *watched) read(t *testing.T, path string) string {
	t.Helper()
	response, err := http.Get(w.Addresses().Control + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", path, response.StatusCode, err)
	}
	return string(text)
}

// story goes through signing and charges under faults, and gives what must be told to
// nobody.
func story(t *testing.T, in *watched) (secrets []string) {
	t.Helper()
	w := simtest.Remote(t, in.Addresses().Control)
	member := w.Member(w.ChannelIDs()[0])
	member.Receive()
	card := w.Card(0)
	for _, effect := range []control.FaultEffect{"garbled_body", "withhold_reply", "signature_wrong_key"} {
		w.Faults.Add(simtest.Fault(effect).On(control.OperationCharge).Times(1))
	}
	w.Faults.Add(simtest.Fault("notification_duplicate"))
	agreement, err := member.Sign(card)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		_, _ = member.Charge(simtest.Order{Fen: 100, AgreementNo: agreement}) // what comes of it is the faults'
	}
	w.Clock.Next()
	w.Clock.Settle()
	secrets = append(secrets, card.Elements.CardNumber, card.Elements.Mobile, card.Elements.Name, card.Elements.IdNumber, member.RequestKey.Material, member.ReplyKey.Material)
	for _, m := range w.Inbox.List(simtest.Mail{}) {
		if m.Code != nil {
			secrets = append(secrets, *m.Code)
		}
	}
	// A stranger writes a card number where a number, a channel and a query stand.
	for _, path := range []string{"/v1/charges/" + card.Elements.CardNumber, "/v1/charges/ord_1?order_time=" + card.Elements.CardNumber, "/../" + card.Elements.CardNumber + "/v1/limits"} {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, in.Addresses().Protocol+member.Path+path, http.NoBody)
		request.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
		}
	}
	return secrets
}

func TestAStoryUnderFaultsIsToldWithoutPersonalData(t *testing.T) {
	t.Parallel()
	in := watch(t)
	secrets := story(t, in)
	metrics := in.read(t, "/metrics")
	for _, want := range []string{
		`countersign_faults_struck_total{effect="garbled_body"} 1`, `countersign_channel_requests_total{operation="charge",outcome="withheld"} 1`,
		`countersign_channel_request_seconds_bucket{operation="charge",le="+Inf"} 4`, `countersign_build_info{version="test",`,
		"countersign_undeclared_breaks_total 0\n", "countersign_worlds 1\n", "go_goroutines ",
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s in\n%s", want, metrics)
		}
	}
	sample := regexp.MustCompile(`^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.e+-]+)$`)
	for line := range strings.Lines(metrics) {
		if !sample.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Errorf("no sample: %s", line)
		}
	}
	_ = in.Close()
	if err := in.LeftContract(); err != nil {
		t.Error(err)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	traces, err := json.Marshal(in.spans)
	if err != nil || strings.Count(in.log.String(), `"msg":"exchange"`) < 6 || !strings.Contains(in.log.String(), `"faults":["garbled_body",`) {
		t.Errorf("%v, log:\n%s", err, in.log.String())
	}
	for place, text := range map[string]string{"metrics": metrics, "log": in.log.String(), "traces": string(traces)} {
		for _, secret := range secrets {
			if quoted := regexp.MustCompile(`(^|[^0-9A-Za-z])` + regexp.QuoteMeta(secret) + `($|[^0-9A-Za-z])`); quoted.MatchString(text) {
				t.Errorf("%s tells %s", place, secret)
			}
		}
	}
	judgeTraces(t, in.spans)
}

// judgeTraces wants the spans of the story: what the stranger began goes on, and a
// notification belongs to the trace of its order.
func judgeTraces(t *testing.T, spans []map[string]any) {
	t.Helper()
	of := map[string]map[string]bool{} // names, traces
	for _, span := range spans {
		name, _ := span["name"].(string)
		name, _, _ = strings.Cut(name, ".")
		if of[name] == nil {
			of[name] = map[string]bool{}
		}
		trace, _ := span["traceId"].(string)
		of[name][trace] = true
	}
	for _, name := range []string{"channel signing_apply", "channel charge", "bank decision", "sms"} {
		if len(of[name]) == 0 {
			t.Errorf("no span %s: %v", name, of)
		}
	}
	if !of["channel charge_query"]["0af7651916cd43dd8448eb211c80319c"] {
		t.Errorf("the stranger's trace does not go on: %v", of)
	}
	told := 0
	for name, traces := range of {
		for trace := range traces {
			if strings.HasPrefix(name, "notification") && of["channel charge"][trace] {
				told++
			}
		}
	}
	if told == 0 {
		t.Errorf("no notification is in the trace of its order: %v", of)
	}
}

func TestThePagesOfTheAPIAreServedByTheControlPort(t *testing.T) {
	t.Parallel()
	in := watch(t)
	if page := in.read(t, "/docs/control"); !strings.Contains(page, in.Addresses().Control+"/v1/worlds") {
		t.Error("the examples do not name this server")
	}
	if text := in.read(t, "/openapi/channel.yaml"); !strings.HasPrefix(text, "openapi: 3.1") {
		t.Error(text[:40])
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, in.Addresses().Control+"/docs", http.NoBody)
	request.Host = "example.org"
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign host is answered %d", response.StatusCode)
	}
}
