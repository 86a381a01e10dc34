package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"countersign/contract/channel"
	"countersign/contract/platform"
	"countersign/internal/httpjson"
	"countersign/internal/money"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// defaultPriority is what the document says of an absent priority.
const defaultPriority = 100

// GetChannel answers a merchant's channel, without its keys.
func (a *api) GetChannel(w http.ResponseWriter, r *http.Request, merchantID platform.MerchantID, channelID platform.ChannelID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		return channelAnswer(a.options.Engine.GetChannel(c.ctx, merchantID, channelID))
	})
}

// PutChannel makes or changes a channel, at run time.
func (a *api) PutChannel(w http.ResponseWriter, r *http.Request, merchantID platform.MerchantID, channelID platform.ChannelID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		body, err := decode[platform.ChannelConfig](c)
		if err != nil {
			return 0, nil, err
		}
		command, err := channelCommand(channelID, body)
		if err != nil {
			return 0, nil, err
		}
		return channelAnswer(a.options.Engine.PutChannel(c.ctx, merchantID, command))
	})
}

// SwitchChannel turns a channel on, off, into maintenance, or retires it.
func (a *api) SwitchChannel(w http.ResponseWriter, r *http.Request, merchantID platform.MerchantID, channelID platform.ChannelID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		body, err := decode[platform.SwitchRequest](c)
		if err != nil {
			return 0, nil, err
		}
		return channelAnswer(a.options.Engine.SwitchChannel(c.ctx, merchantID, channelID, orchestrator.ChannelState(body.State)))
	})
}

// channelCommand reads a channel's configuration; it is whole: what is absent gets the document's default.
func channelCommand(channelID string, body platform.ChannelConfig) (engine.ChannelCommand, error) {
	base, err := baseURL(body.BaseUrl, "/base_url")
	if err != nil {
		return engine.ChannelCommand{}, err
	}
	if body.NotifyUrl != nil {
		if _, err := address(*body.NotifyUrl, "/notify_url"); err != nil {
			return engine.ChannelCommand{}, err
		}
	}
	if body.Profile.ChannelId != channelID {
		return engine.ChannelCommand{}, httpjson.InvalidField("/profile/channel_id", "wrong_value", "the profile is that of another channel")
	}
	keys, err := channelKeys(body)
	if err != nil {
		return engine.ChannelCommand{}, err
	}
	profile, err := recast[orchestrator.ChannelProfile](body.Profile)
	if err != nil {
		return engine.ChannelCommand{}, err
	}
	fee := value(body.Fee)
	return engine.ChannelCommand{
		ChannelID: channelID, BaseURL: base, MemberNo: body.MemberNo, Keys: keys, Profile: profile,
		Enabled: valueOr(body.Enabled, true), EnabledSaid: body.Enabled != nil, Priority: valueOr(body.Priority, defaultPriority),
		Fee:       orchestrator.Fee{Fixed: money.Fen(fee.Fixed), BasisPoints: int64(fee.BasisPoints)},
		NotifyURL: value(body.NotifyUrl), CallTimeout: time.Duration(value(body.CallTimeoutSeconds)) * time.Second,
	}, nil
}

// channelKeys reads both keys. One algorithm holds for both directions, and it is the profile's: which one is never a
// message's choice (reliability 6-5).
func channelKeys(body platform.ChannelConfig) (orchestrator.ChannelKeys, error) {
	alg := string(body.Profile.SignatureAlg)
	if string(body.RequestKey.Alg) != alg {
		return orchestrator.ChannelKeys{}, httpjson.InvalidField("/request_key/alg", "wrong_value", "the profile names another algorithm")
	}
	if string(body.ReplyKey.Alg) != alg {
		return orchestrator.ChannelKeys{}, httpjson.InvalidField("/reply_key/alg", "wrong_value", "the profile names another algorithm")
	}
	request, err := keyMaterial(body.RequestKey, "/request_key/material")
	if err != nil {
		return orchestrator.ChannelKeys{}, err
	}
	reply, err := keyMaterial(body.ReplyKey, "/reply_key/material")
	if err != nil {
		return orchestrator.ChannelKeys{}, err
	}
	return orchestrator.ChannelKeys{
		Alg: alg, RequestKID: body.RequestKey.Kid, RequestKey: request, ReplyKID: body.ReplyKey.Kid, ReplyKey: reply,
	}, nil
}

// keyLength is the length of an Ed25519 seed or public key, and the least of an HS256 key (RFC 7518 section 3.2), in bytes.
const keyLength = 32

// keyMaterial takes base64 of any spelling and keeps base64url without padding.
func keyMaterial(key platform.Key, field string) (orchestrator.Secret, error) {
	plain := strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(key.Material), "=")
	raw, err := base64.RawURLEncoding.DecodeString(plain)
	if err != nil || len(raw) < keyLength || (key.Alg == platform.EdDSA && len(raw) != keyLength) {
		return orchestrator.Secret{}, httpjson.InvalidField(field, "wrong_format",
			"base64 is wanted: at least 32 bytes for HS256, 32 bytes for EdDSA")
	}
	return orchestrator.NewSecret(base64.RawURLEncoding.EncodeToString(raw)), nil
}

// channelAnswer is a channel on the wire.
func channelAnswer(v engine.ChannelView, err error) (int, any, error) {
	if err != nil {
		return 0, nil, err
	}
	profile, err := recast[channel.ChannelProfile](v.Config.Profile)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, platform.Channel{
		ChannelId: v.Config.ChannelID, MemberNo: v.Config.MemberNo, BaseUrl: optional(v.Config.BaseURL),
		State: platform.ChannelState(v.State), Priority: v.Config.Priority, Profile: profile, BreakerOpen: v.BreakerOpen,
		Fee:       platform.Fee{Fixed: int64(v.Config.Fee.Fixed), BasisPoints: int(v.Config.Fee.BasisPoints)},
		NotifyUrl: optional(v.NotifyURL),
	}, nil
}

// recast turns a profile of the contract into one of the rules, and back. Both spell their members as the wire does;
// a test holds every member of every profile to it.
func recast[To, From any](profile From) (To, error) {
	var to To
	body, err := json.Marshal(profile)
	if err != nil {
		return to, fmt.Errorf("write profile: %w", err)
	}
	if err := json.Unmarshal(body, &to); err != nil {
		return to, fmt.Errorf("read profile: %w", err)
	}
	return to, nil
}
