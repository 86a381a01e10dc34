package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"countersign/fixtures"
	"countersign/internal/app"
)

// serveFlags are the flags of the commands that serve.
type serveFlags struct {
	data, fixtures, logLevel, logFormat, otlp             string
	protocol, control, platform, platformControl, console string
	controlToken, operatorToken, merchantToken            string
	simulatorURL, platformURL                             string
	demoFrom, temper, scenario                            string
	demoWait                                              time.Duration
	seed                                                  int64
	testClock, noDemo, selfCheck                          bool
}

// common adds the flags that all of them have.
func (f *serveFlags) common(cmd *cobra.Command, data, dataHelp string) {
	cmd.Flags().StringVar(&f.data, "data", data, dataHelp)
	cmd.Flags().StringVar(&f.fixtures, "fixtures", "", "folder with banks.yaml, channels.yaml, routes.yaml and people.yaml of your own")
	cmd.Flags().StringVar(&f.logLevel, "log-level", "warn", "debug, info, warn or error; the log goes to standard error")
	cmd.Flags().StringVar(&f.logFormat, "log-format", "text", "text or json; one line per event")
}

// simulator adds the flags of the simulator.
func (f *serveFlags) simulator(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.protocol, "protocol-addr", app.DefaultProtocol, "address of the channels")
	cmd.Flags().StringVar(&f.control, "control-addr", app.DefaultControl, "address of the control plane")
	cmd.Flags().StringVar(&f.controlToken, "control-token", "", "bearer token of the control plane; needed beyond loopback")
	cmd.Flags().StringVar(&f.simulatorURL, "simulator-url", "", "how platforms reach the channels, where that differs from the address")
	cmd.Flags().Int64Var(&f.seed, "seed", 0, "what the demo world's chance is drawn from; 0 draws one")
	cmd.Flags().StringVar(&f.otlp, "otlp-endpoint", "", "base URL of a collector that gets traces by OTLP over HTTP; OTEL_EXPORTER_OTLP_ENDPOINT counts too")
	cmd.Flags().BoolVar(&f.selfCheck, "self-check", false, "hold every answer and notification against the contract; end with an error if the simulator left it")
	f.temperFlag(cmd)
	cmd.Flags().StringVar(&f.scenario, "scenario", "", "file (YAML or JSON) that says what new worlds have: cards, faults, notification plans, temper, clock; examples in fixtures/scenarios")
	cmd.Flags().BoolVar(&f.noDemo, "no-demo", false, "no demo world, no demo merchant")
}

// orchestrator adds the flags of the orchestrator.
func (f *serveFlags) orchestrator(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.platform, "platform-addr", app.DefaultPlatform, "address of merchant and operator API")
	cmd.Flags().StringVar(&f.platformControl, "platform-control-addr", app.DefaultPlatformControl, "address of the merchants' test clocks, with --test-clock")
	cmd.Flags().StringVar(&f.operatorToken, "operator-token", "", "bearer token of the operator scope; drawn and kept if not given")
	cmd.Flags().StringVar(&f.merchantToken, "merchant-token", "", "bearer token of the demo merchant; drawn and kept if not given")
	cmd.Flags().StringVar(&f.platformURL, "platform-url", "", "how channels reach the orchestrator, where that differs from the address")
	cmd.Flags().BoolVar(&f.testClock, "test-clock", false, "time stands until it is moved (`countersign clock`)")
}

// config turns the flags into what package app starts.
func (f *serveFlags) config(stderr *os.File) (app.Config, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.logLevel)); err != nil {
		return app.Config{}, usage("--log-level "+f.logLevel+" is no level", "one of debug, info, warn, error")
	}
	handler, err := logHandler(stderr, f.logFormat, level)
	if err != nil {
		return app.Config{}, err
	}
	if f.seed < 0 || f.seed >= 1<<53 {
		return app.Config{}, usage("--seed is out of range", "give a number from 1 to 2^53-1, or 0 to draw one")
	}
	rates, err := oddities(os.Environ())
	if err != nil {
		return app.Config{}, err
	}
	config := app.Config{
		Simulator: app.SimulatorConfig{
			Protocol: f.protocol, Control: f.control, ControlToken: app.Secret(f.controlToken), PublicURL: f.simulatorURL,
			Virtual: f.testClock, Temper: app.TemperConfig{Temper: f.temper, Oddities: rates}, SelfCheck: f.selfCheck, Scenario: f.scenario,
		},
		Orchestrator: app.OrchestratorConfig{
			Platform: f.platform, OperatorToken: app.Secret(f.operatorToken), MerchantToken: app.Secret(f.merchantToken),
			TestClock: f.testClock, PublicURL: f.platformURL,
		},
		Console: app.ConsoleConfig{Addr: f.console},
		DataDir: f.data, Demo: !f.noDemo, Seed: uint64(f.seed),
		DemoFrom: f.demoFrom, DemoWait: f.demoWait,
		OTLP:    cmp.Or(f.otlp, os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")),
		Version: thisVersion().Version,
		Log:     slog.New(handler),
	}
	if f.testClock && f.platform != "" {
		config.Orchestrator.Control = f.platformControl
	}
	if f.fixtures != "" {
		folder := f.fixtures
		set, err := fixtures.LoadFS(fixtures.Folder(folder)) // at once: who names a folder wants to know
		if err != nil {
			return config, fmt.Errorf("%s: %w", folder, err)
		}
		config.Fixtures = func() (*fixtures.Set, error) { return set, nil }
	}
	return config, nil
}

// logHandler writes the log in the wanted format.
func logHandler(to io.Writer, format string, level slog.Level) (slog.Handler, error) {
	options := &slog.HandlerOptions{Level: level}
	switch format {
	case "text":
		return slog.NewTextHandler(to, options), nil
	case "json":
		return slog.NewJSONHandler(to, options), nil
	}
	return nil, usage("--log-format "+format+" is no format", "one of text, json")
}

// stay starts, says when everything is ready, and stays until it is told to stop.
func (c *console) stay(ctx context.Context, f *serveFlags, ready func(*instance) error) error {
	config, err := f.config(os.Stderr)
	if err != nil {
		return err
	}
	app.TendMemory()
	running, err := app.Start(ctx, config)
	if err != nil {
		if ctx.Err() != nil {
			return nil // told to stop before it was ready
		}
		return err
	}
	defer func() { _ = running.Close() }()
	at, err := describe(running, f.data)
	if err != nil {
		return err
	}
	if f.data != "" {
		if err := at.announce(); err != nil {
			return err
		}
		defer at.leave()
	}
	if err := ready(at); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		_ = running.Close() // what is under way may break the contract still
		return running.LeftContract()
	case err := <-running.Failed():
		return fmt.Errorf("stopped serving: %w", err)
	}
}

// announce writes the state file into the data folder, for the commands that look for the instance.
func (i *instance) announce() error { return writePrivate(filepath.Join(i.Data, instanceFile), i) }

// leave takes the state file away, unless another process has put its own there.
func (i *instance) leave() {
	if now, err := running(i.Data); err == nil && now.PID == i.PID {
		_ = os.Remove(filepath.Join(i.Data, instanceFile))
	}
}
