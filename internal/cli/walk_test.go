package cli

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTheWalkMovesTheTimeThatStands has `up --test-clock` print a walk that can end.
func TestTheWalkMovesTheTimeThatStands(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	printSteps(&out, &instance{Data: defaultData, PlatformControl: "http://127.0.0.1:7201"})
	before, _, found := strings.Cut(out.String(), "\ncs call show --wait")
	if lines := strings.Split(before, "\n"); !found || !strings.HasPrefix(lines[len(lines)-1], "cs clock pass 1m") {
		t.Errorf("no line moves the clocks before the outcome is waited for:\n%s", out.String())
	}
	for line := range strings.SplitSeq(out.String(), "\n") {
		if len(line) > 80 && !strings.HasPrefix(line, "cs() ") {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
	out.Reset()
	if printSteps(&out, &instance{Data: defaultData}); strings.Contains(out.String(), "clock") {
		t.Error("the walk by real time moves clocks")
	}
}

// TestWaitingIsRefusedWhereTimeStands asks for an outcome that only time can bring.
func TestWaitingIsRefusedWhereTimeStands(t *testing.T) {
	t.Parallel()
	const still = `{"now":"2018-06-06T11:30:00Z","virtual":true,"busy":0,"parked":0,"open_calls":0,"activity":3}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasPrefix(r.URL.Path, "/v1/payments/") {
			_, _ = io.WriteString(w, `{"payment_id":"pay_1","status":"processing"}`)
			return
		}
		_, _ = io.WriteString(w, still)
	}))
	defer server.Close()
	folder := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(notesFile, `{"payment_id":"pay_1"}`)
	write(instanceFile, `{"ready":true,"world":"demo","merchant":"demo","control_url":"`+server.URL+`","platform_url":"`+server.URL+`","platform_control_url":"`+server.URL+`"}`)
	cmd := newRoot(&console{out: io.Discard, err: io.Discard})
	cmd.SetArgs([]string{"call", "show", "--wait", "--data", folder})
	begun := time.Now()
	err := cmd.ExecuteContext(t.Context())
	if err == nil || !strings.Contains(err.Error(), "clock stands at 2018-06-06") || !strings.Contains(err.Error(), "countersign clock pass 1m") {
		t.Errorf("%v", err)
	}
	if time.Since(begun) > 10*time.Second {
		t.Error("it has waited first")
	}
}
