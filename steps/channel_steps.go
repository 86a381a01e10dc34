package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/internal/money"
	"countersign/steps/wire"
)

// channelSteps are about which channel the member talks to and what it is like.
func channelSteps() []Step {
	return []Step{
		{`a channel of kind ` + reWord, useKind},
		{`the member turns to another channel of the same kind`, useSibling},
		{`a channel of kind ` + reWord + ` that sends (the same code|a new code|a new code beside the old one) when asked again`, useResend},
		{`a channel of kind ` + reWord + ` whose agreements end after ` + reNumber + ` days`, useLifetime},
		{`the channel limits (a charge|a day|a month) to ` + reYuan, setLimit},
		{`the channel limits a day to ` + reNumber + ` charges?`, setDailyCount},
		{`the channel is declared to be an agreement channel`, declareAgreementChannel},
		{`the channel goes into maintenance`, switchChannel("maintenance")},
		{`the channel comes out of maintenance`, switchChannel("open")},
		{`the channel is retired`, switchChannel("retired")},
		{`the member asks for the profile`, askProfile},
		{`the member asks for the limits`, askLimits},
		{`the profile says that ` + reWord + ` sends the code and ` + reWord + ` verifies it`, profileSays},
		{`the limits name (a charge|a day) of ` + reYuan, limitsSay},
		{`the channel keeps to the network's rule that the bank texts at signing`, keepsT6},
		{`the channel breaks the network's rule that the bank texts at signing`, breaksT6},
	}
}

func useKind(ctx context.Context, kind string) error {
	return useWhere(ctx, kind, func(channel.ChannelProfile) bool { return true })
}

// useWhere turns to the first channel of a kind that fits.
func useWhere(ctx context.Context, kind string, fits func(channel.ChannelProfile) bool) error {
	w := From(ctx)
	for _, c := range w.Sim.Channels {
		if string(c.Profile.Kind) == kind && fits(c.Profile) {
			return w.turnTo(c)
		}
	}
	return fmt.Errorf("the world has no such channel of kind %s", kind)
}

var resendWords = map[string]channel.CodeRulesResend{
	"the same code": channel.SameCode, "a new code": channel.NewCode, "a new code beside the old one": channel.BothValid,
}

func useResend(ctx context.Context, kind, words string) error {
	return useWhere(ctx, kind, func(p channel.ChannelProfile) bool { return p.Code.Resend == resendWords[words] })
}

func useLifetime(ctx context.Context, kind string, days int) error {
	return useWhere(ctx, kind, func(p channel.ChannelProfile) bool { return p.AgreementLifetimeDays == days })
}

func useSibling(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	for _, found := range w.Sim.Channels {
		if found.Profile.Kind == c.profile.Kind && found.ChannelId != c.profile.ChannelId {
			return w.turnTo(found)
		}
	}
	return fmt.Errorf("the world has one channel of kind %s only", c.profile.Kind)
}

// turnTo changes the channel and keeps the numbers of what was made at the one before.
func (w *World) turnTo(found control.Channel) error {
	before := w.channel
	if err := w.useChannel(found); err != nil {
		return err
	}
	if before != nil {
		w.channel.agreementNo, w.channel.orderNo, w.channel.orderTime = before.agreementNo, before.orderNo, before.orderTime
	}
	return nil
}

// changeProfile gives the channel another profile, at the simulator and in what the scenario knows.
func changeProfile(ctx context.Context, change func(*channel.ChannelProfile)) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	change(&c.profile)
	r, err := w.suite.control.ChangeChannelWithResponse(ctx, w.Sim.WorldId, c.profile.ChannelId, control.ChannelChange{Profile: &c.profile})
	if err := Done(r, err); err != nil {
		return fmt.Errorf("change the channel: %w", err)
	}
	return nil
}

func setLimit(ctx context.Context, which, amount string) error {
	change, err := limitTo(which, amount)
	if err != nil {
		return err
	}
	return changeProfile(ctx, change)
}

// limitTo sets one of the limits at all banks of a profile.
func limitTo(which, amount string) (func(*channel.ChannelProfile), error) {
	fen, err := money.Parse(amount)
	if err != nil {
		return nil, err
	}
	return func(p *channel.ChannelProfile) {
		for i := range p.Banks {
			switch which {
			case "a charge", "a payment":
				p.Banks[i].Single = int64(fen)
			case "a day":
				p.Banks[i].Daily = int64(fen)
			default:
				p.Banks[i].Monthly = int64(fen)
			}
		}
	}, nil
}

func setDailyCount(ctx context.Context, n int) error {
	return changeProfile(ctx, func(p *channel.ChannelProfile) {
		for i := range p.Banks {
			p.Banks[i].DailyCount = n
		}
	})
}

// declareAgreementChannel lets the channel call itself an agreement channel. Who texts stays as it is.
func declareAgreementChannel(ctx context.Context) error {
	return changeProfile(ctx, func(p *channel.ChannelProfile) { p.AgreementChannel = true })
}

// switchChannel gives a step that switches the channel.
func switchChannel(state control.ChannelChangeState) func(context.Context) error {
	return func(ctx context.Context) error {
		w := From(ctx)
		c, err := w.at()
		if err != nil {
			return err
		}
		r, err := w.suite.control.ChangeChannelWithResponse(ctx, w.Sim.WorldId, c.profile.ChannelId, control.ChannelChange{State: &state})
		if err := Done(r, err); err != nil {
			return fmt.Errorf("switch the channel: %w", err)
		}
		return nil
	}
}

// memberQuery is the query string that every GET of the contract carries.
func (c *channelState) memberQuery() url.Values {
	return url.Values{"member_no": {c.client.MemberNo}}
}

func askProfile(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return exchange(ctx, w, wire.Message{Method: http.MethodGet, Path: "/v1/profile", Query: c.memberQuery()},
		func(h *heard, v *channel.ChannelProfile) { h.profile = v })
}

func askLimits(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return exchange(ctx, w, wire.Message{Method: http.MethodGet, Path: "/v1/limits", Query: c.memberQuery()},
		func(h *heard, v *channel.Limits) { h.limits = v })
}

func profileSays(ctx context.Context, sender, verifier string) error {
	p := From(ctx).heard.profile
	if p == nil {
		return From(ctx).unexpected("a profile")
	}
	if string(p.Sender) != sender || string(p.Verifier) != verifier {
		return fmt.Errorf("the profile says that %s sends and %s verifies", p.Sender, p.Verifier)
	}
	return nil
}

func limitsSay(ctx context.Context, which, amount string) error {
	w := From(ctx)
	fen, err := money.Parse(amount)
	if err != nil {
		return err
	}
	if w.heard.limits == nil {
		return w.unexpected("limits")
	}
	for _, b := range w.heard.limits.Banks {
		if b.Bank != w.Card.Bank {
			continue
		}
		got := b.Single
		if which == "a day" {
			got = b.Daily
		}
		if got != int64(fen) {
			return fmt.Errorf("the limits name %s, not %s", money.Fen(got), fen)
		}
		return nil
	}
	return errors.New("the limits do not name the payer's bank")
}

// networkRule judges T6 by what the profile declares and by the SMS that arrived, as the harness does.
func networkRule(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	messages, err := w.messages(ctx, c.signNo)
	if err != nil {
		return err
	}
	if len(messages) == 0 {
		return errors.New("no signing SMS arrived")
	}
	return BankTexts(c.profile, messages[0])
}

// BankTexts is T6 as a check: the signing SMS of a channel that declares itself an agreement channel
// comes from the bank. Other channels it does not bind.
func BankTexts(p channel.ChannelProfile, m control.Message) error {
	if !p.AgreementChannel || m.Sender == control.PartyBank {
		return nil
	}
	return fmt.Errorf("%s declares itself an agreement channel, but its signing SMS comes from: %s", p.ChannelId, m.Sender)
}

func keepsT6(ctx context.Context) error { return networkRule(ctx) }

func breaksT6(ctx context.Context) error {
	if networkRule(ctx) == nil {
		return errors.New("the harness does not notice that another party texts")
	}
	return nil
}

// day is a day of the contract's limits and lifetimes.
const day = 24 * time.Hour
