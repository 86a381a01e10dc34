package simtest

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/contract/control"
)

// World is a whole simulated universe of one test: banks, channels, people with cards,
// clock, faults, inbox, journal and truth. What goes wrong in a method ends the test
// with the problem in words. Methods may be called by several goroutines, but those
// that can end the test belong on the test's own.
type World struct {
	Clock  *Clock
	Faults *Faults
	Inbox  *Inbox
	// About is the world as the control plane described it when it was made.
	About control.World

	t     testing.TB
	api   *control.ClientWithResponses
	hub   *hub // nil for Remote
	proto string

	mu        sync.Mutex
	url       string
	client    *http.Client
	transport *http.Transport
	numbers   int
}

// New makes a world in this process. It ends with the test. Parallel tests have worlds
// of their own; hundreds of them share one simulator.
func New(tb testing.TB, options ...Option) *World {
	tb.Helper()
	s := gather(tb, options)
	made := shared
	if s.fixtures != nil {
		made = func() (*hub, error) { return hubOf(s.fixtures) }
	}
	h, err := made()
	if err != nil {
		tb.Fatalf("simtest: %v", err)
	}
	if s.fixtures != nil {
		tb.Cleanup(h.engine.Close)
	}
	api, err := control.NewClientWithResponses("http://127.0.0.1", control.WithHTTPClient(direct{h.control}))
	if err != nil {
		tb.Fatalf("simtest: %v", err)
	}
	w := &World{t: tb, api: api, hub: h}
	w.create(s)
	return w
}

// Remote makes a world in a running simulator, by the URL of its control plane. All
// of the library works on it but Handler and Fixtures.
func Remote(tb testing.TB, controlURL string, options ...Option) *World {
	tb.Helper()
	s := gather(tb, options)
	transport := &http.Transport{DisableCompression: true}
	tb.Cleanup(transport.CloseIdleConnections)
	api, err := control.NewClientWithResponses(strings.TrimRight(controlURL, "/"), control.WithHTTPClient(&http.Client{Transport: transport}),
		control.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			if s.token != "" {
				r.Header.Set("Authorization", "Bearer "+s.token)
			}
			return nil
		}))
	if err != nil {
		tb.Fatalf("simtest: %v", err)
	}
	w := &World{t: tb, api: api, proto: strings.TrimRight(s.protocol, "/"), transport: transport}
	w.create(s)
	return w
}

// gather applies options to the defaults.
func gather(tb testing.TB, options []Option) *settings {
	tb.Helper()
	s := &settings{request: control.WorldRequest{Clock: &control.ClockRequest{Mode: control.ClockVirtual}}}
	for _, option := range options {
		option(s)
	}
	if s.broken != nil {
		tb.Fatalf("simtest: %v", s.broken)
	}
	return s
}

// create asks for the world and all that belongs into it.
func (w *World) create(s *settings) {
	w.t.Helper()
	r, err := w.api.CreateWorldWithResponse(w.t.Context(), s.request)
	if err == nil && s.scenario != nil && r.JSON201 == nil {
		w.t.Fatalf("simtest: %v", s.scenario.Place(problemIn(r)))
	}
	w.adopt(answer[control.World](w.t, "create world", r, err))
	for _, m := range s.merchants {
		w.AddMerchant(m)
	}
	for _, card := range s.cards {
		w.Issue(card)
	}
	for _, rule := range s.faults {
		w.Faults.Add(rule)
	}
}

// adopt takes a world over and has it deleted when its test ends.
func (w *World) adopt(about *control.World) {
	w.About = *about
	w.Clock, w.Faults, w.Inbox = &Clock{w}, &Faults{w}, &Inbox{w}
	if w.proto == "" && about.ProtocolUrl != nil {
		w.proto = strings.TrimRight(*about.ProtocolUrl, "/")
	}
	t := w.t
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("simtest: world %s had seed %d: simtest.Seed(%d) makes it again", about.WorldId, about.Seed, about.Seed)
		}
		const patience = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		if w.hub != nil {
			w.hub.confess(t, about.WorldId)
		}
		_, _ = w.api.DeleteWorldWithResponse(ctx, about.WorldId) // it may be gone already
		if w.hub != nil {
			w.hub.outward.CloseIdleConnections()
		}
	})
}

// ID is the world's name on the control plane.
func (w *World) ID() string { return w.About.WorldId }

// Control is the generated client of the control plane, for what has no method here.
func (w *World) Control() *control.ClientWithResponses { return w.api }

// Handler serves the channels and the messaging gateways, for a server of one's own.
func (w *World) Handler() http.Handler {
	w.t.Helper()
	if w.hub == nil {
		w.t.Fatal("simtest: a remote world has no handler; use URL")
	}
	return w.hub.protocol
}

// URL is the base URL of the channels' port on the loopback, without a trailing slash;
// the port is opened when first asked for. Paths of channels and gateways below it are
// in About, and a Member knows its own.
func (w *World) URL() string {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.url != "":
	case w.hub == nil && w.proto == "":
		w.t.Fatal("simtest: the simulator does not know its own address; say it with simtest.ProtocolURL")
	case w.hub == nil:
		w.url = w.proto
	default:
		line, done := w.hub.onLoopback()
		w.t.Cleanup(done)
		w.url = line.url
	}
	return w.url
}

// Client is a client of net/http whose requests, whatever host they name, reach the
// simulator over connections in memory: no port, no resolver, and still a connection on
// which answers get lost. It follows no redirects. A Remote world's uses the network.
func (w *World) Client() *http.Client {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.client != nil {
		return w.client
	}
	if w.hub != nil {
		line, done := w.hub.inMemory()
		w.t.Cleanup(done)
		w.transport = &http.Transport{DialContext: line.dial, DisableCompression: true}
		w.t.Cleanup(w.transport.CloseIdleConnections)
	}
	w.client = &http.Client{
		Transport:     w.transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return w.client
}

// base is where the library's own requests to the channels go.
func (w *World) base() string {
	if w.hub != nil {
		return "http://" + memoryHost
	}
	return w.URL()
}
