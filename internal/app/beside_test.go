package app

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheProtocolPortIsTheOneThatTheControlPortTells(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ control, told, want string }{
		{"http://127.0.0.1:9001", "http://127.0.0.1:9000", "http://127.0.0.1:9000"},
		{"http://simulator:7101", "http://127.0.0.1:9000", "http://simulator:9000"},
		{"http://simulator:7101", "http://127.0.0.1", "http://simulator:80"},
		{"http://simulator:7101", "https://channels.example.test", "https://channels.example.test"},
		{"http://simulator:7101", "", ""},
	} {
		if got := protocolBeside(row.control, row.told); got != row.want {
			t.Errorf("%s beside %s: %s, want %s", row.told, row.control, got, row.want)
		}
	}
}

func TestAControlPortThatDoesNotTellWhereTheChannelsAreNeedsAnAddress(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"world_id":"demo","seed":7}`))
	}))
	t.Cleanup(server.Close)
	_, err := Start(t.Context(), Config{
		Orchestrator: OrchestratorConfig{Platform: "127.0.0.1:0"}, Demo: true, DemoFrom: server.URL,
	})
	if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), "--simulator-url") {
		t.Errorf("%v", err)
	}
}
