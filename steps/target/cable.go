package target

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"countersign/internal/memnet"
)

// cable connects one program in this process to the network, and can be cut as the end of a process cuts
// its connections: all at once, in the middle of whatever they carry.
type cable struct {
	network *memnet.Network
	muted   atomic.Bool
	severed chan struct{}

	mu   sync.Mutex
	ends map[*memnet.Conn]struct{}
}

func newCable(network *memnet.Network) *cable {
	return &cable{network: network, severed: make(chan struct{}), ends: map[*memnet.Conn]struct{}{}}
}

// mute lets nothing arrive any more that the program writes; the program does not notice.
func (c *cable) mute() { c.muted.Store(true) }

// cut resets all connections, and there are no new ones.
func (c *cable) cut() {
	c.mute()
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.severed)
	for end := range c.ends {
		_ = end.Reset()
	}
}

// Listen has the form of net.Listen.
func (c *cable) Listen(network, address string) (net.Listener, error) {
	l, err := c.network.Listen(network, address)
	if err != nil {
		return nil, fmt.Errorf("over a cable: %w", err)
	}
	return &cableListener{Listener: l, cable: c}, nil
}

// DialContext has the form of net.Dialer.DialContext. Where the program is on its way out it hears nothing
// before the end.
func (c *cable) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if c.muted.Load() {
		select {
		case <-c.severed:
			return nil, fmt.Errorf("the cable is cut: %w", syscall.ECONNREFUSED)
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	conn, err := c.network.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return c.attach(conn), nil
}

// attach counts a connection among those that a cut ends.
func (c *cable) attach(conn net.Conn) net.Conn {
	inner, ok := conn.(*memnet.Conn)
	if !ok {
		return conn
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ends[inner] = struct{}{}
	select {
	case <-c.severed:
		_ = inner.Reset()
	default:
	}
	return &cableEnd{Conn: inner, cable: c}
}

// cableListener gives connections of the cable.
type cableListener struct {
	net.Listener

	cable *cable
}

// Accept waits for a connection.
func (l *cableListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.cable.attach(conn), nil
}

// cableEnd is the program's end of a connection.
type cableEnd struct {
	*memnet.Conn

	cable *cable
}

// Write writes, unless the cable is mute.
func (e *cableEnd) Write(p []byte) (int, error) {
	if e.cable.muted.Load() {
		return len(p), nil
	}
	return e.Conn.Write(p)
}

// Close ends the connection; one of a mute cable ends with the others.
func (e *cableEnd) Close() error {
	if e.cable.muted.Load() {
		return nil
	}
	e.cable.mu.Lock()
	delete(e.cable.ends, e.Conn)
	e.cable.mu.Unlock()
	return e.Conn.Close()
}

// hostOf is the name by which a port 80 is reached.
func hostOf(address string) string { return strings.TrimSuffix(address, ":80") }
