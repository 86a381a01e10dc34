package channelclient

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"countersign/orchestrator"
)

// rawServer accepts connections on 127.0.0.1 and hands each to serve. It counts whole requests.
type rawServer struct {
	url         string
	connections atomic.Int32
	requests    atomic.Int32
}

// serveRaw starts a server whose every byte the test decides.
func serveRaw(t *testing.T, serve func(s *rawServer, conn net.Conn, r *bufio.Reader)) *rawServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &rawServer{url: "http://" + listener.Addr().String()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			server.connections.Add(1)
			go func() {
				defer func() { _ = conn.Close() }()
				serve(server, conn, bufio.NewReader(conn))
			}()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return server
}

// take reads one whole request; nil at the end of the connection.
func (s *rawServer) take(r *bufio.Reader) *http.Request {
	req, err := http.ReadRequest(r)
	if err != nil {
		return nil
	}
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return nil
	}
	s.requests.Add(1)
	return req
}

// good writes a whole, signed answer that keeps the connection.
func good(conn net.Conn, access orchestrator.Access, r *http.Request) {
	signed := signedAnswer(access, r.Header, http.StatusOK, plainJSON, goodCharge)
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s",
		plainJSON, SignatureHeader, signed.Header.Get(SignatureHeader), len(goodCharge), goodCharge)
}

// queryCall is a query of the order of chargeCall.
func queryCall() orchestrator.Call {
	return orchestrator.Call{Operation: orchestrator.OpChargeQuery, Number: "ord_0001", OrderTime: noon}
}

func TestABrokenConnectionIsNoEvidence(t *testing.T) {
	t.Parallel()
	access := hmacAccess("")
	for name, c := range map[string]struct {
		serve  func(conn net.Conn, r *http.Request)
		detail string
	}{
		"end before the answer":      {func(net.Conn, *http.Request) {}, detailLost},
		"end inside the status line": {func(c net.Conn, _ *http.Request) { _, _ = io.WriteString(c, "HTTP/1.1 2") }, detailLost},
		"end inside the headers":     {func(c net.Conn, _ *http.Request) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Le") }, detailLost},
		"end before the body": {func(c net.Conn, _ *http.Request) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n")
		}, detailTruncated},
		"end inside the body": {func(c net.Conn, r *http.Request) {
			signed := signedAnswer(access, r.Header, http.StatusOK, plainJSON, goodCharge)
			_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s",
				plainJSON, SignatureHeader, signed.Header.Get(SignatureHeader), len(goodCharge)+1, goodCharge)
		}, detailTruncated},
		"end inside a chunk": {func(c net.Conn, _ *http.Request) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"order")
		}, detailTruncated},
		"reset": {func(c net.Conn, _ *http.Request) {
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
		}, detailLost},
		"no HTTP at all": {func(c net.Conn, _ *http.Request) { _, _ = io.WriteString(c, "220 mail.example ESMTP\r\n") }, detailLost},
		"endless headers": {func(c net.Conn, _ *http.Request) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n"+strings.Repeat("X-Filler: "+strings.Repeat("x", 1000)+"\r\n", 100)+"\r\n")
		}, detailLost},
		"endless body": {func(c net.Conn, _ *http.Request) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
			for chunk := strings.Repeat(" ", 64<<10); ; {
				if _, err := io.WriteString(c, chunk); err != nil {
					return
				}
			}
		}, detailTooLarge},
	} {
		for what, call := range map[string]orchestrator.Call{"charge": chargeCall(t), "query": queryCall()} {
			t.Run(name+", "+what, func(t *testing.T) {
				t.Parallel()
				server := serveRaw(t, func(s *rawServer, conn net.Conn, r *bufio.Reader) {
					if req := s.take(r); req != nil {
						c.serve(conn, req)
					}
				})
				access := hmacAccess(server.url)
				reply := do(t, over(t, NewTransport(nil)), access, call)
				if reply.Proof != orchestrator.ProofNone || reply.Detail != c.detail {
					t.Errorf("got %s %q, want none %q", reply.Proof, reply.Detail, c.detail)
				}
				if n := server.requests.Load(); n != 1 {
					t.Errorf("the channel got %d requests, want 1", n)
				}
			})
		}
	}
}

// dyingOnReuse answers the first request of a connection and closes after reading the second: the server has
// committed, and the connection looks to net/http like one that was closed idle.
func dyingOnReuse(t *testing.T, access *orchestrator.Access) *rawServer {
	t.Helper()
	server := serveRaw(t, func(s *rawServer, conn net.Conn, r *bufio.Reader) {
		req := s.take(r)
		if req == nil {
			return
		}
		good(conn, *access, req)
		s.take(r)
	})
	access.Config.BaseURL = server.url
	return server
}

func TestAReusedConnectionThatDiesGivesExactlyOneRequest(t *testing.T) {
	t.Parallel()
	for what, call := range map[string]orchestrator.Call{"charge": chargeCall(t), "query": queryCall()} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			access := hmacAccess("")
			server := dyingOnReuse(t, &access)
			client := over(t, NewTransport(nil))
			if reply := do(t, client, access, call); reply.Proof != orchestrator.ProofStatus {
				t.Fatalf("first reply is %+v", reply)
			}
			reply := do(t, client, access, call)
			if reply.Proof != orchestrator.ProofNone || reply.Detail != detailLost {
				t.Errorf("got %s %q, want none %q", reply.Proof, reply.Detail, detailLost)
			}
			if n, conns := server.requests.Load(), server.connections.Load(); n != 2 || conns != 1 {
				t.Errorf("the channel got %d requests on %d connections, want 2 on 1: one for each call", n, conns)
			}
		})
	}
}

// The same server shows that the danger is real: net/http left alone sends such a request again.
func TestPlainHTTPWouldSendAgain(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]func(url string) *http.Request{
		"a query": func(url string) *http.Request { r, _ := http.NewRequest(http.MethodGet, url, nil); return r },
		"a charge with an idempotency key": func(url string) *http.Request {
			r, _ := http.NewRequest(http.MethodPost, url, strings.NewReader(`{}`))
			r.Header.Set("Idempotency-Key", "key")
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			access := hmacAccess("")
			server := dyingOnReuse(t, &access)
			plain := &http.Transport{}
			defer plain.CloseIdleConnections()
			for range 2 {
				resp, err := plain.RoundTrip(request(server.url))
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
			if n := server.requests.Load(); n != 3 {
				t.Errorf("the channel got %d requests from two sends; the test above proves nothing", n)
			}
		})
	}
}

func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	access := hmacAccess("")
	server := serveRaw(t, func(s *rawServer, conn net.Conn, r *bufio.Reader) {
		for req := s.take(r); req != nil; req = s.take(r) {
			good(conn, access, req)
		}
	})
	access.Config.BaseURL = server.url
	client := over(t, NewTransport(nil))
	for range 5 {
		if reply := do(t, client, access, chargeCall(t)); reply.Proof != orchestrator.ProofStatus {
			t.Fatalf("reply is %+v", reply)
		}
	}
	if n := server.connections.Load(); n != 1 {
		t.Errorf("%d connections for five calls in a row, want 1", n)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var other, first atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { other.Add(1) }))
	t.Cleanup(elsewhere.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first.Add(1)
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(server.Close)
	reply := do(t, over(t, NewTransport(nil)), hmacAccess(server.URL), chargeCall(t))
	if reply.Proof != orchestrator.ProofNone || reply.Detail != "status 307" || first.Load() != 1 || other.Load() != 0 {
		t.Errorf("reply %+v, %d requests, %d of them elsewhere", reply, first.Load(), other.Load())
	}
}

func TestAGzipBombIsNotUnpacked(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "" {
			t.Error("the client asks for a coding")
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", plainJSON)
		packed := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 100 {
			if _, err := packed.Write(zeros); err != nil {
				return
			}
		}
		_ = packed.Close()
	}))
	t.Cleanup(server.Close)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	reply := do(t, over(t, NewTransport(nil)), hmacAccess(server.URL), chargeCall(t))
	runtime.ReadMemStats(&after)
	if reply.Proof != orchestrator.ProofNone || reply.Detail != detailEncoded {
		t.Errorf("got %s %q, want none %q", reply.Proof, reply.Detail, detailEncoded)
	}
}

func TestADripEndsWithTheTimeOfTheCall(t *testing.T) {
	t.Parallel()
	drip := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", plainJSON)
		flusher, _ := w.(http.Flusher)
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for r.Context().Err() == nil {
			if _, err := w.Write([]byte(" ")); err != nil {
				return
			}
			flusher.Flush()
			<-ticker.C
		}
	}))
	t.Cleanup(drip.Close)
	t.Run("by the ceiling of the client", func(t *testing.T) {
		t.Parallel()
		client := over(t, NewTransport(nil))
		client.ceiling = 100 * time.Millisecond
		began := time.Now()
		reply := do(t, client, hmacAccess(drip.URL), chargeCall(t))
		if reply.Proof != orchestrator.ProofNone || reply.Detail != detailTimeout || time.Since(began) > 3*time.Second {
			t.Errorf("got %s %q after %s", reply.Proof, reply.Detail, time.Since(began))
		}
	})
	t.Run("by the engine", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(100*time.Millisecond, cancel)
		reply := over(t, NewTransport(nil)).Do(ctx, hmacAccess(drip.URL), chargeCall(t))
		checkTotal(t, reply)
		if reply.Proof != orchestrator.ProofNone || reply.Detail != detailTimeout {
			t.Errorf("got %s %q", reply.Proof, reply.Detail)
		}
	})
}

func TestAHangingChannelIsATimeoutInDoubt(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := serveRaw(t, func(s *rawServer, _ net.Conn, r *bufio.Reader) { s.take(r); <-release })
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	reply := over(t, NewTransport(nil)).Do(ctx, hmacAccess(server.url), chargeCall(t))
	if reply.Proof != orchestrator.ProofNone || reply.Detail != detailTimeout {
		t.Errorf("got %s %q", reply.Proof, reply.Detail)
	}
	early, stop := context.WithCancel(context.Background())
	stop()
	reply = over(t, NewTransport(nil)).Do(early, hmacAccess(server.url), chargeCall(t))
	if reply.Proof != orchestrator.ProofNotWritten {
		t.Errorf("a call that was over before it began: %s %q", reply.Proof, reply.Detail)
	}
}
