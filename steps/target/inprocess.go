package target

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"

	"countersign/internal/app"
	"countersign/internal/memnet"
	"countersign/steps/runner"
)

// Names of the hosts inside the process. Nothing outside can reach them.
const (
	hostProtocol        = "simulator.test:80"
	hostControl         = "control.simulator.test:80"
	hostPlatform        = "platform.test:80"
	hostPlatformControl = "control.platform.test:80"
	hostMail            = "mail.test:80"
)

// inProcess is the whole program in this process, reached over connections in memory. One listener for
// each port serves all scenarios; what keeps them apart are worlds and merchants.
type inProcess struct {
	app     *app.App
	network *memnet.Network
	token   Token
	owned   atomic.Int64 // platforms of scenarios' own so far
}

// InProcess starts both sides: worlds in memory with virtual clocks, the platform with test clocks and its
// store in memory.
func InProcess(ctx context.Context) (Target, error) {
	network := &memnet.Network{}
	token := app.NewSecret()
	running, err := app.Start(ctx, app.Config{
		Simulator: app.SimulatorConfig{Protocol: hostProtocol, Control: hostControl, SelfCheck: true},
		Orchestrator: app.OrchestratorConfig{
			Platform: hostPlatform, Control: hostPlatformControl, OperatorToken: token, TestClock: true,
		},
		Network: app.Network{Listen: network.Listen, DialContext: network.DialContext},
	})
	if err != nil {
		return nil, fmt.Errorf("start in process: %w", err)
	}
	return &inProcess{app: running, network: network, token: Token(token.Reveal())}, nil
}

// Name implements Target.
func (*inProcess) Name() string { return "inprocess" }

// Abilities implements Target: all there are.
func (*inProcess) Abilities() []runner.Ability { return runner.AllAbilities() }

// Addresses implements Target.
func (p *inProcess) Addresses() Addresses {
	a := p.app.Addresses()
	return Addresses{
		Protocol: a.Protocol, Control: a.Control, Platform: a.Platform, PlatformControl: a.PlatformControl,
		OperatorToken: p.token,
	}
}

// Transport implements Target.
func (p *inProcess) Transport() http.RoundTripper { return p.app.Transport() }

// Listen implements Target.
func (p *inProcess) Listen() (net.Listener, string, error) {
	l, err := p.network.Listen("tcp", hostMail)
	if err != nil {
		return nil, "", fmt.Errorf("listen in memory: %w", err)
	}
	return l, "http://mail.test", nil
}

// LeftContract implements SelfChecked.
func (p *inProcess) LeftContract() error { return p.app.LeftContract() }

// Close implements Target.
func (p *inProcess) Close() error { return p.app.Close() }
