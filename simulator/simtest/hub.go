package simtest

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"countersign/fixtures"
	"countersign/internal/memnet"
	"countersign/internal/universe"
	"countersign/simulator/controlapi"
	"countersign/simulator/engine"
	"countersign/simulator/httpapi"
	"countersign/simulator/messagingapi"
	"countersign/simulator/selfcheck"
)

// hub is one simulator in this process: all worlds of it share its engine and its
// handlers, which cost milliseconds to make; a world costs next to nothing. It holds
// no goroutine while no world uses its listeners.
type hub struct {
	engine   *engine.Engine
	protocol http.Handler
	control  http.Handler
	outward  *http.Transport // carries notifications
	check    *selfcheck.Checker

	mu       sync.Mutex
	memory   *line // connections in memory
	loopback *line // a port of the loopback
}

// line is a listener shared by all worlds that asked for one.
type line struct {
	users int
	url   string
	dial  func(ctx context.Context, network, address string) (net.Conn, error)
	close func()
}

// shared is the simulator of the built-in fixtures, made on first use.
//
//nolint:gochecknoglobals // made once: every test of a process uses the same
var shared = sync.OnceValues(func() (*hub, error) {
	set, err := fixtures.Load()
	if err != nil {
		return nil, err
	}
	return newHub(set)
})

// hubOf is a simulator of fixtures of one's own.
func hubOf(files fs.FS) (*hub, error) {
	set, err := fixtures.LoadFS(files)
	if err != nil {
		return nil, err
	}
	return newHub(set)
}

// newHub wires a simulator as the program does, without ports.
func newHub(set *fixtures.Set) (*hub, error) {
	templates, err := universe.Compile(set)
	if err != nil {
		return nil, err
	}
	h := &hub{outward: httpapi.OutwardTransport()}
	metrics := &httpapi.Metrics{}
	h.check = selfcheck.New(nil)
	notifier := httpapi.NewNotifier(h.outward, metrics)
	notifier.Observe(h.check)
	h.engine = engine.New(engine.Options{Notifier: notifier})
	h.protocol = httpapi.New(httpapi.Config{
		Engine: h.engine, Messaging: messagingapi.New(h.engine, nil), Metrics: metrics, Observer: h.check,
	})
	h.control = controlapi.New(controlapi.Config{
		Engine: h.engine, Templates: templates, Profile: httpapi.DescribeProfile, GatewayToken: messagingapi.Token, Metrics: metrics,
		SelfCheck: h.check,
	})
	return h, nil
}

// inMemory opens the listener in memory for one more user; done gives it back.
func (h *hub) inMemory() (l *line, done func()) {
	return h.use(&h.memory, func() *line {
		network := &memnet.Network{}
		listener, err := network.Listen("tcp", memoryHost+":80")
		if err != nil {
			panic("simtest: listen in memory: " + err.Error()) // a fresh network has no taken address
		}
		const patience = 10 * time.Second
		server := &http.Server{Handler: h.protocol, ReadHeaderTimeout: patience}
		var serving sync.WaitGroup
		serving.Go(func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				panic("simtest: serve in memory: " + err.Error())
			}
		})
		dial := func(ctx context.Context, kind, _ string) (net.Conn, error) {
			return network.DialContext(ctx, kind, memoryHost+":80")
		}
		return &line{url: "http://" + memoryHost, dial: dial, close: func() { _ = server.Close(); serving.Wait() }}
	})
}

// onLoopback opens a port of the loopback for one more user; done gives it back.
func (h *hub) onLoopback() (l *line, done func()) {
	return h.use(&h.loopback, func() *line {
		server := httptest.NewServer(h.protocol)
		return &line{url: server.URL, close: func() { server.CloseClientConnections(); server.Close() }}
	})
}

// use counts a user in; the last one that goes closes.
func (h *hub) use(at **line, open func() *line) (l *line, done func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if *at == nil {
		*at = open()
	}
	l = *at
	l.users++
	return l, func() {
		h.mu.Lock()
		l.users--
		last := l.users == 0
		if last {
			*at = nil
		}
		h.mu.Unlock()
		if last {
			l.close()
		}
	}
}

// memoryHost is a name that no resolver knows (RFC 6761, .test).
const memoryHost = "simulator.test"

// direct carries requests of the control plane to its handler, without a connection.
// The channels' wire never goes this way: lost answers and Go's own re-sends exist
// only on connections.
type direct struct{ handler http.Handler }

// Do implements the doer of the generated client.
func (d direct) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	r.Host = r.URL.Host
	r.RequestURI = r.URL.RequestURI()
	answer := httptest.NewRecorder()
	d.handler.ServeHTTP(answer, r)
	return answer.Result(), nil
}
