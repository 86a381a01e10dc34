package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"countersign/internal/app"
	"countersign/internal/memnet"
)

// Restarter is a [Target] that can start a platform for one scenario alone. Its ability is
// runner.AbilityRestart.
type Restarter interface {
	// OwnPlatform starts one beside that of all scenarios, for the same simulator.
	OwnPlatform(ctx context.Context) (Platform, error)
}

// Platform is a platform of one scenario's own, which can come to a sudden end and be started again.
type Platform interface {
	// Addresses tells the platform's two ports and the operator's token. A new start keeps them.
	Addresses() Addresses
	// Transport carries requests to it.
	Transport() http.RoundTripper
	// Kill ends it as the end of its process would: what it has not stored is lost, what it was asked is
	// not answered, and nothing in hand is finished.
	Kill()
	// Start starts it again after Kill, on what it has stored.
	Start(ctx context.Context) error
	// Close ends it for good and removes what it has stored.
	Close() error
}

// ownPlatform is the platform in this process, with its store in a folder of its own: what is in memory
// would not survive the end.
type ownPlatform struct {
	hosts     app.OrchestratorConfig
	network   *memnet.Network
	transport *http.Transport
	folder    string
	cable     *cable
	app       *app.App // nil when it is not running
}

// Compile-time proof that this process can do it.
var _ Restarter = (*inProcess)(nil)

// OwnPlatform implements Restarter.
func (p *inProcess) OwnPlatform(ctx context.Context) (Platform, error) {
	folder, err := os.MkdirTemp("", "countersign-platform-")
	if err != nil {
		return nil, fmt.Errorf("folder of a platform: %w", err)
	}
	n := p.owned.Add(1)
	own := &ownPlatform{
		hosts: app.OrchestratorConfig{
			Platform: fmt.Sprintf("platform-%d.test:80", n), Control: fmt.Sprintf("control.platform-%d.test:80", n),
			OperatorToken: app.NewSecret(), TestClock: true,
		},
		network: p.network, transport: &http.Transport{DialContext: p.network.DialContext, DisableCompression: true}, folder: folder,
	}
	if err := own.Start(ctx); err != nil {
		return nil, errors.Join(err, own.Close())
	}
	return own, nil
}

// Start implements Platform.
func (o *ownPlatform) Start(ctx context.Context) error {
	if o.app != nil {
		return errors.New("the platform is running")
	}
	line := newCable(o.network)
	running, err := app.Start(ctx, app.Config{
		Orchestrator: o.hosts, DataDir: o.folder,
		Network: app.Network{Listen: line.Listen, DialContext: line.DialContext},
	})
	if err != nil {
		return fmt.Errorf("start a platform: %w", err)
	}
	o.app, o.cable = running, line
	return nil
}

// Kill implements Platform. Nothing it writes arrives any more before its store takes nothing more, so that
// nobody hears of the end in words; its connections end last.
func (o *ownPlatform) Kill() {
	if o.app == nil {
		return
	}
	o.cable.mute()
	o.app.Kill()
	o.cable.cut()
	_ = o.app.Close() // waits for goroutines, which have nothing left to do anything with
	o.transport.CloseIdleConnections()
	o.app = nil
}

// Addresses implements Platform.
func (o *ownPlatform) Addresses() Addresses {
	return Addresses{
		Platform: "http://" + hostOf(o.hosts.Platform), PlatformControl: "http://" + hostOf(o.hosts.Control),
		OperatorToken: Token(o.hosts.OperatorToken.Reveal()),
	}
}

// Transport implements Platform.
func (o *ownPlatform) Transport() http.RoundTripper { return o.transport }

// Close implements Platform.
func (o *ownPlatform) Close() error {
	o.Kill()
	if err := os.RemoveAll(o.folder); err != nil {
		return fmt.Errorf("remove a platform's folder: %w", err)
	}
	return nil
}
