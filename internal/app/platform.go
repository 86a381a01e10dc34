package app

import (
	"context"
	"fmt"
	"time"

	"countersign/internal/clock"
	"countersign/internal/ids"
	"countersign/orchestrator"
	"countersign/orchestrator/channelclient"
	"countersign/orchestrator/engine"
	"countersign/orchestrator/sqlstore"
)

// platformSide is the orchestrator with what belongs to it.
type platformSide struct {
	engine  *engine.Engine
	channel *channelclient.Client
	store   *sqlstore.Store
	vault   *sqlstore.Vault
	tokens  tokens
	folder  *part // nil in memory
}

// startPlatform opens the store, sets the demo merchant up, picks up what a former process left in flight, and serves.
func (a *App) startPlatform(ctx context.Context, opened *ports) (*platformSide, error) {
	side, err := a.openStore(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.newPlatformEngine(side); err != nil {
		return nil, err
	}
	a.platform = side
	if err := a.provision(ctx, side); err != nil {
		return nil, err
	}
	if err := side.engine.Recover(ctx); err != nil {
		return nil, fmt.Errorf("pick up work in flight: %w", err)
	}
	a.runPlatform(side)
	return side, a.servePlatform(side, opened)
}

// openStore opens database, vault and tokens: in the data folder, or in memory.
func (a *App) openStore(ctx context.Context) (*platformSide, error) {
	side := &platformSide{tokens: newTokens()}
	var err error
	if a.config.DataDir == "" {
		side.store, side.vault, err = sqlstore.OpenMemory(ctx)
	} else {
		err = a.openStoreFolder(ctx, side)
	}
	if err != nil {
		return nil, err
	}
	a.atEnd(func() { _ = side.store.Close() })
	if given := a.config.Orchestrator.OperatorToken; given != "" {
		side.tokens.Operator = given
	}
	if given := a.config.Orchestrator.MerchantToken; given != "" {
		side.tokens.Merchant = given
	}
	return side, nil
}

// openStoreFolder opens the store in the data folder, for this process alone.
func (a *App) openStoreFolder(ctx context.Context, side *platformSide) error {
	folder, err := openPart(a.config.DataDir, platformPart)
	if err != nil {
		return err
	}
	a.atEnd(func() { _ = folder.close() })
	side.folder = folder
	if side.tokens, err = loadTokens(folder); err != nil {
		return err
	}
	if side.store, side.vault, err = sqlstore.Open(ctx, folder.path); err != nil {
		return dataDirError(err)
	}
	return nil
}

// newPlatformEngine puts the engine's ports in place.
func (a *App) newPlatformEngine(side *platformSide) error {
	side.channel = channelclient.New(channelclient.NewTransport(a.config.Network.DialContext), ids.Random{})
	a.atEnd(side.channel.Close)
	var err error
	side.engine, err = engine.New(engine.Options{
		Store: side.store, Channel: side.channel, Messenger: a.newMessenger(), Webhooks: a.newWebhooks(), Vault: side.vault,
		Chance: newSecretChance(side.vault), Bins: issuers{a.config.fixtures}, IDs: ids.Random{}, Clock: clock.System{},
		Log: a.log, CallTimeout: a.config.Orchestrator.CallTimeout, NotifyBaseURL: a.platformURL(),
		TestClock: a.config.Orchestrator.TestClock, Exclusive: true,
	})
	if err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	return nil
}

// platformURL is how channels reach the notification endpoint.
func (a *App) platformURL() string {
	if a.config.Orchestrator.PublicURL != "" {
		return a.config.Orchestrator.PublicURL
	}
	return a.addresses.Platform
}

// runPlatform works off what is due, until the end.
func (a *App) runPlatform(side *platformSide) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := side.engine.Run(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("orchestrator stopped working", "error", err)
		}
	}()
	a.atEnd(func() {
		cancel()
		a.awaitWork(done)
	})
}

// awaitWork lets work under way end. Calls that a fault holds are let go after a while, by the simulator in this program;
// what still hangs then is left as it is, as a crash would leave it, and is picked up at the next start.
func (a *App) awaitWork(done <-chan struct{}) {
	const patience = time.Second
	for range 2 {
		select {
		case <-done:
			return
		case <-time.After(patience):
		}
		if a.simulator != nil {
			a.simulator.engine.Close()
		}
	}
	a.log.Warn("calls were left hanging at the end")
}

// Compile-time proof that chance and issuers are the engine's ports.
var (
	_ orchestrator.Chance = secretChance{}
	_ orchestrator.Bins   = issuers{}
)
