package memnet_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"countersign/internal/memnet"
)

// connect returns both ends of an accepted connection.
func connect(t *testing.T) (client, server *memnet.Conn) {
	t.Helper()
	var network memnet.Network
	listener, err := network.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			t.Error(err)
		}
		accepted <- conn
	}()
	dialled, err := network.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client, server = dialled.(*memnet.Conn), (<-accepted).(*memnet.Conn)
	t.Cleanup(func() { _ = client.Close(); _ = server.Close(); _ = listener.Close() })
	return client, server
}

func TestBytesArriveInBothDirections(t *testing.T) {
	t.Parallel()
	client, server := connect(t)
	for _, ends := range [][2]*memnet.Conn{{client, server}, {server, client}} {
		if n, err := ends[0].Write([]byte("hello")); n != 5 || err != nil {
			t.Fatalf("write: %d, %v", n, err)
		}
		got := make([]byte, 3)
		if n, err := ends[1].Read(got); string(got[:n]) != "hel" || err != nil {
			t.Fatalf("read %q, %v", got[:n], err)
		}
		if n, err := ends[1].Read(got); string(got[:n]) != "lo" || err != nil {
			t.Fatalf("read %q, %v", got[:n], err)
		}
	}
	if client.LocalAddr().String() != server.RemoteAddr().String() || client.RemoteAddr().String() != server.LocalAddr().String() {
		t.Error("the ends disagree on their addresses")
	}
}

func TestCloseLetsThePeerReadWhatWasWrittenAndThenEnds(t *testing.T) {
	t.Parallel()
	client, server := connect(t)
	_, _ = client.Write([]byte("last words"))
	if err := errors.Join(client.Close(), client.Close()); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(server); string(got) != "last words" || err != nil {
		t.Errorf("peer read %q, %v", got, err)
	}
	if _, err := server.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("peer's write: %v; want EPIPE", err)
	}
	for what, err := range map[string]error{"read": readErr(client), "write": writeErr(client)} {
		if !errors.Is(err, net.ErrClosed) {
			t.Errorf("own %s after close: %v; want net.ErrClosed", what, err)
		}
	}
}

func readErr(c net.Conn) error {
	_, err := c.Read(make([]byte, 1))
	return err
}

func writeErr(c net.Conn) error {
	_, err := c.Write([]byte("x"))
	return err
}

func TestHalfCloseKeepsTheOtherDirection(t *testing.T) {
	t.Parallel()
	client, server := connect(t)
	if err := client.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if err := readErr(server); !errors.Is(err, io.EOF) {
		t.Errorf("server read: %v; want EOF", err)
	}
	if err := writeErr(client); !errors.Is(err, net.ErrClosed) {
		t.Errorf("client write: %v; want net.ErrClosed", err)
	}
	_, _ = server.Write([]byte("answer"))
	_ = server.Close()
	if got, err := io.ReadAll(client); string(got) != "answer" || err != nil {
		t.Errorf("client read %q, %v", got, err)
	}
}

func TestCloseReadMakesThePeersWritesFail(t *testing.T) {
	t.Parallel()
	client, server := connect(t)
	if err := client.CloseRead(); err != nil {
		t.Fatal(err)
	}
	if err := writeErr(server); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("server write: %v; want EPIPE", err)
	}
	if err := writeErr(client); err != nil {
		t.Errorf("client write: %v", err)
	}
}

func TestResetLosesWhatWasNotRead(t *testing.T) {
	t.Parallel()
	for name, reset := range map[string]func(*memnet.Conn) error{
		"Reset":               (*memnet.Conn).Reset,
		"SetLinger and Close": func(c *memnet.Conn) error { return errors.Join(c.SetLinger(0), c.Close()) },
		"after a half-close":  func(c *memnet.Conn) error { return errors.Join(c.CloseWrite(), c.Reset()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, server := connect(t)
			_, _ = server.Write([]byte("half an answ"))
			if err := reset(server); err != nil {
				t.Fatal(err)
			}
			if err := readErr(client); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("peer's read: %v; want ECONNRESET", err)
			}
			if err := writeErr(client); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("peer's write: %v; want ECONNRESET", err)
			}
			if err := errors.Join(client.Close(), client.SetLinger(0), client.SetLinger(5)); err != nil {
				t.Error(err)
			}
			if err := readErr(client); !errors.Is(err, net.ErrClosed) {
				t.Errorf("read after own close: %v; want net.ErrClosed", err)
			}
		})
	}
}

func TestWriterWaitsForASlowReader(t *testing.T) {
	t.Parallel()
	client, server := connect(t)
	text := strings.Repeat("0123456789abcdef", 64<<10/4) // four windows
	var group sync.WaitGroup
	group.Go(func() {
		if n, err := client.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		_ = client.Close()
	})
	got, err := io.ReadAll(server)
	if string(got) != text || err != nil {
		t.Errorf("read %d bytes, %v; want %d", len(got), err, len(text))
	}
	group.Wait()
}

func TestCloseWakesWaitingReadersAndWriters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		near, far := memnet.Pipe(nil, nil)
		quiet, loud := memnet.Pipe(nil, nil)
		var group sync.WaitGroup
		group.Go(func() {
			if err := readErr(near); !errors.Is(err, net.ErrClosed) {
				t.Errorf("own waiting read: %v", err)
			}
		})
		group.Go(func() {
			if err := readErr(far); !errors.Is(err, io.EOF) {
				t.Errorf("peer's waiting read: %v", err)
			}
		})
		group.Go(func() {
			n, err := loud.Write(make([]byte, 100<<10))
			if n != 64<<10 || !errors.Is(err, syscall.EPIPE) {
				t.Errorf("peer's waiting write: %d, %v", n, err)
			}
		})
		_ = near.SetReadDeadline(time.Now().Add(time.Hour)) // a timer that must be stopped
		synctest.Wait()
		_ = near.Close()
		_ = quiet.Close()
		group.Wait()
	})
}

func TestDeadlinesEndWaitingCallsAndMayBeMoved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		near, far := memnet.Pipe(nil, nil)
		start := time.Now()
		_ = near.SetDeadline(start.Add(3 * time.Second))
		err := readErr(near)
		var timeout net.Error
		if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("read: %v; want a timeout", err)
		}
		if waited := time.Since(start); waited != 3*time.Second {
			t.Errorf("waited %v", waited)
		}
		if n, err := near.Write(make([]byte, 100)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("write: %d, %v; want a timeout", n, err)
		}
		_ = near.SetDeadline(time.Time{})
		_, _ = far.Write([]byte("x"))
		if err := errors.Join(readErr(near), writeErr(near)); err != nil {
			t.Errorf("after the deadline was lifted: %v", err)
		}
		_ = near.SetWriteDeadline(time.Now().Add(time.Second))
		if n, err := near.Write(make([]byte, 100<<10)); n != 64<<10-1 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("write of too much: %d, %v", n, err)
		}
	})
}

func TestDeadlineInThePastEndsAWaitingRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		near, _ := memnet.Pipe(nil, nil)
		_ = near.SetReadDeadline(time.Now().Add(time.Hour))
		done := make(chan error)
		go func() { done <- readErr(near) }()
		synctest.Wait()
		_ = near.SetReadDeadline(time.Unix(1, 0)) // as net/http does to stop its background read
		if err := <-done; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("read: %v", err)
		}
	})
}

func TestDialIsRefusedWhereNobodyListens(t *testing.T) {
	t.Parallel()
	var network memnet.Network
	listener, err := network.Listen("tcp", "bank.test:80")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := network.Listen("tcp", "bank.test:80"); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("second listener: %v; want EADDRINUSE", err)
	}
	_ = errors.Join(listener.Close(), listener.Close())
	if _, err := listener.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept after close: %v", err)
	}
	for _, address := range []string{"bank.test:80", "other.test:80"} {
		if _, err := network.Dial("tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dial %s: %v; want ECONNREFUSED", address, err)
		}
	}
	if again, err := network.Listen("tcp", "bank.test:80"); err != nil {
		t.Errorf("the address is not free again: %v", err)
	} else {
		_ = again.Close()
	}
}

func TestDialAndListenRefuseWhatIsNoAddress(t *testing.T) {
	t.Parallel()
	var network memnet.Network
	for _, pair := range [][2]string{{"udp", "a:1"}, {"tcp", "no-port"}, {"unix", "/x"}} {
		if _, err := network.Listen(pair[0], pair[1]); err == nil {
			t.Errorf("listen %v succeeded", pair)
		}
		if _, err := network.Dial(pair[0], pair[1]); err == nil {
			t.Errorf("dial %v succeeded", pair)
		}
	}
}

func TestDialEndsWithItsContextOrItsListener(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		listener, err := network.Listen("tcp", ":0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = network.DialContext(ctx, "tcp", listener.Addr().String())
		var timeout net.Error
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("nobody accepts: %v; want a timeout", err)
		}
		refused := make(chan error)
		go func() {
			_, err := network.DialContext(t.Context(), "tcp", listener.Addr().String())
			refused <- err
		}()
		synctest.Wait()
		_ = listener.Close()
		if err := <-refused; !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("listener closed while dialling: %v", err)
		}
	})
}
