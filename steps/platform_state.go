package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/contract/platform"
)

// platformState is what a scenario knows about the platform under test: how its merchant is set up, what
// it asked for and what it was told.
type platformState struct {
	setup    Provisioning
	channels []*platformChannel

	card    *platform.Card
	typed   *platform.Elements // as the payer typed them; nil takes those of the card
	landing *platform.Checkout
	payment *platform.Payment
	before  *platform.Payment // the payment of the answer before
	proof   *platform.Verification
	sync    *platform.SyncResult
	// waiting is the path of the payment or verification that the payer acts on.
	waiting string
	amount  string
	// asked is every code that was asked for, oldest first.
	asked []platform.CodeRequired

	request platformRequest
	// order is the last payment application, which steps repeat or change.
	order   platformRequest
	answer  platformAnswer
	earlier platformAnswer
	// parallel are the answers to requests that were sent at the same time.
	parallel []platformAnswer
	// heard is everything the merchant was answered, told what operators were.
	heard, told [][]byte
}

// platformChannel is a channel of the world as the scenario's merchant has it.
type platformChannel struct {
	name     string
	sim      control.Channel
	priority int
	fee      int64
}

// platformRequest is a request of the merchant scope; keep reads a good answer.
type platformRequest struct {
	method, path, key string
	body              []byte
	keep              func(*platformState, []byte) error
}

// platformAnswer is what came back.
type platformAnswer struct {
	status  int
	header  http.Header
	body    []byte
	problem *platform.Problem
}

// platformNote gives the state without touching the platform, for what is set up before it is needed.
func platformNote(w *World) *platformState { return Note[platformState](w) }

var errNoChannels = errors.New("the merchant has no channel yet")

// atPlatform gives the state with the merchant provisioned: steps that set up only collect, and the first
// step that needs the platform provisions.
func (w *World) atPlatform(ctx context.Context) (*platformState, error) {
	s := platformNote(w)
	if w.Merchant != nil {
		return s, nil
	}
	if len(s.channels) == 0 {
		return nil, errNoChannels
	}
	s.setup.Channels = s.configure
	return s, w.Provision(ctx, s.setup)
}

// configure is how the merchant has a channel; false for those the scenario does not name.
func (s *platformState) configure(c control.Channel, config *platform.ChannelConfig) bool {
	for _, have := range s.channels {
		if have.sim.ChannelId == c.ChannelId {
			config.Priority, config.Profile = &have.priority, have.sim.Profile
			config.Fee = &platform.Fee{Fixed: have.fee}
			return true
		}
	}
	return false
}

// named finds a channel by the letter that the scenario gave it.
func (s *platformState) named(letter string) (*platformChannel, error) {
	for _, c := range s.channels {
		if c.name == letter {
			return c, nil
		}
	}
	return nil, fmt.Errorf("the merchant has no channel %s", letter)
}

// changeProfile changes what a channel is like: at the simulator, and in what the platform is told of it.
func (w *World) changeProfile(ctx context.Context, letter string, change func(*channel.ChannelProfile)) error {
	s := platformNote(w)
	c, err := s.named(letter)
	if err != nil {
		return err
	}
	change(&c.sim.Profile)
	r, err := w.suite.control.ChangeChannelWithResponse(ctx, w.Sim.WorldId, c.sim.ChannelId, control.ChannelChange{Profile: &c.sim.Profile})
	if err := Done(r, err); err != nil {
		return fmt.Errorf("change channel %s: %w", letter, err)
	}
	return w.renew(ctx, c)
}

// renew tells the platform what became of a channel, if it knows it already.
func (w *World) renew(ctx context.Context, c *platformChannel) error {
	if w.Merchant == nil {
		return nil
	}
	return w.provisionChannel(ctx, w.Merchant, c.sim, platformNote(w).configure)
}

// ask sends a request of the merchant scope and keeps what comes back. A refusal is an answer too; only a
// missing or unreadable answer fails the step that asked.
func (w *World) ask(ctx context.Context, s *platformState, r platformRequest) error {
	answer, err := AwaitPlatform(ctx, w, func(ctx context.Context) platformSent { return w.sendPlatform(ctx, w.Merchant, r) })
	if err == nil {
		err = answer.err
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	return w.hearPlatform(s, r, answer.platformAnswer)
}

// hearPlatform keeps an answer as the last one.
func (w *World) hearPlatform(s *platformState, r platformRequest, a platformAnswer) error {
	s.request, s.earlier, s.answer = r, s.answer, a
	s.heard = append(s.heard, a.body)
	w.remember(fmt.Sprintf("> %s %s\n> %s\n< %d\n< %s", r.method, r.path, r.body, a.status, a.body))
	if a.problem != nil || r.keep == nil {
		return nil
	}
	if err := r.keep(s, a.body); err != nil {
		return fmt.Errorf("%s %s is answered with what cannot be read: %w", r.method, r.path, err)
	}
	return nil
}

// postPlatform is ask for a new wish with a key of its own.
func (w *World) postPlatform(ctx context.Context, path string, body any, keep func(*platformState, []byte) error) error {
	s, err := w.atPlatform(ctx)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("body: %w", err)
	}
	return w.ask(ctx, s, platformRequest{method: http.MethodPost, path: path, key: w.NewNumber("key"), body: raw, keep: keep})
}

// unexpected words an answer that a step did not want.
func (s *platformState) unexpected(wanted string) error {
	switch {
	case s.answer.status == 0:
		return fmt.Errorf("the platform was asked nothing yet, and the step wants %s", wanted)
	case s.answer.problem != nil:
		p := s.answer.problem
		return fmt.Errorf("the step wants %s, the platform refused with %d %s: %s (member %q)", wanted, s.answer.status,
			p.Code, word(p.Detail), word(p.Field))
	}
	return fmt.Errorf("the step wants %s, the answer is %d %s", wanted, s.answer.status, s.answer.body)
}
