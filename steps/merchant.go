package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"countersign/contract/control"
	"countersign/contract/platform"
	"countersign/steps/runner"
	"countersign/steps/target"
)

// Merchant is the scenario's merchant at the platform under test: a name, a token, and a clock that the
// joint steps move.
type Merchant struct {
	ID     string
	Token  target.Token
	Client *platform.ClientWithResponses
}

// Provisioning says how a merchant is set up. The zero value is the default of the platform at all
// channels of the world.
type Provisioning struct {
	// Policy is the routing policy; empty leaves the platform's default.
	Policy platform.Policy
	// ForgetElements switches the keeping of card elements off.
	ForgetElements bool
	// Silent switches notices to payers off.
	Silent bool
	// WebhookSecret has a webhook set up to the mailbox "merchant" when not empty.
	WebhookSecret string
	// Channels says how each channel is provisioned; nil takes all as they are. Channels it leaves out
	// are not provisioned.
	Channels func(control.Channel, *platform.ChannelConfig) (provisioned bool)
}

// errNoPlatform means that the target has no platform with an operator scope.
var errNoPlatform = errors.New("the target has no platform that can be provisioned")

// Operator is the client of the platform's operator scope.
func (w *World) Operator() *platform.ClientWithResponses { return w.platform.operator }

// Provision makes the scenario's merchant, and its channels, at the platform.
func (w *World) Provision(ctx context.Context, p Provisioning) error {
	if w.platform.operator == nil {
		return runner.CouldNotJudge(errNoPlatform)
	}
	if w.Merchant != nil {
		return errors.New("the scenario has a merchant already")
	}
	m := &Merchant{
		ID:    "mer-" + strings.ToLower(w.prefix+"-"+shorten(w.Sim.WorldId)),
		Token: target.Token("merchant-token-" + w.prefix + w.Sim.WorldId),
	}
	config := w.merchantConfig(m, p)
	r, err := w.platform.operator.PutMerchantWithResponse(ctx, m.ID, config)
	if _, err := Fetched[platform.Merchant](r, err); err != nil {
		return fmt.Errorf("provision the merchant: %w", err)
	}
	m.Client, err = platform.NewClientWithResponses(w.platform.address,
		platform.WithHTTPClient(w.platform.http), platform.WithRequestEditorFn(bearer(m.Token)))
	if err != nil {
		return fmt.Errorf("merchant's client: %w", err)
	}
	w.Merchant = m
	for _, c := range w.Sim.Channels {
		if err := w.provisionChannel(ctx, m, c, p.Channels); err != nil {
			return err
		}
	}
	return nil
}

// shorten keeps what tells one world from another in an id of bounded length.
func shorten(id string) string {
	id = strings.NewReplacer("_", "-").Replace(id)
	const most = 32
	return id[max(0, len(id)-most):]
}

func (w *World) merchantConfig(m *Merchant, p Provisioning) platform.MerchantConfig {
	// The brand has no digits: a run of them before the code would be taken for the code.
	keep, notices, brand := !p.ForgetElements, !p.Silent, "演示商户"
	config := platform.MerchantConfig{
		Name: "Merchant " + w.prefix, Token: m.Token.Reveal(), KeepElements: &keep, Notices: &notices, SmsBrandZh: &brand,
	}
	if w.platform.clocks != nil && w.Sim.Clock.Virtual {
		mode, begin := platform.ClockTest, w.Now()
		config.Clock, config.ClockStart = &mode, &begin
	}
	if p.Policy != "" {
		config.Policy = &p.Policy
	}
	if w.Sim.Messaging.BasePath != "" {
		config.Messaging = &platform.MessagingConfig{
			BaseUrl: w.suite.target.Addresses().PeerProtocol() + strings.TrimRight(w.Sim.Messaging.BasePath, "/"),
			Token:   w.Sim.Messaging.Token,
		}
	}
	if p.WebhookSecret != "" {
		config.Webhook = &platform.WebhookConfig{Url: w.MailAddress("merchant"), Secret: p.WebhookSecret}
	}
	return config
}

func (w *World) provisionChannel(
	ctx context.Context, m *Merchant, c control.Channel, change func(control.Channel, *platform.ChannelConfig) bool,
) error {
	config := platform.ChannelConfig{
		BaseUrl: w.suite.target.Addresses().PeerProtocol() + strings.TrimRight(c.BasePath, "/"), Profile: c.Profile,
	}
	member, found := w.member(c.ChannelId)
	if !found {
		return nil
	}
	config.MemberNo = member.MemberNo
	config.RequestKey, config.ReplyKey = platformKey(member.RequestKey), platformKey(member.ReplyKey)
	if change != nil && !change(c, &config) {
		return nil
	}
	r, err := w.platform.operator.PutChannelWithResponse(ctx, m.ID, c.ChannelId, config)
	if _, err := Fetched[platform.Channel](r, err); err != nil {
		return fmt.Errorf("provision channel %s: %w", c.ChannelId, err)
	}
	return nil
}

// platformKey is a key as the platform takes it.
func platformKey(k control.Key) platform.Key {
	return platform.Key{Alg: platform.KeyAlg(k.Alg), Kid: k.Kid, Material: k.Material}
}

// member finds the world's first merchant at a channel.
func (w *World) member(channelID string) (control.Member, bool) {
	for _, m := range w.Sim.Members {
		if m.ChannelId == channelID {
			return m, true
		}
	}
	return control.Member{}, false
}
