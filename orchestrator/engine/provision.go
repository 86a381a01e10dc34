package engine

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"countersign/orchestrator"
)

// tokenHash is how a merchant's token is kept. Tokens are long and random, so a plain digest will do.
func tokenHash(token orchestrator.Secret) string {
	sum := sha256.Sum256([]byte(token.Reveal()))
	return hexOf(sum[:])
}

// MerchantByToken finds the merchant of a bearer token; a refusal with CodeNotFound when there is none.
func (e *Engine) MerchantByToken(ctx context.Context, token orchestrator.Secret) (merchantID string, err error) {
	err = e.view(ctx, func(tx orchestrator.Tx) error {
		m, err := tx.Merchants().ByTokenHash(tokenHash(token))
		merchantID = m.ID
		return err
	})
	return merchantID, err
}

// provision runs an operator's change; it makes no calls.
func (e *Engine) provision(ctx context.Context, fn func(orchestrator.Tx) error) error {
	var err error
	for range versionTries {
		if err = e.update(ctx, PointProvision, fn); !errors.Is(err, orchestrator.ErrVersion) {
			break
		}
	}
	e.poke()
	return err
}

// PutMerchant makes or changes a merchant. The clock of a known merchant stays as it is.
func (e *Engine) PutMerchant(ctx context.Context, cmd MerchantCommand) (MerchantView, error) {
	if err := e.checkMerchant(cmd); err != nil {
		return MerchantView{}, err
	}
	err := e.provision(ctx, func(tx orchestrator.Tx) error {
		m, err := tx.Merchants().Get(cmd.ID)
		if err != nil && !errors.Is(err, orchestrator.ErrNotFound) {
			return err
		}
		now := e.opt.Clock.Now()
		if err != nil {
			m = orchestrator.Merchant{ID: cmd.ID, CreatedAt: now, Clock: cmd.Clock, TestNow: cmd.ClockStart}
			if m.Clock == "" {
				m.Clock = orchestrator.ClockSystem
			}
			if m.Clock == orchestrator.ClockTest && m.TestNow.IsZero() {
				m.TestNow = now
			}
			m.Policy = orchestrator.DefaultPolicy()
		}
		m.Name, m.BrandZH, m.TokenHash, m.UpdatedAt = cmd.Name, cmd.BrandZH, tokenHash(cmd.Token), now
		if m.Policy.KeepElements && !cmd.KeepElements { // switched off: what was kept goes in the same commit (T14)
			if err := tx.Cards().ForgetElements(cmd.ID); err != nil {
				return err
			}
		}
		m.Policy.KeepElements, m.Policy.Notices = cmd.KeepElements, cmd.Notices
		m.Policy.SMSPerCardDay = cmp.Or(cmd.SMSPerCardDay, orchestrator.DefaultSMSPerCardDay)
		m.Policy.SMSPerChannelDay = cmp.Or(cmd.SMSPerChannelDay, orchestrator.DefaultSMSPerChannelDay)
		if cmd.Routing != "" {
			m.Policy.Routing = cmd.Routing
		}
		if err := e.sealMerchant(&m, cmd); err != nil {
			return err
		}
		return tx.Merchants().Put(&m)
	})
	if err != nil {
		return MerchantView{}, err
	}
	return e.GetMerchant(ctx, cmd.ID)
}

// checkMerchant refuses what no merchant may be.
func (e *Engine) checkMerchant(cmd MerchantCommand) error {
	switch {
	case cmd.ID == "":
		return orchestrator.RefuseField("merchant_id", "The merchant's id is missing.")
	case cmd.Token.IsZero():
		return orchestrator.RefuseField("token", "The merchant's token is missing.")
	case cmd.Clock == orchestrator.ClockTest && !e.opt.TestClock:
		return orchestrator.RefuseField("clock", "Test clocks are off; start with --test-clock.")
	case cmd.SMSPerCardDay < 0:
		return orchestrator.RefuseField("sms_daily_per_card", "The number of SMS is not negative.")
	case cmd.SMSPerChannelDay < 0:
		return orchestrator.RefuseField("sms_daily_per_channel", "The number of SMS is not negative.")
	case cmd.Routing != "" && cmd.Routing != orchestrator.SilentFirst && cmd.Routing != orchestrator.RouteFirst:
		return orchestrator.RefuseField("policy", "The policy is silent-first or route-first.")
	}
	return nil
}

// sealMerchant encrypts what must not lie open in the store.
func (e *Engine) sealMerchant(m *orchestrator.Merchant, cmd MerchantCommand) (err error) {
	m.GatewayURL, m.WebhookURL = cmd.GatewayURL, cmd.WebhookURL
	if m.SealedGateway, err = e.opt.Vault.Seal("gateway:"+m.ID, []byte(cmd.GatewayToken.Reveal())); err != nil {
		return err
	}
	m.SealedWebhook, err = e.opt.Vault.Seal("webhook:"+m.ID, []byte(cmd.WebhookSecret.Reveal()))
	return err
}

// GetMerchant answers a merchant.
func (e *Engine) GetMerchant(ctx context.Context, merchantID string) (view MerchantView, err error) {
	err = e.view(ctx, func(tx orchestrator.Tx) error {
		m, err := tx.Merchants().Get(merchantID)
		if err != nil {
			return err
		}
		view, err = merchantView(tx, m)
		return err
	})
	return view, err
}

func merchantView(tx orchestrator.Tx, m orchestrator.Merchant) (MerchantView, error) {
	view := MerchantView{
		ID: m.ID, Name: m.Name, Clock: m.Clock, Routing: m.Policy.Routing, KeepElements: m.Policy.KeepElements,
		Notices: m.Policy.Notices, SMSPerCardDay: m.Policy.SMSPerCardDay, SMSPerChannelDay: m.Policy.SMSPerChannelDay,
		Channels: []string{},
	}
	configs, err := tx.Channels().List(m.ID)
	for _, c := range configs {
		view.Channels = append(view.Channels, c.ChannelID)
	}
	return view, err
}

// ListMerchants answers all merchants by id.
func (e *Engine) ListMerchants(ctx context.Context) (views []MerchantView, err error) {
	err = e.view(ctx, func(tx orchestrator.Tx) error {
		all, err := tx.Merchants().List()
		if err != nil {
			return err
		}
		views = make([]MerchantView, 0, len(all))
		for _, m := range all {
			v, err := merchantView(tx, m)
			if err != nil {
				return err
			}
			views = append(views, v)
		}
		return nil
	})
	return views, err
}

// SetPolicy changes a merchant's routing policy.
func (e *Engine) SetPolicy(ctx context.Context, merchantID string, routing orchestrator.RoutingPolicy) (MerchantView, error) {
	if routing != orchestrator.SilentFirst && routing != orchestrator.RouteFirst {
		return MerchantView{}, orchestrator.RefuseField("policy", "The policy is silent-first or route-first.")
	}
	err := e.provision(ctx, func(tx orchestrator.Tx) error {
		m, err := tx.Merchants().Get(merchantID)
		if err != nil {
			return err
		}
		m.Policy.Routing = routing
		return tx.Merchants().Put(&m)
	})
	if err != nil {
		return MerchantView{}, e.outward(err)
	}
	return e.GetMerchant(ctx, merchantID)
}

// PutChannel makes or changes a channel of a merchant, at run time.
func (e *Engine) PutChannel(ctx context.Context, merchantID string, cmd ChannelCommand) (ChannelView, error) {
	if cmd.ChannelID == "" || cmd.BaseURL == "" || cmd.MemberNo == "" {
		return ChannelView{}, orchestrator.RefuseField("channel_id", "A channel needs an id, a base URL and a member number.")
	}
	if cmd.Profile.ChannelID != cmd.ChannelID {
		return ChannelView{}, orchestrator.RefuseField("profile.channel_id", "The profile is of another channel.")
	}
	if err := cmd.Profile.Check(); err != nil {
		return ChannelView{}, err
	}
	sealed, err := e.sealKeys(merchantID, cmd.ChannelID, cmd.Keys)
	if err != nil {
		return ChannelView{}, err
	}
	digest, err := profileDigest(cmd.Profile)
	if err != nil {
		return ChannelView{}, err
	}
	err = e.provision(ctx, func(tx orchestrator.Tx) error {
		if _, err := tx.Merchants().Get(merchantID); err != nil {
			return err
		}
		c, err := tx.Channels().Get(merchantID, cmd.ChannelID)
		if err != nil && !errors.Is(err, orchestrator.ErrNotFound) {
			return err
		}
		state, err := stateAfter(c.State, cmd)
		if err != nil {
			return err
		}
		c = orchestrator.ChannelConfig{
			MerchantID: merchantID, ChannelID: cmd.ChannelID, BaseURL: cmd.BaseURL, MemberNo: cmd.MemberNo, SealedKeys: sealed,
			Profile: cmd.Profile, ProfileDigest: digest, State: state, Priority: cmd.Priority, Fee: cmd.Fee, NotifyURL: cmd.NotifyURL,
			CallTimeout: cmd.CallTimeout, Version: c.Version, UpdatedAt: e.opt.Clock.Now(),
		}
		return tx.Channels().Put(&c)
	})
	if errors.Is(err, orchestrator.ErrDuplicateMember) {
		return ChannelView{}, orchestrator.RefuseField("member_no", "Another merchant has this member number at this channel.")
	}
	if err != nil {
		return ChannelView{}, err
	}
	return e.GetChannel(ctx, merchantID, cmd.ChannelID)
}

// profileDigest is the SHA-256 of a profile as it is stored.
func profileDigest(profile orchestrator.ChannelProfile) (string, error) {
	text, err := json.Marshal(profile)
	if err != nil {
		return "", fmt.Errorf("write profile: %w", err)
	}
	sum := sha256.Sum256(text)
	return hexOf(sum[:]), nil
}

// stateAfter is the state of a channel that is put. A retired one does not come back, but where it is and its keys may
// still change: its queries go on.
func stateAfter(old orchestrator.ChannelState, cmd ChannelCommand) (orchestrator.ChannelState, error) {
	switch {
	case old == orchestrator.ChannelRetired && cmd.Enabled && cmd.EnabledSaid:
		return old, &orchestrator.Error{
			Code: orchestrator.CodeWrongState, Field: "enabled", Detail: "A retired channel does not come back.",
		}
	case old == orchestrator.ChannelRetired:
		return old, nil
	case cmd.Enabled:
		return orchestrator.ChannelEnabled, nil
	}
	return orchestrator.ChannelDisabled, nil
}

// GetChannel answers a channel of a merchant.
func (e *Engine) GetChannel(ctx context.Context, merchantID, channelID string) (ChannelView, error) {
	var view ChannelView
	err := e.view(ctx, func(tx orchestrator.Tx) error {
		m, err := tx.Merchants().Get(merchantID)
		if err != nil {
			return err
		}
		c, err := tx.Channels().Get(merchantID, channelID)
		if err != nil {
			return err
		}
		h, err := tx.Healths().Get(merchantID, channelID)
		if err != nil {
			return err
		}
		now := e.clocks.of(m).Now()
		view = ChannelView{Config: c, State: c.State, BreakerOpen: h.State(now) == orchestrator.BreakerOpen, NotifyURL: e.notifyURL(c)}
		view.Config.SealedKeys = nil
		if c.State == orchestrator.ChannelEnabled && c.Profile.InMaintenance(now) {
			view.State = orchestrator.ChannelMaintenance
		}
		return nil
	})
	return view, err
}

// SwitchChannel turns a channel on, off, into maintenance, or retires it for ever.
func (e *Engine) SwitchChannel(ctx context.Context, merchantID, channelID string, state orchestrator.ChannelState) (ChannelView, error) {
	err := e.provision(ctx, func(tx orchestrator.Tx) error {
		c, err := tx.Channels().Get(merchantID, channelID)
		if err != nil {
			return err
		}
		if c.State == orchestrator.ChannelRetired && state != orchestrator.ChannelRetired {
			return orchestrator.Refuse(orchestrator.CodeWrongState, "A retired channel does not come back.")
		}
		c.State, c.UpdatedAt = state, e.opt.Clock.Now()
		return tx.Channels().Put(&c)
	})
	if err != nil {
		return ChannelView{}, e.outward(err)
	}
	return e.GetChannel(ctx, merchantID, channelID)
}

// nowOf is the present by a merchant's clock.
func (e *Engine) nowOf(ctx context.Context, merchantID string) (time.Time, error) {
	m, err := e.merchant(ctx, merchantID)
	if err != nil {
		return time.Time{}, err
	}
	return e.clocks.of(m).Now(), nil
}
