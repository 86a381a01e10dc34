package target

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"

	"countersign/internal/memnet"
)

// plug connects a program on a cable with somebody outside.
func plug(t *testing.T) (line *cable, inside, outside net.Conn) {
	t.Helper()
	network := &memnet.Network{}
	line = newCable(network)
	l, err := line.Listen("tcp", "program.test:80")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	accepted := make(chan net.Conn, 1)
	go func() {
		if conn, err := l.Accept(); err == nil {
			accepted <- conn
		}
	}()
	outside, err = network.Dial("tcp", "program.test:80")
	if err != nil {
		t.Fatal(err)
	}
	return line, <-accepted, outside
}

func TestNothingArrivesFromAMuteProgram(t *testing.T) {
	t.Parallel()
	line, inside, outside := plug(t)
	_, _ = inside.Write([]byte("before"))
	line.mute()
	if n, err := inside.Write([]byte("after")); n != len("after") || err != nil {
		t.Errorf("the program notices: %d, %v", n, err)
	}
	if err := inside.Close(); err != nil {
		t.Error(err)
	}
	got := make([]byte, 16)
	if n, err := outside.Read(got); string(got[:n]) != "before" || err != nil {
		t.Errorf("read %q, %v", got[:n], err)
	}
	line.cut()
	if n, err := outside.Read(got); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("after the cut: %q, %v", got[:n], err)
	}
}

func TestACutEndsConnectionsAndAllowsNoNewOnes(t *testing.T) {
	t.Parallel()
	line, inside, outside := plug(t)
	waits := make(chan error, 1)
	line.mute()
	go func() {
		_, err := line.DialContext(context.Background(), "tcp", "anywhere.test:80")
		waits <- err
	}()
	line.cut()
	if _, err := io.ReadAll(outside); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("outside: %v", err)
	}
	if _, err := io.ReadAll(inside); err == nil {
		t.Error("the program reads on")
	}
	if err := <-waits; !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial: %v", err)
	}
}
