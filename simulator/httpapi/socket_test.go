package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"countersign/internal/memnet"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// network is how a client reaches the door: over TCP or in memory.
type network struct {
	field *field
	dial  func() (net.Conn, error)
}

// networks runs a test over both.
func networks(t *testing.T, test func(*testing.T, *network)) {
	t.Helper()
	t.Run("tcp", func(t *testing.T) {
		t.Parallel()
		f := newField(t)
		test(t, &network{field: f, dial: func() (net.Conn, error) { return net.Dial("tcp", f.server.Listener.Addr().String()) }})
	})
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		f, inside := newField(t), &memnet.Network{}
		listener, err := inside.Listen("tcp", "simulator:80")
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewUnstartedServer(New(Config{Engine: f.engine}))
		_ = server.Listener.Close()
		server.Listener = listener
		server.Start()
		t.Cleanup(server.Close)
		test(t, &network{field: f, dial: func() (net.Conn, error) { return inside.Dial("tcp", "simulator:80") }})
	})
}

// send writes a signed call to a new connection and leaves the rest to the caller.
func (n *network) send(c call) net.Conn {
	n.field.t.Helper()
	conn, err := n.dial()
	if err != nil {
		n.field.t.Fatal(err)
	}
	n.field.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: simulator\r\n%s: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		c.method, c.target, signatureHeader, c.signature(), len(c.body), c.body)
	if err != nil {
		n.field.t.Fatal(err)
	}
	return conn
}

// limits is a call that changes nothing.
func (n *network) limits() call {
	f := n.field
	return f.at("bridge-pay", "GET", "/v1/limits?member_no="+f.members["bridge-pay"].MemberNo, "")
}

// charge is a call that debits.
func (n *network) charge(agreementNo string) call {
	f := n.field
	return f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", number("ord"), agreementNo))
}

// received splits what came into headers and body and says how it ended.
func received(conn net.Conn) (head http.Header, body string, err error) {
	all, err := io.ReadAll(conn)
	if len(all) == 0 {
		return nil, "", err
	}
	lines, body, _ := strings.Cut(string(all), "\r\n\r\n")
	head = http.Header{}
	for i, line := range strings.Split(lines, "\r\n") {
		name, value, _ := strings.Cut(line, ": ")
		if i == 0 {
			name, value = "Status", line
		}
		head.Set(name, value)
	}
	return head, body, err
}

func TestAResetIsOneOnTheSocket(t *testing.T) {
	t.Parallel()
	networks(t, func(t *testing.T, n *network) {
		agreementNo := n.field.sign("bridge-pay")
		for point, debits := range map[simulator.Point]int{simulator.PointBeforeReceive: 0, simulator.PointReceived: 0, simulator.PointCommitted: 1} {
			before := n.field.ledger()
			c := n.charge(agreementNo)
			id := n.field.fault(simulator.FaultRule{Fault: "reset", Operation: simulator.OpCharge, Point: point, Times: 1})
			head, _, err := received(n.send(c))
			if !errors.Is(err, syscall.ECONNRESET) || head != nil {
				t.Errorf("%s: %v %v", point, head, err)
			}
			if got := n.field.ledger() - before; got != debits {
				t.Errorf("%s: %d debits", point, got)
			}
			n.field.remove(id)
		}
	})
}

func TestAResetInTheMiddleOfABody(t *testing.T) {
	t.Parallel()
	networks(t, func(t *testing.T, n *network) {
		n.field.fault(simulator.FaultRule{Fault: "reset", Operation: simulator.OpLimits})
		n.field.fault(simulator.FaultRule{Fault: "truncate", Operation: simulator.OpLimits})
		if _, body, err := received(n.send(n.limits())); !errors.Is(err, syscall.ECONNRESET) || json.Valid([]byte(body)) {
			t.Errorf("%q %v", body, err)
		}
	})
}

func TestATruncatedBodyIsShorterThanItsLength(t *testing.T) {
	t.Parallel()
	networks(t, func(t *testing.T, n *network) {
		for point, status := range map[simulator.Point]string{simulator.PointCommitted: "200", simulator.PointReceived: "502"} {
			id := n.field.fault(simulator.FaultRule{Fault: "truncate", Operation: simulator.OpLimits, Point: point})
			head, body, err := received(n.send(n.limits()))
			length, _ := strconv.Atoi(head.Get("Content-Length"))
			if err != nil || len(body) != length/2 || length == 0 || !strings.Contains(head.Get("Status"), status) {
				t.Errorf("%s: %v %q %v", point, head, body, err)
			}
			if head.Get("Countersign-Simulated") != "true" {
				t.Errorf("%s: not marked as simulated: %v", point, head)
			}
			n.field.remove(id)
		}
	})
}

func TestAHalfClosedConnectionStaysOpenUntilTheClientLeaves(t *testing.T) {
	t.Parallel()
	networks(t, func(t *testing.T, n *network) {
		n.field.fault(simulator.FaultRule{Fault: "half_close", Operation: simulator.OpLimits})
		conn := n.send(n.limits())
		head, body, err := received(conn) // up to the FIN
		if length, _ := strconv.Atoi(head.Get("Content-Length")); err != nil || len(body) != length/2 {
			t.Errorf("%v %q %v", head, body, err)
		}
		n.field.parked(1)
		if _, err := conn.Write([]byte("still here")); err != nil {
			t.Errorf("the other half is closed too: %v", err)
		}
		n.field.parked(1)
		_ = conn.Close()
		n.field.parked(0)
	})
}

func TestABodyDripsByTheClockOfTheWorld(t *testing.T) {
	t.Parallel()
	networks(t, func(t *testing.T, n *network) {
		f := n.field
		f.fault(simulator.FaultRule{Fault: "drip", Operation: simulator.OpLimits, DelayMS: 1000})
		conn := n.send(n.limits())
		f.parked(1)
		first := make([]byte, 4096)
		got, err := conn.Read(first)
		if _, body, _ := strings.Cut(string(first[:got]), "\r\n\r\n"); err != nil || body != "" {
			t.Fatalf("before its time: %q %v", body, err)
		}
		for i := 1; i <= 3; i++ {
			if _, err := f.engine.NextClock(t.Context(), f.world); err != nil {
				t.Fatal(err)
			}
			if piece, err := conn.Read(first); piece != 1 || err != nil {
				t.Fatalf("piece %d: %d bytes, %v", i, piece, err)
			}
			if now, _ := f.engine.Now(f.world); !now.Equal(start.Add(time.Duration(i) * time.Second)) {
				t.Errorf("piece %d came at %s", i, now)
			}
		}
		if _, err := f.engine.SetClock(t.Context(), f.world, start.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(conn); err != nil || !strings.HasSuffix(string(rest), "}") {
			t.Errorf("the rest: %q %v", rest, err)
		}
	})
}

func TestWithoutItsRuleADripBecomesAnAnswer(t *testing.T) {
	t.Parallel()
	networks(t, func(t *testing.T, n *network) {
		id := n.field.fault(simulator.FaultRule{Fault: "drip", Operation: simulator.OpLimits, DelayMS: 1000})
		conn := n.send(n.limits())
		n.field.parked(1)
		n.field.remove(id)
		if _, body, err := received(conn); err != nil || !json.Valid([]byte(body)) {
			t.Errorf("%q %v", body, err)
		}
	})
}

func TestAnEndlessBodyEndsWithItsClient(t *testing.T) {
	t.Parallel()
	networks(t, func(t *testing.T, n *network) {
		n.field.fault(simulator.FaultRule{Fault: "endless_body", Operation: simulator.OpLimits})
		conn := n.send(n.limits())
		const enough = 1 << 20
		if got, err := io.CopyN(io.Discard, conn, enough); err != nil {
			t.Fatalf("ended after %d bytes: %v", got, err)
		}
		n.field.parked(1)
		_ = conn.Close()
		n.field.parked(0)
	})
}

func TestAGzipBombUnpacksToMuchMoreThanItIs(t *testing.T) {
	t.Parallel()
	networks(t, func(t *testing.T, n *network) {
		n.field.fault(simulator.FaultRule{Fault: "gzip_bomb", Operation: simulator.OpLimits})
		head, body, err := received(n.send(n.limits()))
		if err != nil || head.Get("Content-Encoding") != "gzip" || len(body) > 1<<20 || head.Get("Content-Length") != strconv.Itoa(len(body)) {
			t.Fatalf("%v, %d bytes, %v", head, len(body), err)
		}
		unpacked, err := gzip.NewReader(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		const most = 8 << 20
		piece := make([]byte, 64<<10)
		for total := 0; total < most; {
			got, err := unpacked.Read(piece)
			if total += got; err != nil {
				t.Fatalf("only %d bytes: %v", total, err)
			}
			if len(bytes.TrimLeft(piece[:got], " ")) != 0 {
				t.Fatal("not blank")
			}
		}
	})
}

func TestBrokenAnswersEndWithTheirWorldAndTheEngine(t *testing.T) {
	t.Parallel()
	for _, rule := range []simulator.FaultRule{
		{Fault: "half_close", Operation: simulator.OpLimits},
		{Fault: "drip", Operation: simulator.OpLimits, DelayMS: 1000},
		{Fault: "endless_body", Operation: simulator.OpLimits},
	} {
		for name, end := range map[string]func(*field){
			"world deleted": func(f *field) { _ = f.engine.DeleteWorld(context.Background(), f.world) },
			"world reset":   func(f *field) { _ = f.engine.ResetWorld(context.Background(), f.world) },
			"engine closed": func(f *field) { f.engine.Close() },
		} {
			t.Run(rule.Fault+", "+name, func(t *testing.T) {
				t.Parallel()
				f := newField(t)
				n := &network{field: f, dial: func() (net.Conn, error) { return net.Dial("tcp", f.server.Listener.Addr().String()) }}
				f.fault(rule)
				conn := n.send(n.limits())
				f.parked(1)
				end(f)
				if _, err := io.Copy(io.Discard, conn); errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
					t.Errorf("never ended: %v", err)
				}
			})
		}
	}
}

func TestAWorldHoldsOnlySoManyBrokenAnswers(t *testing.T) {
	t.Parallel()
	f := newField(t)
	n := &network{field: f, dial: func() (net.Conn, error) { return net.Dial("tcp", f.server.Listener.Addr().String()) }}
	f.fault(simulator.FaultRule{Fault: "half_close", Operation: simulator.OpLimits})
	const most = 64
	for range most {
		n.send(n.limits())
	}
	f.parked(most)
	if _, _, err := received(n.send(n.limits())); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("one more: %v", err)
	}
	if view, err := f.engine.Clock(f.world); err != nil || view.Parked != most || view.Busy != 0 {
		t.Errorf("%+v %v", view, err)
	}
	if _, err := f.engine.Line("nowhere", ""); !errors.Is(err, engine.ErrWorldNotFound) {
		t.Errorf("a line in no world: %v", err)
	}
}

// remove takes a rule away.
func (f *field) remove(id string) {
	f.t.Helper()
	out, err := f.engine.Do(context.Background(), f.world, simulator.Input{Command: simulator.RemoveFault{ID: id}})
	if err != nil || out.Problem != nil {
		f.t.Fatalf("remove: %v %v", err, out.Problem)
	}
}

// isTimeout reports a deadline of the test's own connection.
func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
