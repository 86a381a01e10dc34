package memnet

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"time"
)

// Conn is one end of a connection in memory. Like *net.TCPConn it can be closed by
// halves and reset; its methods may be called by several goroutines.
type Conn struct {
	in, out       *stream
	local, remote net.Addr
	linger        atomic.Bool // Close resets instead
}

// Pipe returns the two ends of a connection; the addresses are what each calls
// its own.
func Pipe(near, far net.Addr) (*Conn, *Conn) {
	there, back := newStream(), newStream()
	return &Conn{in: back, out: there, local: near, remote: far},
		&Conn{in: there, out: back, local: far, remote: near}
}

// Read reads what the peer wrote. After the peer closed or half-closed it gives
// what is left, then io.EOF. Other errors are *net.OpError with
// os.ErrDeadlineExceeded, net.ErrClosed (this end was closed) or
// syscall.ECONNRESET.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	return n, c.wrap("read", err)
}

// Write writes for the peer to read, and waits while the peer is more than 64 KiB
// behind. Errors are *net.OpError: os.ErrDeadlineExceeded, net.ErrClosed (this
// end), syscall.EPIPE (the peer closed) or syscall.ECONNRESET; n tells how much
// the peer may still read.
func (c *Conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p)
	return n, c.wrap("write", err)
}

// wrap dresses errors as package net does; io.EOF stays as it is.
func (c *Conn) wrap(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}

// Close ends both directions: the peer reads what was written, then io.EOF, and
// its writes fail with syscall.EPIPE. After SetLinger(0) it is Reset.
func (c *Conn) Close() error {
	if c.linger.Load() {
		return c.Reset()
	}
	c.out.closeWriter()
	c.in.closeReader()
	return nil
}

// CloseWrite ends this end's writing; reading goes on. net/http uses it so that
// the last answer arrives before the connection goes.
func (c *Conn) CloseWrite() error {
	c.out.closeWriter()
	return nil
}

// CloseRead ends this end's reading; writing goes on.
func (c *Conn) CloseRead() error {
	c.in.closeReader()
	return nil
}

// Reset breaks the connection: the peer loses what it has not read, and its next
// read or write is syscall.ECONNRESET.
func (c *Conn) Reset() error {
	c.out.fail(net.ErrClosed, syscall.ECONNRESET)
	c.in.fail(syscall.ECONNRESET, net.ErrClosed)
	return nil
}

// SetLinger with 0 makes Close a Reset, as on a *net.TCPConn; any other value
// makes it a plain Close again. Nothing is ever waited for.
func (c *Conn) SetLinger(seconds int) error {
	c.linger.Store(seconds == 0)
	return nil
}

// LocalAddr is the address of this end.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is the address of the peer.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline sets both deadlines; see SetReadDeadline.
func (c *Conn) SetDeadline(t time.Time) error {
	c.in.setReadDeadline(t)
	c.out.setWriteDeadline(t)
	return nil
}

// SetReadDeadline makes reads, waiting ones included, fail once the instant has
// come; the zero time means never. It may be moved after it has come.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.in.setReadDeadline(t)
	return nil
}

// SetWriteDeadline is SetReadDeadline for writes.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.out.setWriteDeadline(t)
	return nil
}

// Compile-time proof that both are what package net wants.
var (
	_ net.Conn     = (*Conn)(nil)
	_ net.Listener = (*Listener)(nil)
)
