package messaging

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// Bounds of the transport in running time and bytes. They guard the machine; when to try again is the engine's affair.
const (
	dialTimeout    = 5 * time.Second
	shakeTimeout   = 5 * time.Second
	idleTimeout    = 20 * time.Second
	defaultTimeout = 10 * time.Second
	longestHeaders = 16 << 10
	longestAnswer  = 64 << 10
	idlePerHost    = 16
)

// userAgent names the sender of every request.
const userAgent = "countersign"

// Errors of both clients; all may be wrapped.
var (
	// ErrTimeout: no answer in time.
	ErrTimeout = errors.New("no answer in time")
	// ErrRefused: nobody listens there.
	ErrRefused = errors.New("connection refused")
	// ErrLost: the connection broke, or could not be made.
	ErrLost = errors.New("connection lost")
	// ErrConfiguration: URL, token or secret cannot be used.
	ErrConfiguration = errors.New("configuration cannot be used")
)

// StatusError is an answer that is not success. Code is the problem code, where the answer had one.
type StatusError struct {
	Status     int
	Code       string
	RetryAfter time.Duration // 0 = not said
}

// Error names status and code.
func (e *StatusError) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("answered with status %d", e.Status)
	}
	return fmt.Sprintf("answered with status %d, code %s", e.Status, e.Code)
}

// DialFunc opens a connection; the shape of net.Dialer.DialContext.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// newTransport is HTTP/1.1 over dial, without proxy and compression.
func newTransport(dial DialFunc) *http.Transport {
	return &http.Transport{
		Proxy: nil, DialContext: dial, DisableCompression: true, ForceAttemptHTTP2: false,
		TLSHandshakeTimeout: shakeTimeout, IdleConnTimeout: idleTimeout, MaxIdleConnsPerHost: idlePerHost,
		MaxResponseHeaderBytes: longestHeaders,
	}
}

// exchange sends one request and reads the answer to its end or its cap. A RoundTripper follows no redirect.
func exchange(transport http.RoundTripper, req *http.Request) (status int, header http.Header, body []byte, err error) {
	req.Header.Set("User-Agent", userAgent)
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return 0, nil, nil, named(req.Context(), err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err = io.ReadAll(io.LimitReader(resp.Body, longestAnswer))
	if err != nil && req.Context().Err() != nil {
		return 0, nil, nil, ErrTimeout
	}
	return resp.StatusCode, resp.Header, body, nil // the status came; a body that broke off says nothing more
}

// named puts a fault of the transport in fixed words: its own would tell addresses.
func named(ctx context.Context, err error) error {
	var timeout net.Error
	var blocked *BlockedError
	switch {
	case errors.As(err, &blocked):
		return blocked
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return ErrTimeout
	case errors.Is(err, syscall.ECONNREFUSED):
		return ErrRefused
	}
	return ErrLost
}
