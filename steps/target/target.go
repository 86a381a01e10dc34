// Package target says where the features find what they test: a simulator, a platform, or both.
//
// Three bindings exist. [InProcess] starts both sides in this process over connections in memory.
// [Remote] talks to addresses it is given. The package container below this one starts images and is
// imported by tests only. A step never asks which binding it runs on: what a target cannot do is an
// ability it lacks, and the runner skips the scenarios that need it.
package target

import (
	"net"
	"net/http"

	"countersign/steps/runner"
)

// Target is a system under test and how to reach it. It is shared by all scenarios of a run and safe
// for concurrent use.
type Target interface {
	// Name is what reports call the target: inprocess, remote or container.
	Name() string
	// Abilities are what the target offers beyond the contract.
	Abilities() []runner.Ability
	// Addresses tells where the parts are.
	Addresses() Addresses
	// Transport carries requests to every address of the target. It neither follows redirects nor
	// decompresses.
	Transport() http.RoundTripper
	// Listen opens a listener that the target can reach, and tells its base URL as the target sees it.
	Listen() (net.Listener, string, error)
	// Close stops what the target started.
	Close() error
}

// SelfChecked is a Target whose simulator holds what it sends against its own contract.
type SelfChecked interface {
	// LeftContract is nil as long as only declared faults broke the contract. What was sent before the
	// call is in it.
	LeftContract() error
}

// Addresses are base URLs without a trailing slash, and the tokens that open them. An empty one means
// that the target has no such part.
type Addresses struct {
	// Protocol and Control are the simulator's two ports.
	Protocol, Control string
	// Platform and PlatformControl are the two ports of the platform under test.
	Platform, PlatformControl string
	// ProtocolForPlatform is the protocol port as the platform reaches it; empty means Protocol.
	ProtocolForPlatform string
	// ControlToken opens the control port where it is guarded; OperatorToken the operator scope.
	ControlToken, OperatorToken Token
}

// PeerProtocol is the simulator's protocol port as the platform reaches it.
func (a Addresses) PeerProtocol() string {
	if a.ProtocolForPlatform != "" {
		return a.ProtocolForPlatform
	}
	return a.Protocol
}

// Token is a bearer token; printers and loggers see a placeholder.
type Token string

// Reveal gives the token for an Authorization header.
func (t Token) Reveal() string { return string(t) }

// String hides the token.
func (Token) String() string { return "[token]" }

// GoString hides the token.
func (Token) GoString() string { return "[token]" }

// MarshalText hides the token.
func (Token) MarshalText() ([]byte, error) { return []byte("[token]"), nil }
