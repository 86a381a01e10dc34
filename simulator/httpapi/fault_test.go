package httpapi

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"countersign/internal/memnet"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// fault puts a rule in force.
func (f *field) fault(rule simulator.FaultRule) string {
	f.t.Helper()
	out, err := f.engine.Do(context.Background(), f.world, simulator.Input{Command: simulator.AddFault{Rule: rule}})
	if err != nil || out.Problem != nil {
		f.t.Fatalf("fault: %v %v", err, out.Problem)
	}
	return out.FaultID
}

// parked waits until so many requests are held.
func (f *field) parked(n int) {
	f.t.Helper()
	if !f.eventually(func(view engine.ClockView) bool { return view.Parked == n }) {
		f.t.Fatalf("never saw %d requests held", n)
	}
}

// eventually looks at the world's clock until it is as wanted, for five seconds.
func (f *field) eventually(wanted func(engine.ClockView) bool) bool {
	glances := time.NewTicker(time.Millisecond)
	defer glances.Stop()
	late := time.After(5 * time.Second)
	for {
		if view, err := f.engine.Clock(f.world); err == nil && wanted(view) {
			return true
		}
		select {
		case <-glances.C:
		case <-late:
			return false
		}
	}
}

func TestAWithheldReplyClosesTheConnectionAfterTheDebit(t *testing.T) {
	t.Parallel()
	f := newField(t)
	agreementNo, orderNo := f.sign("bridge-pay"), number("ord")
	f.fault(simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge, Times: 1})
	if got, err := f.try(f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", orderNo, agreementNo))); !errors.Is(err, io.EOF) {
		t.Fatalf("an answer came: %+v %v", got, err)
	}
	if f.ledger() != 1 {
		t.Errorf("%d movements on the ledger", f.ledger())
	}
	query := "?member_no=" + f.members["bridge-pay"].MemberNo + "&order_time=" + url.QueryEscape(instantText(0))
	if got := f.send(f.at("bridge-pay", "GET", "/v1/charges/"+orderNo+query, "")); got.json["status"] != "succeeded" {
		t.Errorf("query: %s", got.body)
	}
	if got := f.send(f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", orderNo, agreementNo))); got.json["status"] != "succeeded" || f.ledger() != 1 {
		t.Errorf("repeat: %s, %d movements", got.body, f.ledger())
	}
}

func TestASlowAnswerComesWhenTheClockOfTheWorldSaysSo(t *testing.T) {
	t.Parallel()
	f := newField(t)
	f.fault(simulator.FaultRule{Fault: "slow", Operation: simulator.OpLimits, DelayMS: 90000})
	done := make(chan answer, 1)
	c := f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, "")
	go func() { got, _ := f.try(c); done <- got }()
	f.parked(1)
	moved, err := f.engine.NextClock(t.Context(), f.world)
	if err != nil || !moved.Now.Equal(start.Add(90*time.Second)) {
		t.Fatalf("next: %+v %v", moved, err)
	}
	if got := <-done; got.status != http.StatusOK || got.protected["iat"] != float64(start.Add(90*time.Second).Unix()) {
		t.Errorf("%d %v", got.status, got.protected)
	}
}

func TestAHungRequestEndsWithItsClientOrItsWorld(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*field, context.CancelFunc){
		"client": func(_ *field, cancel context.CancelFunc) { cancel() },
		"world":  func(f *field, _ context.CancelFunc) { _ = f.engine.DeleteWorld(context.Background(), f.world) },
		"engine": func(f *field, _ context.CancelFunc) { f.engine.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			f.fault(simulator.FaultRule{Fault: "hang", Operation: simulator.OpLimits})
			c := f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, "")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			request, err := http.NewRequestWithContext(ctx, c.method, f.server.URL+c.target, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set(signatureHeader, c.signature())
			failed := make(chan error, 1)
			go func() {
				response, err := f.server.Client().Do(request)
				if err == nil {
					_ = response.Body.Close()
				}
				failed <- err
			}()
			f.parked(1)
			end(f, cancel)
			if err := <-failed; err == nil {
				t.Error("an answer came")
			}
			if name == "client" {
				f.parked(0)
			}
		})
	}
}

func TestFaultsWorkOnTheNetworkInMemory(t *testing.T) {
	t.Parallel()
	f := newField(t)
	network := &memnet.Network{}
	listener, err := network.Listen("tcp", "simulator:80")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: New(Config{Engine: f.engine})}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	transport := &http.Transport{DialContext: network.DialContext, DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	f.fault(simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpLimits, Times: 1})
	for _, lost := range []bool{true, false} {
		c := f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, "")
		request, _ := http.NewRequest(c.method, "http://simulator:80"+c.target, nil)
		request.Header.Set(signatureHeader, c.signature())
		response, err := transport.RoundTrip(request)
		if (err != nil) != lost {
			t.Errorf("lost %v: %v", lost, err)
		}
		if err == nil {
			_ = response.Body.Close()
		}
	}
}

func TestHealthAndMetricsAreOnTheProtocolPort(t *testing.T) {
	t.Parallel()
	f := newField(t)
	f.send(f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, ""))
	f.send(f.at("bridge-pay", "GET", "/v1/limits", ""))
	for target, want := range map[string]string{
		"/livez": `"ok"`, "/readyz": `"ok"`,
		"/metrics": `countersign_channel_requests_total{operation="limits",outcome="400"} 1`,
	} {
		response, err := f.server.Client().Get(f.server.URL + target)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK || !strings.Contains(string(text), want) {
			t.Errorf("%s: %d %s", target, response.StatusCode, text)
		}
	}
}

func TestGarbageOnTheSocketHurtsNobody(t *testing.T) {
	t.Parallel()
	f := newField(t)
	for _, garbage := range []string{"\x00\x01\x02", "POST / HTTP/1.1\r\n\r\n", "GET /w/x HTTP/9.9\r\n\r\n", "POST /w/a/channels/b/v1/charges HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{"} {
		conn, err := net.Dial("tcp", f.server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(garbage))
		_ = conn.Close()
	}
	if got := f.send(f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, "")); got.status != http.StatusOK {
		t.Errorf("%d", got.status)
	}
}
