package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
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

// server is one port with its handler.
type server struct {
	name     string
	listener net.Listener
	http     *http.Server
}

// newServer prepares a port. Header and body of a request must come within bounds; answers may take long, since
// faults hold them and inbox readers wait.
func newServer(name string, listener net.Listener, handler http.Handler) *server {
	const header, idle, headerBytes = 10 * time.Second, 2 * time.Minute, 32 << 10
	return &server{name: name, listener: listener, http: &http.Server{
		Handler: handler, ReadHeaderTimeout: header, IdleTimeout: idle, MaxHeaderBytes: headerBytes,
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
