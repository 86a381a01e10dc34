package app_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"countersign/internal/app"
)

func TestTheDemoWorldTakesTheTemperThatIsConfigured(t *testing.T) {
	t.Parallel()
	config := inMemory()
	config.Simulator.Temper = app.TemperConfig{Temper: "realistic", Oddities: map[string]int{"sms_lost": 7}}
	running := start(t, config)
	status, body := get(t, running, running.Addresses().Control+"/v1/worlds/"+app.DemoWorld)
	for _, part := range []string{`"temper":"realistic"`, `"sms_lost":7`, `"key_rotation":0`} {
		if status != http.StatusOK || !strings.Contains(string(body), part) {
			t.Errorf("%d: no %s", status, part)
		}
	}
}

func TestATemperOrAnOddityThatThereIsNotIsRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	for _, wrong := range []app.TemperConfig{
		{Temper: "angry"}, {Oddities: map[string]int{"sms_lots": 1}}, {Oddities: map[string]int{"sms_lost": 1001}},
	} {
		config := inMemory()
		config.Simulator.Temper = wrong
		running, err := app.Start(t.Context(), config)
		if !errors.Is(err, app.ErrConfig) {
			t.Errorf("%+v: %v", wrong, err)
		}
		if running != nil {
			_ = running.Close()
		}
	}
}
