package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"time"

	"countersign/fixtures"
)

// The addresses of `up`, one port each; port 0 picks a free one.
const (
	DefaultProtocol        = "127.0.0.1:7100"
	DefaultControl         = "127.0.0.1:7101"
	DefaultPlatform        = "127.0.0.1:7200"
	DefaultPlatformControl = "127.0.0.1:7201"
	DefaultConsole         = "127.0.0.1:7300"
)

// Names of the demo world and of the merchant in it.
const (
	DemoWorld    = "demo"
	DemoMerchant = "demo"
)

// ErrConfig is wrapped by every error about a Config: nothing was started.
var ErrConfig = errors.New("configuration")

// ConfigError is an ErrConfig that knows what to do next.
type ConfigError struct{ What, Next string }

// Error is both in one line.
func (e *ConfigError) Error() string { return e.What + ": " + e.Next }

// Is makes it an ErrConfig.
func (e *ConfigError) Is(target error) bool { return target == ErrConfig }

// Config says what to start and where. A part without an address is not started. The zero value starts nothing.
type Config struct {
	Simulator    SimulatorConfig
	Orchestrator OrchestratorConfig
	Console      ConsoleConfig

	// DataDir keeps the durable world and the orchestrator's store. Empty: everything is in memory.
	DataDir string
	// Demo makes the demo world, and the demo merchant at the orchestrator; both only where they are missing.
	Demo bool
	// DemoFrom is the control port (base URL) of a simulator elsewhere, whose demo world the demo merchant is set up for.
	// With a simulator in this program it is empty.
	DemoFrom string
	// DemoWait is how long that simulator may take to come up.
	DemoWait time.Duration
	// Seed is the demo world's. 0 draws one when the world is made.
	Seed uint64
	// Fixtures gives banks, channels and people; nil is those of this program. It is called when first needed.
	Fixtures func() (*fixtures.Set, error)
	// Network carries everything; the zero value is TCP.
	Network Network
	// OTLP is the base URL of a collector that gets spans; empty: none are made.
	OTLP string
	// Version is what the parts say of themselves.
	Version string
	// Log gets what operators should know; nil discards.
	Log *slog.Logger
}

// SimulatorConfig places the simulator's two ports.
type SimulatorConfig struct {
	Protocol string // host:port of the protocol port; empty: no simulator
	Control  string // host:port of the control port
	// ControlToken guards the control port; it may be empty on a loopback address.
	ControlToken Secret
	// SelfCheck holds every answer and notification against the contract.
	SelfCheck bool
	// PublicURL is how platforms reach the protocol port; empty: derived from the listener.
	PublicURL string
	// Temper is the demo world's.
	Temper TemperConfig
	// Scenario is the path of a scenario file: what the demo world has when it is first made, and what worlds made
	// later have where their request says nothing. Empty: none.
	Scenario string
	// Virtual lets the demo world's time stand until the control port moves it.
	Virtual bool
}

// OrchestratorConfig places the orchestrator.
type OrchestratorConfig struct {
	Platform string // host:port of merchant and operator API; empty: no orchestrator
	Control  string // host:port of the test clocks; empty: none. Needs TestClock.
	// OperatorToken opens the operator scope. Empty: one is drawn, and kept in the data folder.
	OperatorToken Secret
	// MerchantToken is the demo merchant's. Empty: one is drawn, and kept in the data folder.
	MerchantToken Secret
	// TestClock lets merchants live by clocks that the control port sets.
	TestClock bool
	// PublicURL is how channels reach the notification endpoint; empty: derived from the listener.
	PublicURL string
	// CallTimeout of a channel call; 0 is the default of the engine.
	CallTimeout time.Duration
}

// ConsoleConfig places the page.
type ConsoleConfig struct {
	Addr string // host:port; empty: no page
}

// Default is what `up` starts: everything on loopback, the demo in the given data folder.
func Default(dataDir string) Config {
	return Config{
		Simulator:    SimulatorConfig{Protocol: DefaultProtocol, Control: DefaultControl},
		Orchestrator: OrchestratorConfig{Platform: DefaultPlatform},
		Console:      ConsoleConfig{Addr: DefaultConsole},
		DataDir:      dataDir,
		Demo:         true,
	}
}

// Validate refuses what cannot be started, with one line that names the member and says what to do.
func (c *Config) Validate() error {
	type place struct {
		name, addr string
		token      Secret
		flag       string // of the token that opens it; "" where there is none
	}
	places := []place{
		{"simulator address", c.Simulator.Protocol, "", ""},
		{"simulator control address", c.Simulator.Control, c.Simulator.ControlToken, "--control-token"},
		{"orchestrator address", c.Orchestrator.Platform, c.Orchestrator.OperatorToken, "--operator-token"},
		{"orchestrator control address", c.Orchestrator.Control, c.Orchestrator.OperatorToken, "--operator-token"},
		{"console address", c.Console.Addr, c.Simulator.ControlToken, "--control-token"},
	}
	for _, p := range places {
		if p.addr == "" {
			continue
		}
		host, err := checkAddress(p.addr)
		if err != nil {
			return &ConfigError{What: fmt.Sprintf("%s %q is none", p.name, p.addr), Next: err.Error()}
		}
		if p.flag != "" && c.Network.isTCP() && !isLoopback(host) && !p.token.Strong() {
			return &ConfigError{
				What: fmt.Sprintf("%s %q is open to others", p.name, p.addr),
				Next: "give " + p.flag + " at least 128 bits, for instance of `openssl rand -hex 16`",
			}
		}
	}
	if err := c.Simulator.Temper.check(); err != nil {
		return err
	}
	return c.checkParts()
}

// checkParts refuses parts that need each other and do not have each other.
func (c *Config) checkParts() error {
	refuse := func(what, next string) error { return &ConfigError{What: what, Next: next} }
	from, err := url.Parse(c.DemoFrom)
	switch {
	case c.DemoFrom != "" && (err != nil || from.Scheme != "http" && from.Scheme != "https" || from.Host == ""):
		return refuse("the simulator's control port "+strconv.Quote(c.DemoFrom)+" is no URL", "write it as http://127.0.0.1:7101")
	case c.Simulator.Protocol == "" && c.Orchestrator.Platform == "":
		return refuse("neither a simulator nor an orchestrator has an address", "give one")
	case (c.Simulator.Protocol == "") != (c.Simulator.Control == ""):
		return refuse("the simulator has two ports", "give both addresses")
	case c.Orchestrator.Control != "" && !c.Orchestrator.TestClock:
		return refuse("the orchestrator's control port moves test clocks only", "allow test clocks or leave it out")
	case c.Orchestrator.TestClock && c.Orchestrator.Platform != "" && c.Orchestrator.Control == "":
		return refuse("test clocks are set through the orchestrator's control port", "give it an address")
	case c.Console.Addr != "" && (c.Simulator.Protocol == "" || c.Orchestrator.Platform == ""):
		return refuse("the page shows both sides", "start simulator and orchestrator with it, or leave it out")
	}
	return nil
}

// checkAddress takes host:port apart.
func checkAddress(addr string) (host string, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", errors.New("host:port is wanted, for instance 127.0.0.1:7100")
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return "", errors.New("the port is a number from 0 to 65535")
	}
	return host, nil
}

// isLoopback reports whether only this machine can reach a host.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// logger is the log, or one that discards.
func (c *Config) logger() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}

// fixtures gives the field, of this program unless another was named.
func (c *Config) fixtures() (*fixtures.Set, error) {
	load := c.Fixtures
	if load == nil {
		load = fixtures.Load
	}
	set, err := load()
	if err != nil {
		return nil, fmt.Errorf("field: %w", err)
	}
	return set, nil
}
