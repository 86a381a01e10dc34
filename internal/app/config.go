package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
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
	// Seed is the demo world's. 0 draws one when the world is made.
	Seed uint64
	// Fixtures gives banks, channels and people; nil is those of this program. It is called when first needed.
	Fixtures func() (*fixtures.Set, error)
	// Network carries everything; the zero value is TCP.
	Network Network
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
	// PublicURL is how platforms reach the protocol port; empty: derived from the listener.
	PublicURL string
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
		guarded    bool // has a token that opens it
	}
	places := []place{
		{"simulator address", c.Simulator.Protocol, "", false},
		{"simulator control address", c.Simulator.Control, c.Simulator.ControlToken, true},
		{"orchestrator address", c.Orchestrator.Platform, c.Orchestrator.OperatorToken, true},
		{"orchestrator control address", c.Orchestrator.Control, c.Orchestrator.OperatorToken, true},
		{"console address", c.Console.Addr, c.Simulator.ControlToken, true},
	}
	for _, p := range places {
		if p.addr == "" {
			continue
		}
		host, err := checkAddress(p.addr)
		if err != nil {
			return fmt.Errorf("%w: %s %q: %s", ErrConfig, p.name, p.addr, err.Error())
		}
		if p.guarded && c.Network.isTCP() && !isLoopback(host) && !p.token.Strong() {
			return fmt.Errorf("%w: %s %q is open to others: give a token of at least 128 bits, for instance `openssl rand -hex 16`",
				ErrConfig, p.name, p.addr)
		}
	}
	return c.checkParts()
}

// checkParts refuses parts that need each other and do not have each other.
func (c *Config) checkParts() error {
	switch {
	case c.Simulator.Protocol == "" && c.Orchestrator.Platform == "":
		return fmt.Errorf("%w: neither a simulator nor an orchestrator has an address: give one", ErrConfig)
	case (c.Simulator.Protocol == "") != (c.Simulator.Control == ""):
		return fmt.Errorf("%w: the simulator has two ports: give both addresses", ErrConfig)
	case c.Orchestrator.Control != "" && !c.Orchestrator.TestClock:
		return fmt.Errorf("%w: the orchestrator's control port moves test clocks only: allow test clocks or leave it out", ErrConfig)
	case c.Orchestrator.TestClock && c.Orchestrator.Control == "":
		return fmt.Errorf("%w: test clocks are set through the orchestrator's control port: give it an address", ErrConfig)
	case c.Console.Addr != "" && (c.Simulator.Protocol == "" || c.Orchestrator.Platform == ""):
		return fmt.Errorf("%w: the page shows both sides: start simulator and orchestrator with it", ErrConfig)
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
