package memnet

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Network is a set of listeners that are reached by their address. Networks
// share nothing. The zero value is ready; it must not be copied.
type Network struct {
	mu        sync.Mutex
	listeners map[string]*Listener
	lastPort  atomic.Uint32
}

// firstPort is where ports that the network picks start: above the range that
// operating systems hand out, so that a log shows at a glance what is not real.
const firstPort = 60000

// nextPort picks a number for ":0" listeners and for the near end of a dial.
func (n *Network) nextPort() string {
	return strconv.FormatUint(firstPort+uint64(n.lastPort.Add(1)), 10)
}

// Listen has the form of net.Listen. The address is host:port; port 0 or none
// picks one, to be read from Addr. A network other than tcp, tcp4 and tcp6, or an
// address without a port, is a *net.OpError, and so is an address in use
// (syscall.EADDRINUSE).
func (n *Network) Listen(network, address string) (net.Listener, error) {
	fail := func(err error) error {
		return &net.OpError{Op: "listen", Net: network, Addr: addr(address), Err: err}
	}
	host, port, err := split(network, address)
	if err != nil {
		return nil, fail(err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if port == "0" || port == "" {
		port = n.nextPort()
	}
	full := net.JoinHostPort(host, port)
	if _, taken := n.listeners[full]; taken {
		return nil, fail(syscall.EADDRINUSE)
	}
	if n.listeners == nil {
		n.listeners = map[string]*Listener{}
	}
	l := &Listener{network: n, addr: addr(full), arrivals: make(chan net.Conn), closed: make(chan struct{})}
	n.listeners[full] = l
	return l, nil
}

// split checks the network's name and takes an address apart.
func split(network, address string) (host, port string, err error) {
	switch network {
	case "tcp", "tcp4", "tcp6":
	default:
		return "", "", net.UnknownNetworkError(network)
	}
	return net.SplitHostPort(address) //nolint:wrapcheck // becomes the Err of a net.OpError
}

// DialContext has the form of net.Dialer.DialContext, so that it fits into
// http.Transport. It waits until the listener accepts. Nobody listening, or a
// listener closed meanwhile, is a *net.OpError with syscall.ECONNREFUSED: then
// not one byte was sent. An ended context is one with its cause.
func (n *Network) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	fail := func(err error) error {
		return &net.OpError{Op: "dial", Net: network, Addr: addr(address), Err: err}
	}
	if _, _, err := split(network, address); err != nil {
		return nil, fail(err)
	}
	n.mu.Lock()
	l := n.listeners[address]
	n.mu.Unlock()
	if l == nil {
		return nil, fail(syscall.ECONNREFUSED)
	}
	near, far := Pipe(addr("127.0.0.1:"+n.nextPort()), l.addr)
	select {
	case <-ctx.Done():
		return nil, fail(contextError{ctx.Err()})
	case <-l.closed:
		return nil, fail(syscall.ECONNREFUSED)
	case l.arrivals <- far:
		return near, nil
	}
}

// Dial is DialContext that gives up after ten seconds.
func (n *Network) Dial(network, address string) (net.Conn, error) {
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return n.DialContext(ctx, network, address)
}

// contextError makes an ended context look as it does in package net: a deadline
// reports Timeout, and errors.Is still finds the context's error.
type contextError struct{ error }

// Timeout reports whether the deadline, not a cancellation, ended the wait.
func (e contextError) Timeout() bool { return errors.Is(e.error, context.DeadlineExceeded) }

// Temporary is part of net.Error.
func (contextError) Temporary() bool { return false }

// Unwrap returns the context's error.
func (e contextError) Unwrap() error { return e.error }

// Listener is one address of a Network.
type Listener struct {
	network  *Network
	addr     addr
	arrivals chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

// Accept waits for a connection. After Close it is a *net.OpError with
// net.ErrClosed.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case <-l.closed:
		return nil, &net.OpError{Op: "accept", Net: l.addr.Network(), Addr: l.addr, Err: net.ErrClosed}
	case c := <-l.arrivals:
		return c, nil
	}
}

// Close frees the address and ends waiting Accepts and dials; connections that
// were accepted live on. Closing twice is no error.
func (l *Listener) Close() error {
	l.once.Do(func() {
		l.network.mu.Lock()
		defer l.network.mu.Unlock()
		delete(l.network.listeners, string(l.addr))
		close(l.closed)
	})
	return nil
}

// Addr is the host:port listened on.
func (l *Listener) Addr() net.Addr { return l.addr }

// addr is a host:port text. It calls its network tcp, since programs look at it.
type addr string

// Network returns "tcp".
func (addr) Network() string { return "tcp" }

// String returns host:port.
func (a addr) String() string { return string(a) }
