package app

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// soon are limits that a test can wait for.
var soon = limits{header: 100 * time.Millisecond, whole: 100 * time.Millisecond, idle: 100 * time.Millisecond, headerBytes: 4 << 10}

// serving serves a handler on a port of its own, within limits.
func serving(t *testing.T, l limits, handler http.HandlerFunc) net.Conn {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := l.server("test", listener, handler)
	done := make(chan struct{})
	go func() { defer close(done); _ = s.http.Serve(listener) }()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(); _ = s.http.Close(); <-done })
	return conn
}

// ends wants a server to end a connection by itself; it gives what came before.
func ends(t *testing.T, conn net.Conn) string {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	answer, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal("the server still waits after ten seconds")
	}
	return string(answer)
}

// readAll is a handler that reads its body and says how that ended.
func readAll(w http.ResponseWriter, r *http.Request) {
	if _, err := io.ReadAll(r.Body); err != nil {
		http.Error(w, "slow", http.StatusRequestTimeout)
	}
}

func TestASlowPeerIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	for name, said := range map[string]string{
		"nothing":       "",
		"half a header": "POST / HTTP/1.1\r\nHost: x\r\nX-Drip: ",
		"half a body":   "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf",
		"half a chunk":  "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
		"and then none": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := serving(t, soon, readAll)
			_, _ = io.WriteString(conn, said)
			ends(t, conn)
		})
	}
}

func TestDrippingDoesNotProlongTheTime(t *testing.T) {
	t.Parallel()
	conn := serving(t, soon, readAll)
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
	begun := time.Now()
	for drip := time.NewTicker(10 * time.Millisecond); ; <-drip.C {
		if _, err := conn.Write([]byte("x")); err != nil {
			drip.Stop()
			return // the server has hung up
		}
		if time.Since(begun) > 10*time.Second {
			t.Fatal("the server still takes drops after ten seconds")
		}
	}
}

func TestAnAnswerMayTakeLongerThanTheLimits(t *testing.T) {
	t.Parallel()
	conn := serving(t, soon, func(w http.ResponseWriter, r *http.Request) {
		readAll(w, r)
		select {
		case <-r.Context().Done():
			http.Error(w, "cut off", http.StatusServiceUnavailable)
		case <-time.After(3 * soon.whole):
			_, _ = io.WriteString(w, "held and answered")
		}
	})
	reader := bufio.NewReader(conn)
	for _, body := range []string{"", "a body"} {
		_, _ = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		answer, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if string(text) != "held and answered" {
			t.Errorf("after a body of %d bytes: %d %s", len(body), answer.StatusCode, text)
		}
	}
}

func TestAHugeHeaderIsRefused(t *testing.T) {
	t.Parallel()
	conn := serving(t, soon, readAll)
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("x", 16<<10)+"\r\n\r\n")
	if answer := ends(t, conn); !strings.HasPrefix(answer, "HTTP/1.1 431") {
		t.Errorf("answer %.40q, want 431", answer)
	}
}

func TestEveryPortHasTheUsualLimits(t *testing.T) {
	t.Parallel()
	config := at("", "limits.test")
	config.Console.Addr = "console.limits.test:80"
	config.Orchestrator.TestClock, config.Orchestrator.Control = true, "clocks.limits.test:80"
	config.Simulator.Virtual = true
	running := begin(t, config)
	if len(running.servers) != 5 {
		t.Fatalf("%d ports, want 5", len(running.servers))
	}
	for _, s := range running.servers {
		if s.http.ReadHeaderTimeout != usualLimits.header || s.http.ReadTimeout != usualLimits.whole ||
			s.http.IdleTimeout != usualLimits.idle || s.http.MaxHeaderBytes != usualLimits.headerBytes {
			t.Errorf("%s: limits are not the usual ones", s.name)
		}
	}
}
