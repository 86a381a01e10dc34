package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"countersign/internal/app"
	"countersign/internal/memnet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inMemory is everything, over connections in memory.
func inMemory() app.Config {
	network := &memnet.Network{}
	return app.Config{
		Simulator: app.SimulatorConfig{Protocol: "simulator.test:80", Control: "control.simulator.test:80", Virtual: true},
		Orchestrator: app.OrchestratorConfig{
			Platform: "platform.test:80", Control: "control.platform.test:80", OperatorToken: app.NewSecret(), TestClock: true,
		},
		Console: app.ConsoleConfig{Addr: "console.test:80"},
		Demo:    true, Seed: 7,
		Network: app.Network{Listen: network.Listen, DialContext: network.DialContext},
	}
}

func TestEverythingIsReadyWhenStartReturns(t *testing.T) {
	t.Parallel()
	running := start(t, inMemory())
	a := running.Addresses()
	for name, url := range map[string]string{
		"simulator": a.Protocol + "/readyz", "control": a.Control + "/livez", "platform": a.Platform + "/readyz",
		"platform control": a.PlatformControl + "/livez", "page": a.Console + "/",
	} {
		if status, _ := get(t, running, url); status != http.StatusOK {
			t.Errorf("%s: status %d", name, status)
		}
	}
}

func TestTheDemoIsProvisionedAtEveryChannel(t *testing.T) {
	t.Parallel()
	config := inMemory()
	running := start(t, config)
	demo, err := running.Demo()
	if err != nil {
		t.Fatal(err)
	}
	if demo.World != app.DemoWorld || demo.Seed != 7 || demo.Bank != "ICBC" || len(demo.Channels) < 8 {
		t.Errorf("demo %+v", demo)
	}
	if strings.Contains(demo.MaskedCard, "000000") {
		t.Error("the demo card is not masked")
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, running.Addresses().Platform+"/operator/v1/merchants/demo", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+config.Orchestrator.OperatorToken.Reveal())
	status, body := do(t, running, request)
	var merchant struct {
		Channels []string `json:"channels"`
	}
	if err := json.Unmarshal(body, &merchant); status != http.StatusOK || err != nil || len(merchant.Channels) != len(demo.Channels) {
		t.Errorf("status %d, channels %v, error %v", status, merchant.Channels, err)
	}
}

func TestADataFolderOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	demos := make([]app.Demo, 0, 2)
	for range 2 {
		config := inMemory()
		config.DataDir, config.Seed, config.Orchestrator.OperatorToken = folder, 0, ""
		running := start(t, config)
		demo, err := running.Demo()
		if err != nil {
			t.Fatal(err)
		}
		demos = append(demos, demo)
		if err := running.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if demos[0].Seed != demos[1].Seed || demos[0].OperatorToken != demos[1].OperatorToken || demos[0].MerchantToken != demos[1].MerchantToken {
		t.Error("the second start has another seed or other tokens than the first")
	}
}

func TestAnotherSeedThanTheFoldersIsRefused(t *testing.T) {
	t.Parallel()
	config := inMemory()
	config.DataDir = filepath.Join(t.TempDir(), "data")
	if err := start(t, config).Close(); err != nil {
		t.Fatal(err)
	}
	again := inMemory()
	again.DataDir, again.Seed = config.DataDir, config.Seed+1
	if _, err := app.Start(t.Context(), again); !errors.Is(err, app.ErrConfig) {
		t.Errorf("error %v, want ErrConfig", err)
	}
}

func TestATakenPortLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	config := app.Default(filepath.Join(t.TempDir(), "data"))
	config.Simulator.Protocol, config.Simulator.Control = "127.0.0.1:0", "127.0.0.1:0"
	config.Console.Addr = "127.0.0.1:0"
	config.Orchestrator.Platform = taken.Addr().String()
	if _, err := app.Start(t.Context(), config); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("error %v, want EADDRINUSE", err)
	}
}

func TestAnEndedContextStopsAWaitForAnotherSimulator(t *testing.T) {
	t.Parallel()
	config := inMemory()
	config.Simulator, config.Console = app.SimulatorConfig{}, app.ConsoleConfig{}
	config.DemoFrom = "http://nobody.test"
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := app.Start(ctx, config); err == nil {
		t.Error("started without a simulator")
	}
}

func TestASimulatorByItselfMakesItsDemoWorldWhenItIsFirstAskedFor(t *testing.T) {
	t.Parallel()
	config := inMemory()
	config.Orchestrator, config.Console = app.OrchestratorConfig{}, app.ConsoleConfig{}
	running := start(t, config)
	if status, _ := get(t, running, running.Addresses().Control+"/readyz"); status != http.StatusOK {
		t.Errorf("readyz: status %d", status)
	}
	status, body := get(t, running, running.Addresses().Control+"/v1/worlds/demo")
	if status != http.StatusOK || !strings.Contains(string(body), `"seed":7`) {
		t.Errorf("demo world: status %d", status)
	}
}

// start starts an app that ends with the test.
func start(t *testing.T, config app.Config) *app.App {
	t.Helper()
	running, err := app.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close() })
	return running
}

// get reads a URL.
func get(t *testing.T, running *app.App, url string) (int, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, running, request)
}

// do sends a request over the app's network.
func do(t *testing.T, running *app.App, request *http.Request) (int, []byte) {
	t.Helper()
	response, err := running.Transport().RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, body
}
