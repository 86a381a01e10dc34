// Package docker starts Countersign in a container, for tests with testcontainers-go: Run, and a method for the URL of
// each port. The image comes from build.sh in this folder; nothing is pulled.
package docker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// Ports inside the container.
const (
	protocolPort        = "7100/tcp"
	controlPort         = "7101/tcp"
	platformPort        = "7200/tcp"
	platformControlPort = "7201/tcp"
	consolePort         = "7300/tcp"
)

// Container is a running Countersign.
type Container struct {
	testcontainers.Container
	controlToken  string
	operatorToken string
	merchantToken string
}

// Option changes what is started.
type Option func(*settings)

// settings are what the options change.
type settings struct {
	command   []string
	env       map[string]string
	ports     []string
	readyPort string
	more      []testcontainers.ContainerCustomizer
}

// SimulatorOnly leaves the orchestrator and the page out.
func SimulatorOnly() Option {
	return func(s *settings) {
		s.command, s.ports, s.readyPort = []string{"simulator"}, []string{protocolPort, controlPort}, controlPort
	}
}

// WithTestClock makes time movable: the merchants' on the platform's control port, the demo world's on the control port.
func WithTestClock() Option {
	return func(s *settings) {
		s.env["COUNTERSIGN_TEST_CLOCK"] = "true"
		s.env["COUNTERSIGN_PLATFORM_CONTROL_ADDR"] = "0.0.0.0:7201"
		s.ports = append(s.ports, platformControlPort)
	}
}

// WithSimulatorURL says how platforms reach the channels, where that is not the container itself.
func WithSimulatorURL(url string) Option {
	return func(s *settings) { s.env["COUNTERSIGN_SIMULATOR_URL"] = url }
}

// With passes customizers of testcontainers-go on: networks, aliases, log consumers.
func With(more ...testcontainers.ContainerCustomizer) Option {
	return func(s *settings) { s.more = append(s.more, more...) }
}

// Run starts an image and waits until it is ready. The container is returned also with an error, so that it can be
// cleaned up: call testcontainers.CleanupContainer before looking at the error.
func Run(ctx context.Context, image string, options ...Option) (*Container, error) {
	const patience, pause = 30 * time.Second, 50 * time.Millisecond
	c := &Container{controlToken: token(), operatorToken: token(), merchantToken: token()}
	s := &settings{
		command: []string{"up"}, ports: []string{protocolPort, controlPort, platformPort, consolePort}, readyPort: platformPort,
		env: map[string]string{
			"COUNTERSIGN_CONTROL_TOKEN": c.controlToken, "COUNTERSIGN_OPERATOR_TOKEN": c.operatorToken,
			"COUNTERSIGN_MERCHANT_TOKEN": c.merchantToken,
		},
	}
	for _, option := range options {
		option(s)
	}
	customizers := append([]testcontainers.ContainerCustomizer{
		testcontainers.WithCmd(s.command...), testcontainers.WithEnv(s.env), testcontainers.WithExposedPorts(s.ports...),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/readyz").WithPort(s.readyPort).WithPollInterval(pause).WithStartupTimeout(patience)),
	}, s.more...)
	started, err := testcontainers.Run(ctx, image, customizers...)
	if started != nil {
		c.Container = started
	}
	if err != nil {
		return c, fmt.Errorf("start %s: %w", image, err)
	}
	return c, nil
}

// ProtocolURL is the base URL of the channels. A published port may change with a restart: ask again then.
func (c *Container) ProtocolURL(ctx context.Context) (string, error) { return c.url(ctx, protocolPort) }

// ControlURL is the base URL of the control plane; requests carry ControlToken.
func (c *Container) ControlURL(ctx context.Context) (string, error) { return c.url(ctx, controlPort) }

// PlatformURL is the base URL of merchant and operator API.
func (c *Container) PlatformURL(ctx context.Context) (string, error) { return c.url(ctx, platformPort) }

// PlatformControlURL is the base URL of the merchants' test clocks; it is there after WithTestClock.
func (c *Container) PlatformControlURL(ctx context.Context) (string, error) {
	return c.url(ctx, platformControlPort)
}

// ConsoleURL is the URL of the page.
func (c *Container) ConsoleURL(ctx context.Context) (string, error) { return c.url(ctx, consolePort) }

// ControlToken opens the control plane.
func (c *Container) ControlToken() string { return c.controlToken }

// OperatorToken opens the operator scope and the test clocks.
func (c *Container) OperatorToken() string { return c.operatorToken }

// MerchantToken is the demo merchant's.
func (c *Container) MerchantToken() string { return c.merchantToken }

// url is the base URL of one published port.
func (c *Container) url(ctx context.Context, port string) (string, error) {
	endpoint, err := c.PortEndpoint(ctx, port, "http")
	if err != nil {
		return "", fmt.Errorf("port %s: %w", port, err)
	}
	return endpoint, nil
}

// token draws 128 bits.
func token() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	return hex.EncodeToString(raw[:])
}
