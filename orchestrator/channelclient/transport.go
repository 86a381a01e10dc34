package channelclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// Bounds of the transport in running time. They guard the machine; the time a call may take by the
// merchant's clock is the engine's affair.
const (
	dialTimeout       = 5 * time.Second
	handshakeTimeout  = 5 * time.Second
	idleTimeout       = 20 * time.Second
	idlePerChannel    = 64
	longestHeaders    = 32 << 10
	writeBufferLength = 8 << 10
)

// DialFunc opens a connection; the shape of net.Dialer.DialContext.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Transport sends a request once and knows whether any of it left. net/http re-sends by itself when a
// kept connection dies under a request that looks repeatable (GET, or an Idempotency-Key header);
// here no request looks so, no redirect is followed, no proxy is asked, and nothing is unpacked.
type Transport struct {
	base   http.RoundTripper
	counts bool // base runs over countedConn
}

// NewTransport returns a transport over connections opened by dial; nil means TCP.
func NewTransport(dial DialFunc) *Transport {
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTimeout, KeepAlive: -1}).DialContext
	}
	return &Transport{counts: true, base: &http.Transport{
		Proxy:                  nil,
		DialContext:            counted(dial),
		DialTLSContext:         countedTLS(dial),
		DisableCompression:     true,
		ForceAttemptHTTP2:      false,
		MaxIdleConnsPerHost:    idlePerChannel,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: longestHeaders,
		WriteBufferSize:        writeBufferLength,
	}}
}

// Over returns a transport over a round tripper that cannot count, such as a mock: it never
// claims that nothing was written.
func Over(base http.RoundTripper) *Transport { return &Transport{base: base} }

// Close closes the idle connections.
func (t *Transport) Close() {
	if idle, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		idle.CloseIdleConnections()
	}
}

// counted wraps plain connections.
func counted(dial DialFunc) DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &countedConn{Conn: conn, wholeWrites: true}, nil
	}
}

// countedTLS makes the handshake itself, so that the count starts behind it: its bytes are none of
// the request's. Wrapped like this the connection stays with HTTP/1.1.
func countedTLS(dial DialFunc) DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("dial %s: %w", network, err), conn.Close())
		}
		secure := tls.Client(conn, &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12})
		limited, cancel := context.WithTimeout(ctx, handshakeTimeout)
		defer cancel()
		if err := secure.HandshakeContext(limited); err != nil {
			return nil, errors.Join(fmt.Errorf("TLS handshake: %w", err), conn.Close())
		}
		return &countedConn{Conn: secure}, nil
	}
}

// sending is one request on its way: the connections it was given (one, as nothing is re-sent) and
// what each had written before.
type sending struct {
	gate func() bool

	mu      sync.Mutex
	conns   []*countedConn
	before  []int64
	foreign bool // a connection that does not count
}

// got is called by net/http when the request has a connection, before it writes.
func (s *sending) got(info httptrace.GotConnInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	conn, ok := info.Conn.(*countedConn)
	if !ok {
		s.foreign = true
		return
	}
	s.conns = append(s.conns, conn)
	s.before = append(s.before, conn.arm(s.gate))
}

// nothingLeft stops all further writing, then says whether it is proven that no byte of the request
// left.
func (s *sending) nothingLeft() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	nothing := !s.foreign
	for i, conn := range s.conns {
		if conn.seal(s.before[i]) {
			nothing = false
		}
	}
	return nothing
}

// send makes one exchange. gate is asked right before the first byte is written and may still stop
// it. With an error, nothingWritten says whether it is proven that no byte left.
func (t *Transport) send(req *http.Request, gate func() bool) (resp *http.Response, nothingWritten bool, err error) {
	way := &sending{gate: gate}
	req.GetBody = nil
	if req.Body == nil || req.Body == http.NoBody {
		req.Body = emptyBody{} // a body that cannot be asked for again keeps net/http from repeating a GET
	}
	if !t.counts {
		if !gate() {
			return nil, true, errSealed
		}
		resp, err = t.base.RoundTrip(req)
		return resp, false, err
	}
	trace := &httptrace.ClientTrace{GotConn: way.got}
	resp, err = t.base.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return nil, way.nothingLeft(), err
	}
	return resp, false, nil
}

// emptyBody is a body of no bytes that is not http.NoBody.
type emptyBody struct{}

// Read is at its end at once.
func (emptyBody) Read([]byte) (int, error) { return 0, io.EOF }

// Close does nothing.
func (emptyBody) Close() error { return nil }
