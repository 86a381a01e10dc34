package app

import (
	"errors"
	"fmt"
	"net"

	"countersign/orchestrator"
	"countersign/orchestrator/channelclient"
	"countersign/orchestrator/controlapi"
	"countersign/orchestrator/httpapi"
	"countersign/orchestrator/messaging"
)

// newMessenger is the client of the merchants' SMS and WeChat gateways.
func (a *App) newMessenger() *messaging.Messenger {
	return messaging.NewMessenger(messaging.MessengerOptions{Dial: a.config.Network.DialContext})
}

// newWebhooks is the client of the merchants' own servers. Beside the public addresses, webhooks may point to this machine
// where the orchestrator itself is open to this machine only, and anywhere in a network of tests.
func (a *App) newWebhooks() *messaging.Webhooks {
	host, _, _ := net.SplitHostPort(a.config.Orchestrator.Platform)
	return messaging.NewWebhooks(messaging.WebhookOptions{Dial: a.config.Network.DialContext, Reach: messaging.Reach{
		Loopback: isLoopback(host), Anywhere: !a.config.Network.isTCP() || a.config.Orchestrator.TestClock,
	}})
}

// servePlatform serves merchant and operator API, and the test clocks where they are asked for.
func (a *App) servePlatform(side *platformSide, opened *ports) error {
	operator := orchestrator.NewSecret(side.tokens.Operator.Reveal())
	handler, err := httpapi.New(httpapi.Options{
		Engine: side.engine, Verifier: side.channel, OperatorToken: operator, Ready: side.store.Ready, Log: a.log,
		Load:      side.engine.Load,
		Malformed: func(err error) bool { return errors.Is(err, channelclient.ErrMalformed) },
	})
	if err != nil {
		return fmt.Errorf("platform port: %w", err)
	}
	a.serve(newServer("platform", opened.platform, handler))
	if opened.platformControl == nil {
		return nil
	}
	clocks, err := controlapi.New(controlapi.Options{Clocks: side.engine, OperatorToken: operator, Log: a.log})
	if err != nil {
		return fmt.Errorf("test clock port: %w", err)
	}
	a.serve(newServer("platform control", opened.platformControl, clocks))
	return nil
}
