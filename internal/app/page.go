package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"countersign/internal/console"
)

// startConsole serves the page.
func (a *App) startConsole(opened *ports) error {
	handler, err := console.Handler(pageSource{a}, a.config.Version, a.log)
	if err != nil {
		return err
	}
	s := newServer("page", opened.console, a.guardPage(a.withDocs(handler)))
	// Pages that are watched keep a request open for ever: it ends with this context.
	ctx, cancel := context.WithCancel(context.Background())
	s.http.BaseContext = func(net.Listener) context.Context { return ctx }
	a.serve(s)
	a.atEnd(cancel)
	return nil
}

// pageSource answers the page: from the control plane, and with the demo merchant's payments from the platform.
type pageSource struct{ app *App }

// Compile-time proof that the page can be answered.
var _ console.Source = pageSource{}

// Control is one exchange with the control plane.
func (p pageSource) Control(ctx context.Context, call console.Call) (console.Reply, error) {
	status, body, err := p.app.exchange(ctx, call.Method, p.app.addresses.Control+call.Path, p.app.config.Simulator.ControlToken, call.Body)
	return console.Reply{Status: status, Body: body}, err
}

// Story is who called whom for a number: of a payment of the demo merchant, as both sides tell it; of anything else as
// the simulator does.
func (p pageSource) Story(ctx context.Context, world, number string) (*console.Sequence, error) {
	told, err := TellStory(ctx, pageReader(p), world, number)
	switch {
	case errors.Is(err, ErrUnknownNumber):
		return nil, console.ErrUnknown
	case err != nil:
		return nil, err
	}
	return &console.Sequence{PaymentID: number, Status: told.Status, Steps: told.Steps}, nil
}

// latest tells the story of the demo merchant's newest payment; nil when there is none yet.
func (p pageSource) latest(ctx context.Context) (*console.Sequence, error) {
	payments, err := p.app.platform.engine.LatestPayments(ctx, DemoMerchant, 1)
	if err != nil || len(payments) == 0 {
		return nil, err
	}
	newest := payments[0]
	known, err := p.app.platform.engine.Story(ctx, newest.ID)
	if err != nil {
		return nil, err
	}
	signNos := make([]string, 0, len(known.Signings))
	for _, signing := range known.Signings {
		signNos = append(signNos, signing.SignNo)
	}
	story, err := TellStory(ctx, pageReader(p), DemoWorld, newest.ID, signNos...)
	if err != nil {
		return nil, err
	}
	sequence := &console.Sequence{
		PaymentID: newest.ID, OrderNo: newest.MerchantOrderNo, Amount: newest.Amount.String(), Status: story.Status,
		Steps: append([]console.Step{}, story.Steps...), // none is an empty list
	}
	return sequence, nil
}

// pageReader reads stories for the page.
type pageReader struct{ app *App }

// Control reads from the control plane.
func (p pageReader) Control(ctx context.Context, path string, into any) error {
	return p.app.read(ctx, p.app.addresses.Control+path, p.app.config.Simulator.ControlToken, into)
}

// Operator reads from the operator scope.
func (p pageReader) Operator(ctx context.Context, path string, into any) error {
	return p.app.read(ctx, p.app.addresses.Platform+path, p.app.platform.tokens.Operator, into)
}

// read reads JSON from one of the app's own ports.
func (a *App) read(ctx context.Context, url string, token Secret, into any) error {
	status, body, err := a.exchange(ctx, http.MethodGet, url, token, nil)
	if err != nil {
		return err
	}
	switch status {
	case http.StatusOK:
	case http.StatusNotFound:
		return fmt.Errorf("read %s: %w", url, ErrUnknownNumber)
	default:
		return &statusError{url: url, status: status}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("read %s: %w: %w", url, errNoJSON, err)
	}
	return nil
}

// exchange sends one request to one of the app's own ports, with JSON if there is a body.
func (a *App) exchange(ctx context.Context, method, url string, token Secret, sent []byte) (status int, body []byte, err error) {
	const longest = 4 << 20
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(sent))
	if err != nil {
		return 0, nil, fmt.Errorf("ask %s: %w", url, err)
	}
	if len(sent) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	response, err := a.transport.RoundTrip(request)
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	defer func() { _ = response.Body.Close() }()
	if body, err = io.ReadAll(io.LimitReader(response.Body, longest)); err != nil {
		return 0, nil, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	return response.StatusCode, body, nil
}

// errNoJSON means that an answer is not what the contract says.
var errNoJSON = errors.New("the answer is no JSON of the contract")

// statusError is an answer that is not the one that was hoped for.
type statusError struct {
	url    string
	status int
}

// Error names place and status.
func (e *statusError) Error() string { return fmt.Sprintf("read %s: status %d", e.url, e.status) }
