package target

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"countersign/steps/runner"
)

// Names of the environment variables by which a remote target is described.
const (
	EnvTarget          = "COUNTERSIGN_TARGET"
	EnvProtocol        = "COUNTERSIGN_PROTOCOL_URL"
	EnvControl         = "COUNTERSIGN_CONTROL_URL"
	EnvControlToken    = "COUNTERSIGN_CONTROL_TOKEN"
	EnvPlatform        = "COUNTERSIGN_PLATFORM_URL"
	EnvPlatformControl = "COUNTERSIGN_PLATFORM_CONTROL_URL"
	EnvOperatorToken   = "COUNTERSIGN_OPERATOR_TOKEN"
	EnvPeerProtocol    = "COUNTERSIGN_PEER_PROTOCOL_URL"
	EnvListen          = "COUNTERSIGN_LISTEN"
	EnvListenURL       = "COUNTERSIGN_LISTEN_URL"
)

// ErrNotDescribed means that a target was asked for by name and something it needs is missing.
var ErrNotDescribed = errors.New("target is not described")

// RemoteConfig describes a target that somebody else runs.
type RemoteConfig struct {
	Addresses Addresses
	// Listen is the address notifications are received at, "127.0.0.1:0" when empty; ListenURL is how
	// the target reaches it, derived from the listener when empty.
	Listen, ListenURL string
}

// RemoteFromEnv reads a remote target from the environment.
func RemoteFromEnv(lookup func(string) (string, bool)) (RemoteConfig, error) {
	if lookup == nil {
		lookup = os.LookupEnv
	}
	get := func(name string) string { v, _ := lookup(name); return strings.TrimRight(v, "/") }
	c := RemoteConfig{
		Addresses: Addresses{
			Protocol: get(EnvProtocol), Control: get(EnvControl),
			Platform: get(EnvPlatform), PlatformControl: get(EnvPlatformControl),
			ProtocolForPlatform: get(EnvPeerProtocol),
			ControlToken:        Token(get(EnvControlToken)), OperatorToken: Token(get(EnvOperatorToken)),
		},
		Listen: get(EnvListen), ListenURL: get(EnvListenURL),
	}
	if c.Addresses.Protocol == "" || c.Addresses.Control == "" {
		return c, fmt.Errorf("%w: set %s and %s to the simulator's ports", ErrNotDescribed, EnvProtocol, EnvControl)
	}
	return c, nil
}

// remote is a target over TCP that was there before the run.
type remote struct {
	config    RemoteConfig
	transport *http.Transport
}

// Remote binds a target by its addresses. It connects to nothing yet.
func Remote(c RemoteConfig) (Target, error) {
	a := c.Addresses
	for _, u := range []string{a.Protocol, a.Control, a.Platform, a.PlatformControl, a.ProtocolForPlatform, c.ListenURL} {
		if err := checkURL(u); err != nil {
			return nil, err
		}
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	return &remote{config: c, transport: TCPTransport()}, nil
}

// TCPTransport is the transport of targets over TCP: no proxy, no compression, connections kept.
func TCPTransport() *http.Transport {
	return &http.Transport{
		DialContext:        (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		DisableCompression: true, MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second,
	}
}

func checkURL(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("%w: %q is no http address", ErrNotDescribed, text)
	}
	return nil
}

// Name implements Target.
func (r *remote) Name() string { return "remote" }

// Abilities implements Target: the control port gives all but a joint clock, which takes the
// platform's control port as well when there is a platform.
func (r *remote) Abilities() []runner.Ability {
	a := []runner.Ability{runner.AbilityFaults, runner.AbilityInbox, runner.AbilityLedger, runner.AbilitySocket}
	if r.config.Addresses.Platform == "" || r.config.Addresses.PlatformControl != "" {
		a = append(a, runner.AbilityClock)
	}
	return a
}

// Addresses implements Target.
func (r *remote) Addresses() Addresses { return r.config.Addresses }

// Transport implements Target.
func (r *remote) Transport() http.RoundTripper { return r.transport }

// Listen implements Target.
func (r *remote) Listen() (net.Listener, string, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", r.config.Listen)
	if err != nil {
		return nil, "", fmt.Errorf("listen for notifications: %w", err)
	}
	if r.config.ListenURL != "" {
		return l, r.config.ListenURL, nil
	}
	return l, "http://" + l.Addr().String(), nil
}

// Close implements Target.
func (r *remote) Close() error {
	r.transport.CloseIdleConnections()
	return nil
}
