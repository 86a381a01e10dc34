package app_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"countersign/internal/app"
)

func TestTheDefaultConfigIsValid(t *testing.T) {
	t.Parallel()
	config := app.Default("countersign-data")
	if err := config.Validate(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatCannotBeStartedIsRefusedByName(t *testing.T) {
	t.Parallel()
	strong := app.NewSecret()
	tests := map[string]struct {
		change func(*app.Config)
		want   string // "" when it is fine
	}{
		"nothing to start":          {func(c *app.Config) { *c = app.Config{} }, "neither"},
		"no port":                   {func(c *app.Config) { c.Simulator.Protocol = "127.0.0.1" }, "simulator address"},
		"port that is no number":    {func(c *app.Config) { c.Simulator.Control = "127.0.0.1:http" }, "number"},
		"port out of range":         {func(c *app.Config) { c.Console.Addr = "127.0.0.1:70000" }, "console"},
		"half a simulator":          {func(c *app.Config) { c.Simulator.Control = "" }, "two ports"},
		"clock port without clocks": {func(c *app.Config) { c.Orchestrator.Control = "127.0.0.1:0" }, "test clocks"},
		"clocks without their port": {func(c *app.Config) { c.Orchestrator.TestClock = true }, "control port"},
		"clock of a simulator alone": {func(c *app.Config) {
			c.Orchestrator, c.Console.Addr = app.OrchestratorConfig{TestClock: true}, ""
		}, ""},
		"demo from no URL":             {func(c *app.Config) { c.DemoFrom = "127.0.0.1:7101" }, "http://"},
		"page without a platform":      {func(c *app.Config) { c.Orchestrator.Platform = "" }, "page"},
		"control open without token":   {func(c *app.Config) { c.Simulator.Control = "0.0.0.0:7101" }, "128 bits"},
		"control open with weak token": {func(c *app.Config) { c.Simulator.Control = ":7101"; c.Simulator.ControlToken = "secret" }, "128 bits"},
		"control open, all the same": {func(c *app.Config) {
			c.Simulator.Control = ":7101"
			c.Simulator.ControlToken = app.Secret(strings.Repeat("a", 40))
		}, "128 bits"},
		"control open with token":     {func(c *app.Config) { c.Simulator.Control = "0.0.0.0:7101"; c.Simulator.ControlToken = strong }, ""},
		"platform open without token": {func(c *app.Config) { c.Orchestrator.Platform = "[::]:7200" }, "orchestrator address"},
		"platform open with token":    {func(c *app.Config) { c.Orchestrator.Platform = "[::]:7200"; c.Orchestrator.OperatorToken = strong }, ""},
		"channels open":               {func(c *app.Config) { c.Simulator.Protocol = "0.0.0.0:7100" }, ""},
		"loopback by name":            {func(c *app.Config) { c.Simulator.Control = "localhost:7101" }, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := app.Default("")
			tt.change(&config)
			err := config.Validate()
			if tt.want == "" {
				if err != nil {
					t.Errorf("error %v, want none", err)
				}
				return
			}
			if !errors.Is(err, app.ErrConfig) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want ErrConfig in one line with %q", err, tt.want)
			}
			if advice, ok := errors.AsType[*app.ConfigError](err); !ok || advice.Next == "" {
				t.Errorf("error %v does not say what to do next", err)
			}
		})
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	secret := app.NewSecret()
	if !secret.Strong() {
		t.Error("a drawn secret is not strong")
	}
	printed := fmt.Sprintf("%s %v %+v %q %x %#v", secret, secret, secret, secret, secret, secret)
	if strings.Contains(printed, secret.Reveal()) {
		t.Errorf("printed %s", printed)
	}
	config := app.Default("")
	config.Orchestrator.OperatorToken = secret
	if printed := fmt.Sprintf("%v %+v %#v", config, config, config); strings.Contains(printed, secret.Reveal()) {
		t.Error("a printed config shows its secrets")
	}
}
