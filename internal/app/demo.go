package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"countersign/internal/clock"
	"countersign/orchestrator"
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
	ProtocolURL string `json:"protocol_url"`
	Messaging   struct {
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
		if err := a.simulator.describe(&demo, int64(a.config.Seed)); err != nil || a.simulator.demo != nil {
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
	if a.demoWorld == nil {
		return ""
	}
	return protocolBeside(a.config.DemoFrom, a.demoWorld.ProtocolURL)
}

// protocolBeside is the protocol port that a control port tells of. A process that listens everywhere, or in a container,
// knows itself by a loopback name only: then the host is the one under which the control port was reached.
func protocolBeside(control, told string) string {
	from, err := url.Parse(control)
	if err != nil || told == "" {
		return told
	}
	at, err := url.Parse(told)
	if err != nil || !isLoopback(at.Hostname()) || isLoopback(from.Hostname()) {
		return told
	}
	port := at.Port()
	if port == "" {
		port = "80"
	}
	at.Host = net.JoinHostPort(from.Hostname(), port)
	return at.String()
}

// controlURL is the control port whose demo world is used.
func (a *App) controlURL() string {
	if a.addresses.Control != "" {
		return a.addresses.Control
	}
	return a.config.DemoFrom
}

// at finds base path and member of the demo merchant at a channel.
func (w *worldFacts) at(channelID string) (base string, member memberFacts, ok bool) {
	for _, channel := range w.Channels {
		if channel.ChannelID == channelID {
			base = channel.BasePath
		}
	}
	i := slices.IndexFunc(w.Members, func(m memberFacts) bool {
		return m.ChannelID == channelID && m.Merchant == DemoMerchant
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
	const pause = 200 * time.Millisecond
	giveUp := (clock.System{}).Now().Add(a.config.DemoWait)
	for told := false; ; told = true {
		world, err := a.readDemoWorld(ctx)
		if !errors.Is(err, errNoAnswer) || a.config.DemoFrom == "" {
			return world, err
		}
		if (clock.System{}).Now().After(giveUp) {
			return nil, &ConfigError{
				What: "the simulator at " + a.config.DemoFrom + " does not answer",
				Next: "start `countersign simulator` first, or mend --demo-from (the URL of its control port)",
			}
		}
		if !told {
			a.log.Warn("waiting for the simulator", "control_url", a.config.DemoFrom, "at_most", a.config.DemoWait)
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
	switch {
	case errors.As(err, &refusal) && refusal.status == http.StatusUnauthorized:
		return nil, &ConfigError{What: "the control port at " + a.controlURL() + " wants another token", Next: "give its --control-token"}
	case errors.As(err, &refusal), errors.Is(err, ErrUnknownNumber), errors.Is(err, errNoJSON):
		return nil, &ConfigError{
			What: "there is no demo world at " + a.controlURL() + " (" + err.Error() + ")",
			Next: "check that it is the control port of a `countersign simulator` started without --no-demo",
		}
	}
	return world, err
}
