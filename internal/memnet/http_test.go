package memnet_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"countersign/internal/memnet"
)

// serve starts a real server on a network and returns a real client for it.
func serve(t testing.TB, handler http.Handler) (*http.Client, string) {
	t.Helper()
	var network memnet.Network
	listener, err := network.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	transport := &http.Transport{DialContext: network.DialContext, MaxIdleConnsPerHost: 64}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := server.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return &http.Client{Transport: transport, Timeout: 30 * time.Second}, "http://" + listener.Addr().String()
}

func TestHTTPWorksOverIt(t *testing.T) {
	t.Parallel()
	client, url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body) // whole, since net/http cuts the request once an answer begins
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(body)
	}))
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			for j := range 50 {
				text := strings.Repeat(strconv.Itoa(i*100+j), 1+j*200)
				resp, err := client.Post(url, "text/plain", strings.NewReader(text))
				if err != nil {
					t.Error(err)
					return
				}
				got, err := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if string(got) != text || err != nil {
					t.Errorf("echo of %d bytes gave %d, %v", len(text), len(got), err)
				}
			}
		})
	}
	group.Wait()
}

func TestAWithheldAnswerIsAnEndOfFileAndAResetIsAReset(t *testing.T) {
	t.Parallel()
	client, url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/withheld" {
			panic(http.ErrAbortHandler)
		}
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		if r.URL.Path == "/half" {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
		} else {
			_ = conn.(interface{ SetLinger(seconds int) error }).SetLinger(0)
		}
		_ = conn.Close()
	}))
	for path, want := range map[string]error{"/withheld": io.EOF, "/half": io.ErrUnexpectedEOF, "/reset": syscall.ECONNRESET} {
		resp, err := client.Post(url+path, "text/plain", strings.NewReader("x"))
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			_ = resp.Body.Close()
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v; want %v", path, err, want)
		}
	}
}

func TestTheHandlerHearsThatTheClientHasGone(t *testing.T) {
	t.Parallel()
	arrived, gone := make(chan struct{}), make(chan struct{})
	client, url := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(gone)
	}))
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	go func() { <-arrived; cancel() }()
	if resp, err := client.Do(request); !errors.Is(err, context.Canceled) {
		_ = resp.Body.Close()
		t.Errorf("client got %v", err)
	}
	<-gone
}

func BenchmarkHTTPRoundTrip(b *testing.B) {
	client, url := serve(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	body := strings.Repeat("x", 300)
	b.ReportAllocs()
	for b.Loop() {
		resp, err := client.Post(url, "text/plain", strings.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}
