package channelclient

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"countersign/internal/clock"
	"countersign/orchestrator"
)

func TestNothingWrittenIsClaimedOnlyWhenItIsProven(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing := "http://" + free.Addr().String()
	_ = free.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS() // its certificate is nobody's
	t.Cleanup(secure.Close)
	never := serveRaw(t, func(*rawServer, net.Conn, *bufio.Reader) {})
	slept := hmacAccess(never.url)
	slept.Clock = clock.NewVirtual(noon.Add(time.Minute))
	late := chargeCall(t)
	late.NotAfter = noon.Add(time.Minute - 1)

	for name, c := range map[string]struct {
		access orchestrator.Access
		call   orchestrator.Call
		dial   DialFunc
		detail string
	}{
		"connection refused":    {hmacAccess(refusing), chargeCall(t), nil, detailRefused},
		"name not found":        {hmacAccess("http://channel.invalid"), chargeCall(t), failing(&net.DNSError{IsNotFound: true}), detailLost},
		"certificate of nobody": {hmacAccess(secure.URL), chargeCall(t), nil, detailLost},
		"dial timeout":          {hmacAccess(refusing), chargeCall(t), failing(context.DeadlineExceeded), detailTimeout},
		"woke up too late":      {slept, late, nil, detailTooLate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reply := do(t, over(t, NewTransport(c.dial)), c.access, c.call)
			if reply.Proof != orchestrator.ProofNotWritten || reply.Detail != c.detail {
				t.Errorf("got %s %q, want not written %q", reply.Proof, reply.Detail, c.detail)
			}
		})
	}
	t.Cleanup(func() {
		if n := never.requests.Load(); n != 0 {
			t.Errorf("%d requests left in spite of the proof", n)
		}
	})
}

// failing is a dial that always fails.
func failing(err error) DialFunc {
	return func(context.Context, string, string) (net.Conn, error) { return nil, err }
}

// stubConn is a connection that takes so many bytes and then fails to write.
type stubConn struct {
	net.Conn
	takes int
}

// Write takes what it may.
func (c *stubConn) Write(p []byte) (int, error) {
	n := min(c.takes, len(p))
	c.takes -= n
	if n < len(p) {
		return n, errors.New("broken pipe")
	}
	return n, nil
}

func TestOneByteWrittenIsEnoughForDoubt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		takes int
		proof orchestrator.Proof
	}{
		"no byte":       {0, orchestrator.ProofNotWritten},
		"one byte":      {1, orchestrator.ProofNone},
		"half a header": {200, orchestrator.ProofNone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dial := func(context.Context, string, string) (net.Conn, error) {
				near, far := net.Pipe()
				t.Cleanup(func() { _ = far.Close() })
				return &stubConn{Conn: near, takes: c.takes}, nil
			}
			reply := do(t, over(t, NewTransport(dial)), hmacAccess("http://channel.test"), chargeCall(t))
			if reply.Proof != c.proof {
				t.Errorf("got %s %q, want %s", reply.Proof, reply.Detail, c.proof)
			}
		})
	}
}

func TestASealedConnectionLetsNothingMoreOut(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	defer func() { _, _ = near.Close(), far.Close() }()
	conn := &countedConn{Conn: near, wholeWrites: true}
	before := conn.arm(func() bool { return true })
	if conn.seal(before) {
		t.Error("bytes are said to have left an unused connection")
	}
	if n, err := conn.Write([]byte("late")); n != 0 || !errors.Is(err, errSealed) {
		t.Errorf("a sealed connection wrote %d bytes, error %v", n, err)
	}
	stuck := &countedConn{Conn: near, wholeWrites: true}
	before = stuck.arm(nil)
	writing := make(chan struct{})
	go func() { close(writing); _, _ = stuck.Write([]byte("nobody reads")) }()
	<-writing
	for !stuck.isWriting() {
		runtime.Gosched()
	}
	if !stuck.seal(before) {
		t.Error("a write under way must count as written")
	}
}

// isWriting looks at the mark for tests.
func (c *countedConn) isWriting() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writing
}
