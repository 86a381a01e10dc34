package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"countersign/simulator/httpapi"
)

// Network is how the parts listen and reach each other. Both functions have the form of package net's; the type
// internal/memnet.Network has them too. The zero value is TCP.
type Network struct {
	Listen      func(network, address string) (net.Listener, error)
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// isTCP reports whether others on the machine or beyond could connect.
func (n Network) isTCP() bool { return n.Listen == nil }

// listen opens an address.
func (n Network) listen(address string) (net.Listener, error) {
	open := n.Listen
	if open == nil {
		open = net.Listen
	}
	listener, err := open("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return listener, nil
}

// transport carries requests over the network: no proxy, no compression.
func (n Network) transport() *http.Transport {
	const dialPatience, perHost, idle = 5 * time.Second, 64, 30 * time.Second
	dial := n.DialContext
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialPatience}).DialContext
	}
	return &http.Transport{
		DialContext: dial, DisableCompression: true, MaxIdleConnsPerHost: perHost, IdleConnTimeout: idle,
	}
}

// outward carries notifications to addresses that strangers name: guarded, but in memory, where there is nothing else
// to reach.
func (a *App) outward() *http.Transport {
	if !a.config.Network.isTCP() {
		return a.transport
	}
	transport := httpapi.OutwardTransport()
	a.atEnd(transport.CloseIdleConnections)
	return transport
}

// server is one port with its handler.
type server struct {
	name     string
	listener net.Listener
	http     *http.Server
}

// limits bound what a peer may cost before its request is whole.
type limits struct {
	header, whole, idle time.Duration // until the header is there, until the body is, until the next request
	headerBytes         int
}

// usualLimits are those of every port.
var usualLimits = limits{header: 10 * time.Second, whole: 10 * time.Second, idle: 2 * time.Minute, headerBytes: 32 << 10}

// newServer prepares a port. Header and body of a request must come within bounds; answers may take long, since
// faults hold them, inbox readers wait and the page listens for ever.
func newServer(name string, listener net.Listener, handler http.Handler) *server {
	return usualLimits.server(name, listener, handler)
}

// server prepares a port with these limits. net/http takes the time for reading off again as soon as a request is whole,
// so that it does not end what is held.
func (l limits) server(name string, listener net.Listener, handler http.Handler) *server {
	return &server{name: name, listener: listener, http: &http.Server{
		Handler: handler, ReadHeaderTimeout: l.header, ReadTimeout: l.whole, IdleTimeout: l.idle, MaxHeaderBytes: l.headerBytes,
		ErrorLog: quietLog(),
	}}
}

// baseURL is the base URL of a listener's address, without a trailing slash.
func baseURL(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	if port == "80" {
		return "http://" + host
	}
	return "http://" + net.JoinHostPort(host, port)
}
