package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"countersign/fixtures"
	"countersign/internal/clock"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// provision sets the demo merchant up at the orchestrator: at the first start everything, later only what has moved since
// the last start (addresses, numbers, keys, a token given anew). Whatever else is stored is the operator's.
func (a *App) provision(ctx context.Context, platform *platformSide) error {
	if !a.config.Demo || a.controlURL() == "" {
		return nil
	}
	world, err := a.awaitDemoWorld(ctx)
	if err != nil {
		return err
	}
	a.demoWorld = world
	if a.simulatorURL() == "" {
		return &ConfigError{
			What: "the control port at " + a.controlURL() + " does not tell where the channels are", Next: "give their address with --simulator-url",
		}
	}
	last, err := lastPlacement(platform.folder)
	if err != nil {
		return err
	}
	now, err := a.placement(platform, world)
	if err != nil {
		return err
	}
	if err := a.provisionMerchant(ctx, platform, last, now); err != nil {
		return fmt.Errorf("demo merchant: %w", err)
	}
	set, err := a.config.fixtures()
	if err != nil {
		return err
	}
	for _, route := range set.Routes {
		if err := a.provisionChannel(ctx, platform, set, route, last, now); err != nil {
			return fmt.Errorf("demo merchant at %s: %w", route.ChannelID, err)
		}
	}
	return now.keep(platform.folder)
}

// demoSMSPerDay is how many signing SMS a card of the demo may cause in a day: people who try things out ask for many
// codes.
const demoSMSPerDay = 1000

// provisionMerchant makes the merchant, or tells it what has moved.
func (a *App) provisionMerchant(ctx context.Context, platform *platformSide, last, now placement) error {
	_, err := platform.engine.GetMerchant(ctx, DemoMerchant)
	if err == nil {
		return moveMerchant(ctx, platform, last, now)
	}
	if orchestrator.CodeOf(err) != orchestrator.CodeNotFound {
		return err
	}
	command := engine.MerchantCommand{
		ID: DemoMerchant, Name: demoMerchantName, BrandZH: demoMerchantName,
		Token: orchestrator.NewSecret(platform.tokens.Merchant.Reveal()), Clock: orchestrator.ClockSystem,
		Routing: orchestrator.SilentFirst, KeepElements: true, Notices: true,
		SMSPerCardDay: demoSMSPerDay, SMSPerChannelDay: demoSMSPerDay,
		GatewayURL: now.GatewayURL, GatewayToken: orchestrator.NewSecret(a.demoWorld.Messaging.Token),
	}
	if a.config.Orchestrator.TestClock {
		command.Clock, command.ClockStart = orchestrator.ClockTest, a.demoWorld.Clock.Now
	}
	_, err = platform.engine.PutMerchant(ctx, command)
	return err
}

// moveMerchant changes the stored merchant where the gateway or the given token has moved. The row is changed in place,
// so that nothing else of it can get lost. A gateway that an operator chose is not ours to move.
func moveMerchant(ctx context.Context, platform *platformSide, last, now placement) error {
	gateway := last.GatewayURL != now.GatewayURL || last.GatewayToken != now.GatewayToken
	token := last.MerchantToken != now.MerchantToken
	if !gateway && !token {
		return nil
	}
	return platform.store.Update(ctx, func(tx orchestrator.Tx) error {
		m, err := tx.Merchants().Get(DemoMerchant)
		if err != nil {
			return err
		}
		if gateway && last.ours(m.GatewayURL, last.GatewayURL) {
			m.GatewayURL = now.GatewayURL
			if m.SealedGateway, err = platform.vault.Seal("gateway:"+m.ID, []byte(now.gateway.Reveal())); err != nil {
				return fmt.Errorf("seal gateway token: %w", err)
			}
		}
		if token {
			sum := sha256.Sum256([]byte(platform.tokens.Merchant.Reveal()))
			m.TokenHash = hex.EncodeToString(sum[:])
		}
		m.UpdatedAt = (clock.System{}).Now()
		return tx.Merchants().Put(&m)
	})
}

// provisionChannel makes a channel of the merchant, or tells it what has moved.
func (a *App) provisionChannel(
	ctx context.Context, platform *platformSide, set *fixtures.Set, route fixtures.Route, last, now placement,
) error {
	here, ok := now.Channels[route.ChannelID]
	if !ok {
		return nil // a world with fewer channels
	}
	known, err := platform.engine.GetChannel(ctx, DemoMerchant, route.ChannelID)
	if err == nil {
		return moveChannel(ctx, platform.engine, known.Config, last, here)
	}
	if orchestrator.CodeOf(err) != orchestrator.CodeNotFound {
		return err
	}
	channel, ok := set.Channel(route.ChannelID)
	if !ok {
		return errors.New("the fixtures have a route to a channel that they do not have")
	}
	profile, err := configured(channel)
	if err != nil {
		return err
	}
	_, err = platform.engine.PutChannel(ctx, DemoMerchant, engine.ChannelCommand{
		ChannelID: route.ChannelID, BaseURL: here.BaseURL, MemberNo: here.MemberNo, Keys: here.keys, Profile: profile,
		Enabled: route.Enabled, Priority: route.Priority,
		Fee: orchestrator.Fee{Fixed: route.Fixed, BasisPoints: int64(route.BasisPoints)},
	})
	return err
}

// moveChannel changes address, number and keys of a stored channel, in any state: a retired one is still asked about what
// it owes. A channel that an operator pointed elsewhere is not ours to move.
func moveChannel(ctx context.Context, to *engine.Engine, known orchestrator.ChannelConfig, last placement, here place) error {
	was := last.Channels[known.ChannelID]
	if was.same(here) || !last.ours(known.BaseURL, was.BaseURL) || !last.ours(known.MemberNo, was.MemberNo) {
		return nil
	}
	_, err := to.PutChannel(ctx, DemoMerchant, engine.ChannelCommand{
		ChannelID: known.ChannelID, BaseURL: here.BaseURL, MemberNo: here.MemberNo, Keys: here.keys,
		Profile: known.Profile, Enabled: known.State == orchestrator.ChannelEnabled, Priority: known.Priority, Fee: known.Fee,
		NotifyURL: known.NotifyURL, CallTimeout: known.CallTimeout,
	})
	if err != nil {
		return err
	}
	_, err = to.SwitchChannel(ctx, DemoMerchant, known.ChannelID, known.State)
	return err
}
