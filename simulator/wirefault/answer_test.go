package wirefault_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"countersign/internal/memnet"
	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/wirefault"
)

// TestMain fails the package when its tests leave goroutines behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// body is the true answer of the tests.
const body = `{"status":"succeeded"}`

// world makes an engine with a world on real time.
func world(t *testing.T) (*engine.Engine, string) {
	t.Helper()
	template, err := simulator.Compile(simulator.Universe{})
	if err != nil {
		t.Fatal(err)
	}
	e := engine.New(engine.Options{})
	t.Cleanup(e.Close)
	info, err := e.CreateWorld(t.Context(), engine.NewWorld{Template: template})
	if err != nil {
		t.Fatal(err)
	}
	return e, info.ID
}

// get asks a server that answers with the fault and gives back all that came.
func get(t *testing.T, e *engine.Engine, worldID string, fault simulator.WireFault, inMemory bool) (string, error) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		wirefault.Answer(w, e, worldID, fault, http.StatusCreated, []byte(body))
	}))
	dial := net.Dial
	if inMemory {
		inside := &memnet.Network{}
		listener, err := inside.Listen("tcp", "door:80")
		if err != nil {
			t.Fatal(err)
		}
		_ = server.Listener.Close()
		server.Listener, dial = listener, inside.Dial
	}
	server.Start()
	defer server.Close()
	conn, err := dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: door\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(io.LimitReader(conn, 1<<20))
	return string(all), err
}

func TestWhatComesOverTheConnection(t *testing.T) {
	t.Parallel()
	half := body[:len(body)/2]
	for name, row := range map[string]struct {
		fault simulator.WireFault
		ends  string // the last bytes; "" for nothing at all
		reset bool
	}{
		"whole but slow": {simulator.WireFault{Pause: time.Millisecond}, "\r\n\r\n" + body, false},
		"truncated":      {simulator.WireFault{Ending: simulator.EndingTruncate}, "Content-Length: 22\r\n\r\n" + half, false},
		"half, slowly":   {simulator.WireFault{Ending: simulator.EndingHalfClose, Pause: time.Millisecond}, "\r\n\r\n" + half, false},
		"reset":          {simulator.WireFault{Ending: simulator.EndingReset}, "", true},
		"endless":        {simulator.WireFault{Ending: simulator.EndingEndlessBody}, "     ", false},
	} {
		for _, inMemory := range []bool{false, true} {
			e, id := world(t)
			got, err := get(t, e, id, row.fault, inMemory)
			if errors.Is(err, syscall.ECONNRESET) != row.reset || !row.reset && err != nil {
				t.Errorf("%s, in memory %v: %v", name, inMemory, err)
			}
			if (row.ends == "") != (got == "") || !strings.Contains(got, row.ends) {
				t.Errorf("%s, in memory %v: %q", name, inMemory, got[:min(len(got), 400)])
			}
			if got != "" && !strings.HasPrefix(got, "HTTP/1.1 201 Created\r\n") {
				t.Errorf("%s: %q", name, got[:20])
			}
		}
	}
}

func TestWithoutItsWorldAConnectionIsReset(t *testing.T) {
	t.Parallel()
	e, _ := world(t)
	if got, err := get(t, e, "nowhere", simulator.WireFault{Ending: simulator.EndingHalfClose}, false); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%q %v", got, err)
	}
}

func TestWithoutAConnectionTheHandlerIsAborted(t *testing.T) {
	t.Parallel()
	e, id := world(t)
	defer func() {
		if value := recover(); value != http.ErrAbortHandler { //nolint:errorlint,err113 // net/http compares with == too
			t.Errorf("recovered %v", value)
		}
	}()
	wirefault.Answer(httptest.NewRecorder(), e, id, simulator.WireFault{Ending: simulator.EndingTruncate}, http.StatusOK, []byte(body))
}
