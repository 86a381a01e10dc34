package memnet

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// window is how many bytes a writer may be ahead of its reader.
const window = 64 << 10

// stream is one direction of a connection: a buffer with a reader's and a
// writer's end, each with its own state and deadline.
type stream struct {
	mu       sync.Mutex
	readable sync.Cond // data, an end, or the reader's deadline came
	writable sync.Cond // room, an end, or the writer's deadline came

	data  []byte // data[start:] is unread
	start int

	readErr  error // what the reader gets; io.EOF only once the data is read
	writeErr error // what the writer gets

	readDeadline, writeDeadline deadline
}

// newStream returns an open, empty stream.
func newStream() *stream {
	s := &stream{}
	s.readable.L = &s.mu
	s.writable.L = &s.mu
	return s
}

// read takes up to len(p) bytes, waiting for at least one.
func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		unread := len(s.data) - s.start
		switch {
		case s.readErr != nil && (s.readErr != io.EOF || unread == 0): //nolint:errorlint // our own value, never wrapped
			return 0, s.readErr
		case s.readDeadline.over():
			return 0, os.ErrDeadlineExceeded
		case unread > 0:
			return s.pull(p), nil
		case len(p) == 0:
			return 0, nil
		}
		s.readable.Wait()
	}
}

// pull copies unread bytes out and makes room.
func (s *stream) pull(p []byte) int {
	n := copy(p, s.data[s.start:])
	s.start += n
	if s.start == len(s.data) {
		s.data, s.start = s.data[:0], 0
	}
	s.writable.Signal()
	return n
}

// write appends p, in parts when the reader is slow. n is what the reader can
// still get.
func (s *stream) write(p []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		room := window - (len(s.data) - s.start)
		switch {
		case s.writeErr != nil:
			return n, s.writeErr
		case s.writeDeadline.over():
			return n, os.ErrDeadlineExceeded
		case len(p) == 0:
			return n, nil
		case room > 0:
			part := min(room, len(p))
			s.push(p[:part])
			n += part
			p = p[part:]
			continue
		}
		s.writable.Wait()
	}
}

// push appends bytes, reusing the room that was read already before it grows.
func (s *stream) push(p []byte) {
	if s.start > 0 && len(s.data)+len(p) > cap(s.data) {
		s.data = s.data[:copy(s.data, s.data[s.start:])]
		s.start = 0
	}
	s.data = append(s.data, p...)
	s.readable.Signal()
}

// closeWriter is the writer's close: data still arrives, then the end.
func (s *stream) closeWriter() { s.end(io.EOF, net.ErrClosed, false) }

// closeReader is the reader's close: data is lost, the writer hears of it.
func (s *stream) closeReader() { s.end(net.ErrClosed, syscall.EPIPE, true) }

// fail breaks the stream; what is unread is lost.
func (s *stream) fail(writeErr, readErr error) { s.end(readErr, writeErr, true) }

// end sets the errors of both ends. One's own close (net.ErrClosed) replaces what
// was there, a peer's act does not replace an end that has come before, except
// that a reset takes the place of a peaceful end of file.
func (s *stream) end(readErr, writeErr error, discard bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readErr = settle(s.readErr, readErr)
	s.writeErr = settle(s.writeErr, writeErr)
	if discard {
		s.data, s.start = nil, 0
	}
	s.readDeadline.stop()
	s.writeDeadline.stop()
	s.readable.Broadcast()
	s.writable.Broadcast()
}

// settle picks between an error in force and a new one.
func settle(old, fresh error) error {
	//nolint:errorlint // our own values, never wrapped
	if old == nil || fresh == net.ErrClosed || (old == io.EOF && fresh == syscall.ECONNRESET) {
		return fresh
	}
	return old
}

// setReadDeadline sets when reads give up.
func (s *stream) setReadDeadline(t time.Time) { s.setDeadline(&s.readDeadline, &s.readable, t) }

// setWriteDeadline sets when writes give up.
func (s *stream) setWriteDeadline(t time.Time) { s.setDeadline(&s.writeDeadline, &s.writable, t) }

// setDeadline moves one deadline and wakes who waits, to look again, when it has
// come. A timer of an earlier setting that could not be stopped wakes them for
// nothing.
func (s *stream) setDeadline(d *deadline, wake *sync.Cond, t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.stop()
	d.at = t
	if t.IsZero() {
		return
	}
	left := time.Until(t)
	if left <= 0 {
		wake.Broadcast()
		return
	}
	d.timer = time.AfterFunc(left, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		wake.Broadcast()
	})
}

// deadline is guarded by the stream's lock. Whether it has come is asked of the
// clock: the timers of two streams set to one instant do not fire together.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

// over reports whether the deadline has come.
func (d *deadline) over() bool { return !d.at.IsZero() && time.Until(d.at) <= 0 }

// stop forgets the timer, if any.
func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}
