package app

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"countersign/fixtures"
	"countersign/internal/clock"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// Demo tells of the demo world and the demo merchant. Without a demo only URLs and tokens are set.
type Demo struct {
	Simulator, Control string // base URLs as the merchant's channels and tools reach them
	World, Merchant    string
	MerchantName       string // as it stands in SMS texts
	Seed               int64
	ControlToken       Secret
	OperatorToken      Secret
	MerchantToken      Secret
	CardID, PersonID   string // of the card that the walk uses
	Bank, MaskedCard   string
	Channels           []string
}

// worldFacts is what the demo merchant's set-up needs of a world's description (contract/control.yaml).
type worldFacts struct {
	WorldID string `json:"world_id"`
	Seed    int64  `json:"seed"`
	Clock   struct {
		Now     time.Time `json:"now"`
		Virtual bool      `json:"virtual"`
	} `json:"clock"`
	Messaging struct {
		BasePath string `json:"base_path"`
		Token    string `json:"token"`
	} `json:"messaging"`
	Channels []struct {
		ChannelID string `json:"channel_id"`
		BasePath  string `json:"base_path"`
	} `json:"channels"`
	Members []memberFacts `json:"members"`
}

// memberFacts is one merchant at one channel, with its half of the keys.
type memberFacts struct {
	Merchant   string   `json:"merchant"`
	ChannelID  string   `json:"channel_id"`
	MemberNo   string   `json:"member_no"`
	RequestKey keyFacts `json:"request_key"`
	ReplyKey   keyFacts `json:"reply_key"`
}

// keyFacts is a key as the control plane hands it out.
type keyFacts struct {
	Alg      string `json:"alg"`
	KID      string `json:"kid"`
	Material Secret `json:"material"`
}

// Demo describes the demo.
func (a *App) Demo() (Demo, error) {
	demo := Demo{
		Simulator: a.simulatorURL(), Control: a.controlURL(), ControlToken: a.config.Simulator.ControlToken,
	}
	if a.platform != nil {
		demo.OperatorToken, demo.MerchantToken = a.platform.tokens.Operator, a.platform.tokens.Merchant
	}
	switch {
	case a.demoWorld != nil:
		demo.World, demo.Seed = a.demoWorld.WorldID, a.demoWorld.Seed
		for _, channel := range a.demoWorld.Channels {
			demo.Channels = append(demo.Channels, channel.ChannelID)
		}
	case a.simulator != nil && a.config.Demo:
		if err := a.simulator.describe(&demo); err != nil || a.simulator.demo != nil {
			return demo, err
		}
	default:
		return demo, nil
	}
	set, err := a.config.fixtures()
	if err != nil {
		return demo, err
	}
	person, card := set.Demo()
	demo.Merchant, demo.MerchantName = DemoMerchant, demoMerchantName
	demo.PersonID, demo.CardID = person.PersonID, card.CardID
	demo.Bank, _, _ = set.Issuer(card.Number)
	if elements, err := person.Elements(card); err == nil {
		demo.MaskedCard = elements.CardNumber.Masked()
	}
	return demo, nil
}

// simulatorURL is how the orchestrator reaches the channels.
func (a *App) simulatorURL() string {
	if a.config.Simulator.PublicURL != "" {
		return a.config.Simulator.PublicURL
	}
	if a.addresses.Protocol != "" || a.config.DemoFrom == "" {
		return a.addresses.Protocol
	}
	if from, err := url.Parse(a.config.DemoFrom); err == nil { // by default the protocol port is the one below
		return "http://" + from.Hostname() + ":7100"
	}
	return ""
}

// controlURL is the control port whose demo world is used.
func (a *App) controlURL() string {
	if a.addresses.Control != "" {
		return a.addresses.Control
	}
	return a.config.DemoFrom
}

// provision sets the demo merchant up at the orchestrator: at the first start everything, later only what has moved, so
// that what an operator changed since stays changed.
func (a *App) provision(ctx context.Context, platform *platformSide) error {
	if !a.config.Demo || a.controlURL() == "" {
		return nil
	}
	world, err := a.awaitDemoWorld(ctx)
	if err != nil {
		return err
	}
	a.demoWorld = world
	set, err := a.config.fixtures()
	if err != nil {
		return err
	}
	if err := a.provisionMerchant(ctx, platform, world); err != nil {
		return fmt.Errorf("demo merchant: %w", err)
	}
	for _, route := range set.Routes {
		if err := a.provisionChannel(ctx, platform, world, set, route); err != nil {
			return fmt.Errorf("demo merchant at %s: %w", route.ChannelID, err)
		}
	}
	return nil
}

// provisionMerchant makes the merchant, or tells it where the gateway is now.
func (a *App) provisionMerchant(ctx context.Context, platform *platformSide, world *worldFacts) error {
	command := engine.MerchantCommand{
		ID: DemoMerchant, Name: demoMerchantName, BrandZH: demoMerchantName,
		Token: orchestrator.NewSecret(platform.tokens.Merchant.Reveal()), Clock: orchestrator.ClockSystem,
		Routing: orchestrator.SilentFirst, KeepElements: true, Notices: true,
		GatewayURL: a.simulatorURL() + world.Messaging.BasePath, GatewayToken: orchestrator.NewSecret(world.Messaging.Token),
	}
	if a.config.Orchestrator.TestClock {
		command.Clock, command.ClockStart = orchestrator.ClockTest, world.Clock.Now
	}
	known, err := platform.engine.GetMerchant(ctx, DemoMerchant)
	if err == nil {
		command.Routing, command.KeepElements, command.Notices = known.Routing, known.KeepElements, known.Notices
		command.Clock, command.ClockStart = known.Clock, time.Time{}
	} else if orchestrator.CodeOf(err) != orchestrator.CodeNotFound {
		return err
	}
	_, err = platform.engine.PutMerchant(ctx, command)
	return err
}

// provisionChannel makes a channel of the merchant, or tells it where the channel is now.
func (a *App) provisionChannel(ctx context.Context, platform *platformSide, world *worldFacts, set *fixtures.Set, route fixtures.Route) error {
	base, member, ok := world.at(route.ChannelID)
	if !ok {
		return nil // a world with fewer channels
	}
	base = a.simulatorURL() + base
	known, err := platform.engine.GetChannel(ctx, DemoMerchant, route.ChannelID)
	if err == nil && known.Config.BaseURL == base && known.Config.MemberNo == member.MemberNo {
		return nil
	}
	channel, _ := set.Channel(route.ChannelID)
	profile, profileErr := configured(channel)
	if profileErr != nil {
		return profileErr
	}
	command := engine.ChannelCommand{
		ChannelID: route.ChannelID, BaseURL: base, MemberNo: member.MemberNo, Keys: member.keys(), Profile: profile,
		Enabled: route.Enabled, Priority: route.Priority,
		Fee: orchestrator.Fee{Fixed: route.Fixed, BasisPoints: int64(route.BasisPoints)},
	}
	if err != nil {
		if orchestrator.CodeOf(err) != orchestrator.CodeNotFound {
			return err
		}
		_, err = platform.engine.PutChannel(ctx, DemoMerchant, command)
		return err
	}
	command.Profile, command.Priority, command.Fee = known.Config.Profile, known.Config.Priority, known.Config.Fee
	if _, err = platform.engine.PutChannel(ctx, DemoMerchant, command); err != nil {
		return err
	}
	_, err = platform.engine.SwitchChannel(ctx, DemoMerchant, route.ChannelID, known.Config.State)
	return err
}

// at finds base path and member of the demo merchant at a channel.
func (w *worldFacts) at(channelID string) (base string, member memberFacts, ok bool) {
	for _, channel := range w.Channels {
		if channel.ChannelID == channelID {
			base = channel.BasePath
		}
	}
	i := slices.IndexFunc(w.Members, func(m memberFacts) bool {
		return m.ChannelID == channelID && (m.Merchant == DemoMerchant || m.Merchant == demoMerchantName)
	})
	if base == "" || i < 0 {
		return "", memberFacts{}, false
	}
	return base, w.Members[i], true
}

// keys are the platform's half of a member's keys.
func (m memberFacts) keys() orchestrator.ChannelKeys {
	return orchestrator.ChannelKeys{
		Alg:        m.RequestKey.Alg,
		RequestKID: m.RequestKey.KID, RequestKey: m.RequestKey.secret(),
		ReplyKID: m.ReplyKey.KID, ReplyKey: m.ReplyKey.secret(),
	}
}

// secret is the material in the spelling that the orchestrator keeps: base64url without padding.
func (k keyFacts) secret() orchestrator.Secret {
	return orchestrator.NewSecret(strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(k.Material.Reveal()), "="))
}

// errNoAnswer means that a control port is not there (yet).
var errNoAnswer = errors.New("control port does not answer")

// awaitDemoWorld describes the demo world; a simulator elsewhere is given a while to come up.
func (a *App) awaitDemoWorld(ctx context.Context) (*worldFacts, error) {
	const patience, pause = 30 * time.Second, 200 * time.Millisecond
	giveUp := (clock.System{}).Now().Add(patience)
	for {
		world, err := a.readDemoWorld(ctx)
		if err == nil || !errors.Is(err, errNoAnswer) || a.config.DemoFrom == "" || (clock.System{}).Now().After(giveUp) {
			return world, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for %s: %w", a.config.DemoFrom, ctx.Err())
		case <-time.After(pause):
		}
	}
}

// readDemoWorld asks the control plane once.
func (a *App) readDemoWorld(ctx context.Context) (*worldFacts, error) {
	world := &worldFacts{}
	err := a.read(ctx, a.controlURL()+"/v1/worlds/"+DemoWorld, a.config.Simulator.ControlToken, world)
	var refusal *statusError
	if errors.As(err, &refusal) || errors.Is(err, ErrUnknownNumber) {
		return nil, fmt.Errorf("%w: the control port has no demo world for us: check its token and that it was started with one: %w",
			ErrConfig, err)
	}
	return world, err
}
