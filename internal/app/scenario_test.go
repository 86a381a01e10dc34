package app_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/internal/app"
)

// scenarioFile writes a scenario file.
func scenarioFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// alone is a simulator by itself, in memory.
func alone() app.Config {
	config := inMemory()
	config.Orchestrator, config.Console = app.OrchestratorConfig{}, app.ConsoleConfig{}
	config.Simulator.Virtual, config.Seed = false, 0
	return config
}

const morning = `seed: 77
clock: {mode: virtual, start: "2018-06-06T04:00:00Z"}
temper: realistic
channels: [bridge-pay]
members:
  - merchant: second
faults:
  - {effect: withhold_reply, operation: charge, point: committed, times: 1}
notification_plans:
  - {sendings: [], times: 3, match: {event_type: charge.succeeded}}
`

func TestTheDemoWorldIsMadeAfterAScenario(t *testing.T) {
	t.Parallel()
	for name, durable := range map[string]bool{"in memory": false, "durable": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := alone()
			config.Simulator.Scenario = scenarioFile(t, morning)
			if durable {
				config.DataDir = t.TempDir()
			}
			wanted := []string{`"seed":77`, `"virtual":true`, `"now":"2018-06-06T04:00:00Z"`, `"temper":"realistic"`, `"merchant":"second"`}
			first := start(t, config)
			has(t, first, "", wanted...)
			has(t, first, "/faults", `"withhold_reply"`)
			has(t, first, "/notification-plans", `"times":3`)
			if err := first.Close(); err != nil || !durable {
				return
			}
			config.Simulator.Scenario = scenarioFile(t, strings.Replace(morning, "seed: 77", "seed: 78", 1))
			again := start(t, config)
			has(t, again, "", wanted...)
			_, body := get(t, again, again.Addresses().Control+"/v1/worlds/"+app.DemoWorld+"/faults")
			if strings.Count(string(body), `"source":"rule"`) != 1 {
				t.Errorf("put in twice: %s", body)
			}
		})
	}
}

// has wants parts in what the control plane says about the demo world.
func has(t *testing.T, running *app.App, path string, parts ...string) {
	t.Helper()
	status, body := get(t, running, running.Addresses().Control+"/v1/worlds/"+app.DemoWorld+path)
	for _, part := range parts {
		if status != http.StatusOK || !strings.Contains(string(body), part) {
			t.Errorf("%s %d: no %s in %s", path, status, part, body)
		}
	}
}

func TestAScenarioThatDoesNotFitStopsTheStartAndLeavesNoWorldBehind(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ text, says string }{
		"unknown member":  {"seed: 1\nsede: 1\n", "line 2"},
		"no such channel": {"channels: [nowhere]\n", "line 1: /channels/0"},
		"no effect":       {"seed: 3\nfaults:\n  - effect: withhold_reply\n    channel_id: nowhere\n", "line 4: /faults/0/channel_id"},
		"a real card":     {"cards:\n  - elements: {name: 甲, id_type: resident_id, id_number: \"110101199001011234\", card_number: \"6222021234567890123\", mobile: \"13900000017\"}\n", "line 2: /cards/0"},
		"a merchant":      {"members:\n  - merchant: demo\n", "line 2: /members/0/merchant"},
		"real, but set":   {"clock:\n  mode: real\n  start: \"2018-06-06T04:00:00Z\"\n", "line 3: /clock/start"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := alone()
			config.DataDir, config.Simulator.Scenario = t.TempDir(), scenarioFile(t, row.text)
			running, err := app.Start(t.Context(), config)
			if running != nil {
				_ = running.Close()
			}
			if !errors.Is(err, app.ErrConfig) || !strings.Contains(err.Error(), row.says) || strings.Contains(err.Error(), "622202") {
				t.Fatalf("%v", err)
			}
			if _, err := os.Stat(filepath.Join(config.DataDir, "world", "demo.log")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a world was left behind: %v", err)
			}
			config.Simulator.Scenario = ""
			network := inMemory().Network // the ports of the first belong to it
			config.Network = network
			start(t, config)
		})
	}
}

func TestAnOrchestratorThatCannotFollowAVirtualClockIsRefused(t *testing.T) {
	t.Parallel()
	config := inMemory()
	config.Simulator.Virtual, config.Orchestrator.TestClock, config.Orchestrator.Control = false, false, ""
	config.Simulator.Scenario = scenarioFile(t, "clock: {mode: virtual}\n")
	running, err := app.Start(t.Context(), config)
	if running != nil {
		_ = running.Close()
	}
	if !errors.Is(err, app.ErrConfig) || !strings.Contains(err.Error(), "--test-clock") {
		t.Errorf("%v", err)
	}
}

func TestWorldsMadeLaterTakeFromTheScenarioWhatTheirRequestLeavesOut(t *testing.T) {
	t.Parallel()
	config := alone()
	config.Simulator.Scenario = scenarioFile(t, morning)
	running := start(t, config)
	for name, row := range map[string]struct {
		body  string
		wants []string
	}{
		"nothing asked":       {`{"world_id":"one"}`, []string{`"seed":77`, `"virtual":true`, `"temper":"realistic"`, `"merchant":"second"`}},
		"another seed":        {`{"world_id":"two","seed":5,"temper":"friendly"}`, []string{`"seed":5`, `"virtual":true`, `"temper":"friendly"`, `"merchant":"second"`}},
		"no members, a clock": {`{"world_id":"three","members":[],"clock":{"mode":"real"}}`, []string{`"virtual":false`, `"temper":"realistic"`}},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, running.Addresses().Control+"/v1/worlds", strings.NewReader(row.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		response, err := running.Transport().RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != http.StatusCreated {
			t.Fatalf("%s: %d %s %v", name, response.StatusCode, body, err)
		}
		for _, part := range row.wants {
			if !strings.Contains(string(body), part) {
				t.Errorf("%s: no %s", name, part)
			}
		}
		if second := strings.Contains(string(body), `"merchant":"second"`); second == strings.Contains(row.body, "members") {
			t.Errorf("%s: second merchant %v", name, second)
		}
	}
}
