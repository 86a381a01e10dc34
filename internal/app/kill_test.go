package app_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"syscall"
	"testing"

	"countersign/internal/app"
	"countersign/internal/memnet"
)

func TestAfterAKillTheFolderCanBeTakenUpAgain(t *testing.T) {
	t.Parallel()
	network := &memnet.Network{}
	config := app.Config{
		Orchestrator: app.OrchestratorConfig{Platform: "platform.test:80"},
		DataDir:      filepath.Join(t.TempDir(), "data"),
		Network:      app.Network{Listen: network.Listen, DialContext: network.DialContext},
	}
	first := start(t, config)
	first.Kill()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, first.Addresses().Platform+"/livez", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := first.Transport().RoundTrip(request)
	if !errors.Is(err, syscall.ECONNREFUSED) {
		if err == nil {
			_ = response.Body.Close()
		}
		t.Errorf("a killed orchestrator: %v, want that the connection is refused", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := start(t, config)
	if status, _ := get(t, second, second.Addresses().Platform+"/readyz"); status != http.StatusOK {
		t.Errorf("readyz after the new start: %d", status)
	}
}
