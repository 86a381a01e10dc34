package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	"countersign/internal/console"
	"countersign/simulator"
)

// startConsole serves the page.
func (a *App) startConsole(opened *ports) error {
	handler, err := console.Handler(pageSource{a}, a.config.Version, a.log)
	if err != nil {
		return err
	}
	s := newServer("page", opened.console, a.guardPage(handler))
	// Pages that are watched keep a request open for ever: it ends with this context.
	ctx, cancel := context.WithCancel(context.Background())
	s.http.BaseContext = func(net.Listener) context.Context { return ctx }
	a.serve(s)
	a.atEnd(cancel)
	return nil
}

// pageSource answers the page: the demo world and the demo merchant's latest payment.
type pageSource struct{ app *App }

// latestMessages is how many messages the page shows.
const latestMessages = 30

// Snapshot is the world as it stands now.
func (p pageSource) Snapshot(ctx context.Context) (console.Snapshot, error) {
	a := p.app
	info, err := a.simulator.engine.World(DemoWorld)
	if err != nil {
		return console.Snapshot{}, err
	}
	now, err := a.simulator.engine.Now(DemoWorld)
	if err != nil {
		return console.Snapshot{}, err
	}
	messages, err := a.simulator.engine.Messages(DemoWorld, simulator.MessageFilter{})
	if err != nil {
		return console.Snapshot{}, err
	}
	snapshot := console.Snapshot{World: info.ID, Seed: info.Seed, Now: now, Virtual: info.Virtual, Messages: []console.Message{}}
	for _, m := range messages[max(len(messages)-latestMessages, 0):] {
		snapshot.Messages = append(snapshot.Messages, shown(m))
	}
	slices.Reverse(snapshot.Messages)
	snapshot.Latest, err = p.latest(ctx)
	return snapshot, err
}

// shown is a message on the page; the recipient is masked, the text is what the page is for.
func shown(m simulator.Message) console.Message {
	to := m.OpenID
	if !m.To.IsZero() {
		to = m.To.Masked()
	}
	return console.Message{
		Cursor: m.Cursor, At: m.At, Medium: string(m.Medium), To: to, Brand: brandOf(m), Sender: string(m.Sender),
		About: string(m.About), Text: m.Text,
	}
}

// brandOf is the sign in brackets that the text begins with; who sent it where there is none.
func brandOf(m simulator.Message) string {
	if rest, signed := strings.CutPrefix(m.Text, "【"); signed {
		if brand, _, closed := strings.Cut(rest, "】"); closed {
			return brand
		}
	}
	return m.From
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
	story, err := TellStory(ctx, p, DemoWorld, newest.ID, signNos...)
	if err != nil {
		return nil, err
	}
	sequence := &console.Sequence{
		PaymentID: newest.ID, OrderNo: newest.MerchantOrderNo, Amount: newest.Amount.String(), Status: story.Status,
		Steps: append([]console.Step{}, story.Steps...), // none is an empty list
	}
	return sequence, nil
}

// Control reads from the control plane.
func (p pageSource) Control(ctx context.Context, path string, into any) error {
	return p.app.read(ctx, p.app.addresses.Control+path, p.app.config.Simulator.ControlToken, into)
}

// Operator reads from the operator scope.
func (p pageSource) Operator(ctx context.Context, path string, into any) error {
	return p.app.read(ctx, p.app.addresses.Platform+path, p.app.platform.tokens.Operator, into)
}

// read reads JSON from one of the app's own ports.
func (a *App) read(ctx context.Context, url string, token Secret, into any) error {
	const longest = 4 << 20
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("read %s: %w", url, err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	response, err := a.transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	defer func() { _ = response.Body.Close() }()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return fmt.Errorf("read %s: %w", url, ErrUnknownNumber)
	default:
		return &statusError{url: url, status: response.StatusCode}
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, longest)).Decode(into); err != nil {
		return fmt.Errorf("read %s: %w: %w", url, errNoJSON, err)
	}
	return nil
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
