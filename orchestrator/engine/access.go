package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"countersign/orchestrator"
)

// plainKeys is the form in which channel keys are sealed.
type plainKeys struct {
	Alg        string `json:"alg"`
	RequestKID string `json:"request_kid"`
	Request    string `json:"request"`
	ReplyKID   string `json:"reply_kid"`
	Reply      string `json:"reply"`
}

func keysScope(merchantID, channelID string) string {
	return "channel-keys:" + merchantID + ":" + channelID
}

// sealKeys encrypts a channel's keys.
func (e *Engine) sealKeys(merchantID, channelID string, keys orchestrator.ChannelKeys) ([]byte, error) {
	plain, err := json.Marshal(plainKeys{
		Alg: keys.Alg, RequestKID: keys.RequestKID, Request: keys.RequestKey.Reveal(),
		ReplyKID: keys.ReplyKID, Reply: keys.ReplyKey.Reveal(),
	})
	if err != nil {
		return nil, fmt.Errorf("encoding keys: %w", err)
	}
	sealed, err := e.opt.Vault.Seal(keysScope(merchantID, channelID), plain)
	if err != nil {
		return nil, fmt.Errorf("sealing keys: %w", err)
	}
	return sealed, nil
}

// access opens what a client needs to speak to a channel.
func (e *Engine) access(m orchestrator.Merchant, config orchestrator.ChannelConfig) (orchestrator.Access, error) {
	a := orchestrator.Access{Config: config, Clock: e.clocks.of(m)}
	plain, err := e.opt.Vault.Open(keysScope(config.MerchantID, config.ChannelID), config.SealedKeys)
	if err != nil {
		return a, fmt.Errorf("opening keys of channel %s: %w", config.ChannelID, err)
	}
	var k plainKeys
	if err := json.Unmarshal(plain, &k); err != nil {
		return a, fmt.Errorf("keys of channel %s cannot be decoded", config.ChannelID)
	}
	a.Keys = orchestrator.ChannelKeys{
		Alg: k.Alg, RequestKID: k.RequestKID, RequestKey: orchestrator.NewSecret(k.Request),
		ReplyKID: k.ReplyKID, ReplyKey: orchestrator.NewSecret(k.Reply),
	}
	return a, nil
}

// ChannelAccess is what a client needs to verify a notification of this channel. A refusal with CodeNotFound
// when merchant or channel is unknown.
func (e *Engine) ChannelAccess(ctx context.Context, merchantID, channelID string) (orchestrator.Access, error) {
	var m orchestrator.Merchant
	var config orchestrator.ChannelConfig
	err := e.view(ctx, func(tx orchestrator.Tx) (err error) {
		if m, err = tx.Merchants().Get(merchantID); err != nil {
			return err
		}
		config, err = tx.Channels().Get(merchantID, channelID)
		return err
	})
	if err != nil {
		return orchestrator.Access{}, err
	}
	return e.access(m, config)
}

// notifyURL is where a channel notifies this platform.
func (e *Engine) notifyURL(config orchestrator.ChannelConfig) string {
	if config.NotifyURL != "" || e.opt.NotifyBaseURL == "" {
		return config.NotifyURL
	}
	return strings.TrimRight(e.opt.NotifyBaseURL, "/") + "/notify/" + config.MerchantID + "/" + config.ChannelID
}
