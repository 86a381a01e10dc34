package wirefault

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
)

// longestHalfOpen bounds, in real time, how long a half-closed connection waits for
// its client to leave.
const longestHalfOpen = time.Minute

// session is a connection under way. Its context ends when the client leaves, the
// world or the engine goes, or close is called; then reads and writes end too.
type session struct {
	conn      net.Conn
	line      *engine.Line
	ctx       context.Context //nolint:containedctx // the life of the connection
	cancel    context.CancelFunc
	work      sync.WaitGroup
	resetting bool // close with a reset
}

// open watches a connection that was taken over.
func open(conn net.Conn, line *engine.Line, resetting bool) *session {
	s := &session{conn: conn, line: line, resetting: resetting}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.work.Go(s.watchClient)
	s.work.Go(s.watchWorld)
	return s
}

// watchClient reads until the client leaves; what it still says counts for nothing.
func (s *session) watchClient() {
	defer s.cancel()
	_, _ = io.Copy(io.Discard, s.conn)
}

// watchWorld ends reads and writes when nobody wants the connection any more.
func (s *session) watchWorld() {
	select {
	case <-s.line.Gone():
		s.cancel()
	case <-s.ctx.Done():
	}
	_ = s.conn.SetDeadline(time.Unix(1, 0))
}

// close ends the connection and waits until nobody works on it.
func (s *session) close() {
	s.cancel()
	s.work.Wait()
	if s.resetting {
		reset(s.conn)
		return
	}
	_ = s.conn.Close()
}

// write writes all of it and reports whether it could.
func (s *session) write(part []byte) bool {
	_, err := s.conn.Write(part)
	return err == nil
}

// body writes the part of the body that comes, and reports whether it came.
func (s *session) body(fault simulator.WireFault, body []byte) bool {
	switch fault.Ending {
	case simulator.EndingReset, simulator.EndingHalfClose, simulator.EndingTruncate:
		body = body[:len(body)/2]
	case simulator.EndingEndlessBody:
		body = fmt.Appendf(nil, "%x\r\n%s\r\n", len(body), body)
	case simulator.EndingGzipBomb, "":
	}
	if fault.Pause <= 0 {
		return s.write(body)
	}
	for i := range body {
		if !s.line.Pause(s.ctx, fault.Pause) || !s.write(body[i:i+1]) {
			return false
		}
	}
	return true
}

// end is what comes after the part of the body that came.
func (s *session) end(ending simulator.Ending) {
	switch ending {
	case simulator.EndingHalfClose:
		s.halfClose()
	case simulator.EndingEndlessBody:
		s.work.Go(func() {
			defer s.cancel()
			endless(s.ctx, s.conn)
		})
		s.line.Stay(s.ctx)
	case simulator.EndingReset, simulator.EndingTruncate, simulator.EndingGzipBomb, "":
	}
}

// halfClose ends the sending side and waits for the client to leave.
func (s *session) halfClose() {
	half, can := s.conn.(interface{ CloseWrite() error })
	if !can || half.CloseWrite() != nil {
		return
	}
	defer time.AfterFunc(longestHalfOpen, s.cancel).Stop()
	s.line.Stay(s.ctx)
}
