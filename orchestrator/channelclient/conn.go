package channelclient

import (
	"errors"
	"net"
	"sync"
)

// errSealed is what a write gets after the sender has drawn its conclusion from the count.
var errSealed = errors.New("connection is sealed")

// countedConn is a connection that knows how many bytes left it, so that "nothing was written" is
// a count and no guess. On top of TLS it counts what was handed to the TLS layer.
type countedConn struct {
	net.Conn
	// wholeWrites is false on TLS: a failed write may have let a part of a record out, and then
	// reports 0 all the same.
	wholeWrites bool

	mu      sync.Mutex
	written int64
	writing bool
	sealed  bool
	gate    func() bool
}

// Write lets bytes out unless the connection is sealed or the gate of the present request is shut.
func (c *countedConn) Write(p []byte) (int, error) {
	if err := c.begin(); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writing = false
	c.written += int64(n)
	if err != nil && !c.wholeWrites {
		c.written++
	}
	return n, err
}

// begin checks seal and gate. The gate is asked once, before the first byte of a request.
func (c *countedConn) begin() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gate != nil && !c.gate() {
		c.sealed = true
	}
	c.gate = nil
	if c.sealed {
		return errSealed
	}
	c.writing = true
	return nil
}

// arm starts a new request on the connection and returns the count so far.
func (c *countedConn) arm(gate func() bool) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gate = gate
	return c.written
}

// seal ends all writing and says whether bytes left, or may have left, since the count was before.
// A write that is still under way counts as done.
func (c *countedConn) seal(before int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sealed = true
	return c.writing || c.written > before
}
