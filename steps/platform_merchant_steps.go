package steps

import (
	"context"
	"encoding/base64"
	"fmt"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/contract/platform"
	"countersign/internal/money"
)

const reLetter = `channel ([A-D])`

// platformMerchantSteps are about how the scenario's merchant is set up at the platform. Channels are
// preferred in the order in which they are named.
func platformMerchantSteps() []Step {
	return []Step{
		{`the merchant has ` + reLetter + `, of kind ` + reWord, hasChannel},
		{`the merchant routes (silent-first|route-first)`, routes},
		{`the merchant keeps no card elements`, keepsNothing},
		{`the merchant stops keeping card elements`, stopsKeeping},
		{`the merchant sends no notices`, sendsNoNotices},
		{`the merchant has a webhook`, hasWebhook},
		{reLetter + ` becomes the preferred one`, becomesPreferred},
		{reLetter + ` has the same priority as ` + reLetter, samePriority},
		{reLetter + ` charges a fee of ` + reYuan, chargesFee},
		{reLetter + ` limits (a payment|a day|a month) to ` + reYuan, limitsAmount},
		{reLetter + ` limits a day to ` + reNumber + ` payments?`, limitsCount},
		{reLetter + ` is (switched off|switched on|put into maintenance|retired)`, switchTo},
		{reLetter + ` goes into maintenance without a word`, silentMaintenance},
	}
}

// hasChannel takes the next channel of the kind that the world has.
func hasChannel(ctx context.Context, letter, kind string) error {
	w := From(ctx)
	s := platformNote(w)
	for _, c := range w.Sim.Channels {
		if string(c.Profile.Kind) != kind || s.has(c.ChannelId) {
			continue
		}
		added := &platformChannel{name: letter, sim: c, priority: 100 + 10*len(s.channels)}
		s.channels = append(s.channels, added)
		return w.renew(ctx, added)
	}
	return fmt.Errorf("the world has no further channel of kind %s", kind)
}

func (s *platformState) has(channelID string) bool {
	for _, c := range s.channels {
		if c.sim.ChannelId == channelID {
			return true
		}
	}
	return false
}

func routes(ctx context.Context, policy string) error {
	w := From(ctx)
	s := platformNote(w)
	s.setup.Policy = platform.Policy(policy)
	if w.Merchant == nil {
		return nil
	}
	r, err := w.platform.operator.SetPolicyWithResponse(ctx, w.Merchant.ID, platform.PolicyRequest{Policy: s.setup.Policy})
	return Done(r, err)
}

func keepsNothing(ctx context.Context) error {
	platformNote(From(ctx)).setup.ForgetElements = true
	return nil
}

// stopsKeeping is the operator's change of a merchant that has kept elements so far.
func stopsKeeping(ctx context.Context) error {
	w := From(ctx)
	s, err := w.atPlatform(ctx)
	if err != nil {
		return err
	}
	s.setup.ForgetElements = true
	r, err := w.platform.operator.PutMerchantWithResponse(ctx, w.Merchant.ID, w.merchantConfig(w.Merchant, s.setup))
	return Done(r, err)
}

func sendsNoNotices(ctx context.Context) error {
	platformNote(From(ctx)).setup.Silent = true
	return nil
}

// webhookSecret is of the form that Standard Webhooks wants; it opens nothing but the scenario's mailbox.
var webhookSecret = "whsec_" + base64.StdEncoding.EncodeToString([]byte("steps hear the merchant's webhooks"))

func hasWebhook(ctx context.Context) error {
	platformNote(From(ctx)).setup.WebhookSecret = webhookSecret
	return nil
}

func becomesPreferred(ctx context.Context, letter string) error {
	w := From(ctx)
	s := platformNote(w)
	c, err := s.named(letter)
	if err != nil {
		return err
	}
	for _, other := range s.channels {
		c.priority = min(c.priority, other.priority-1)
	}
	return w.renew(ctx, c)
}

func samePriority(ctx context.Context, letter, as string) error {
	w := From(ctx)
	s := platformNote(w)
	c, err := s.named(letter)
	if err != nil {
		return err
	}
	other, err := s.named(as)
	if err != nil {
		return err
	}
	c.priority = other.priority
	return w.renew(ctx, c)
}

func chargesFee(ctx context.Context, letter, amount string) error {
	w := From(ctx)
	c, err := platformNote(w).named(letter)
	if err != nil {
		return err
	}
	fen, err := money.Parse(amount)
	if err != nil {
		return err
	}
	c.fee = int64(fen)
	return w.renew(ctx, c)
}

func limitsAmount(ctx context.Context, letter, which, amount string) error {
	change, err := limitTo(which, amount)
	if err != nil {
		return err
	}
	return From(ctx).changeProfile(ctx, letter, change)
}

func limitsCount(ctx context.Context, letter string, n int) error {
	return From(ctx).changeProfile(ctx, letter, func(p *channel.ChannelProfile) {
		for i := range p.Banks {
			p.Banks[i].DailyCount = n
		}
	})
}

var channelStates = map[string]platform.ChannelState{
	"switched off": platform.ChannelDisabled, "switched on": platform.ChannelEnabled,
	"put into maintenance": platform.ChannelMaintenance, "retired": platform.ChannelRetired,
}

// switchTo is the operator's switch.
func switchTo(ctx context.Context, letter, words string) error {
	w := From(ctx)
	s, err := w.atPlatform(ctx)
	if err != nil {
		return err
	}
	c, err := s.named(letter)
	if err != nil {
		return err
	}
	r, err := w.platform.operator.SwitchChannelWithResponse(ctx, w.Merchant.ID, c.sim.ChannelId, platform.SwitchRequest{State: channelStates[words]})
	if err := Done(r, err); err != nil {
		return fmt.Errorf("switch channel %s: %w", letter, err)
	}
	return nil
}

// only runs something while all channels but one are switched off.
func (w *World) only(ctx context.Context, letter string, do func() error) error {
	s, err := w.atPlatform(ctx)
	if err != nil {
		return err
	}
	for _, words := range []string{"switched off", "switched on"} {
		for _, c := range s.channels {
			if c.name == letter {
				continue
			}
			if err := switchTo(ctx, c.name, words); err != nil {
				return err
			}
		}
		if words == "switched off" {
			if err := do(); err != nil {
				return err
			}
		}
	}
	return nil
}

// silentMaintenance is known to nobody but the channel, which answers so.
func silentMaintenance(ctx context.Context, letter string) error {
	w := From(ctx)
	c, err := platformNote(w).named(letter)
	if err != nil {
		return err
	}
	state := control.ChangeMaintenance
	r, err := w.suite.control.ChangeChannelWithResponse(ctx, w.Sim.WorldId, c.sim.ChannelId, control.ChannelChange{State: &state})
	return Done(r, err)
}
