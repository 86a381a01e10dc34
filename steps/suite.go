package steps

import (
	"context"
	"fmt"
	"net/http"

	"github.com/cucumber/godog"

	"countersign/contract/control"
	"countersign/contract/platform"
	"countersign/contract/testclock"
	"countersign/steps/runner"
	"countersign/steps/target"
)

// Suite is what the scenarios of a run share: the target, its clients and one listener for
// notifications. It holds nothing that a scenario changes.
type Suite struct {
	target   target.Target
	http     *http.Client
	control  *control.ClientWithResponses
	platform *platformAccess
	mailbox  *mailbox
}

// platformAccess is how a platform is reached.
type platformAccess struct {
	address  string
	http     *http.Client
	operator *platform.ClientWithResponses  // nil when the target has no platform
	clocks   *testclock.ClientWithResponses // nil when time is real there
}

// NewSuite prepares a target for scenarios.
func NewSuite(t target.Target) (*Suite, error) {
	s := &Suite{target: t, http: plainClient(t.Transport())}
	a := t.Addresses()
	var err error
	s.control, err = control.NewClientWithResponses(a.Control, control.WithHTTPClient(s.http),
		control.WithRequestEditorFn(bearer(a.ControlToken)))
	if err != nil {
		return nil, fmt.Errorf("control plane: %w", err)
	}
	if s.platform, err = reachPlatform(a, s.http); err != nil {
		return nil, err
	}
	s.mailbox, err = openMailbox(t)
	return s, err
}

// plainClient is a client that hands on what it gets, redirects included.
func plainClient(t http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// reachPlatform makes the clients of a platform's ports.
func reachPlatform(a target.Addresses, client *http.Client) (*platformAccess, error) {
	access := &platformAccess{address: a.Platform, http: client}
	var err error
	if a.Platform != "" {
		access.operator, err = platform.NewClientWithResponses(a.Platform, platform.WithHTTPClient(client),
			platform.WithRequestEditorFn(bearer(a.OperatorToken)))
		if err != nil {
			return nil, fmt.Errorf("platform: %w", err)
		}
	}
	if a.PlatformControl != "" {
		access.clocks, err = testclock.NewClientWithResponses(a.PlatformControl, testclock.WithHTTPClient(client),
			testclock.WithRequestEditorFn(bearer(a.OperatorToken)))
		if err != nil {
			return nil, fmt.Errorf("platform's clocks: %w", err)
		}
	}
	return access, nil
}

// bearer adds a token to each request of a client, if there is one.
func bearer(token target.Token) func(context.Context, *http.Request) error {
	return func(_ context.Context, r *http.Request) error {
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token.Reveal())
		}
		return nil
	}
}

// Initialize registers hooks and steps of one scenario. It fits runner.Options.Steps.
func (s *Suite) Initialize(sc *godog.ScenarioContext) {
	sc.Before(func(ctx context.Context, scenario *godog.Scenario) (context.Context, error) {
		w, err := s.newWorld(ctx, scenario)
		if err != nil {
			return ctx, runner.CouldNotJudge(err)
		}
		return context.WithValue(ctx, worldKey{}, w), nil
	})
	runner.After(sc, func(ctx context.Context, _ *godog.Scenario, failure error) (context.Context, error) {
		w, ok := ctx.Value(worldKey{}).(*World)
		if !ok {
			return ctx, nil
		}
		var judged error
		if failure == nil {
			judged = w.judgePlatform(ctx)
		}
		if failure != nil || judged != nil {
			w.attachEvidence(ctx)
		}
		w.leave()
		return ctx, judged
	})
	register(sc)
}

// Close ends the listener. The target is the caller's to close.
func (s *Suite) Close() error { return s.mailbox.close() }
