package httpapi

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"countersign/contract/platform"
	"countersign/internal/httpjson"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// ListMerchants answers all merchants.
func (a *api) ListMerchants(w http.ResponseWriter, r *http.Request) {
	a.serve(w, r, func(c *call) (int, any, error) {
		views, err := a.options.Engine.ListMerchants(c.ctx)
		list := platform.MerchantList{Merchants: make([]platform.Merchant, 0, len(views))}
		for _, v := range views {
			list.Merchants = append(list.Merchants, merchant(v))
		}
		return http.StatusOK, list, err
	})
}

// GetMerchant answers a merchant, without its secrets.
func (a *api) GetMerchant(w http.ResponseWriter, r *http.Request, id platform.MerchantID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		view, err := a.options.Engine.GetMerchant(c.ctx, id)
		return http.StatusOK, merchant(view), err
	})
}

// PutMerchant makes or changes a merchant.
func (a *api) PutMerchant(w http.ResponseWriter, r *http.Request, id platform.MerchantID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		body, err := decode[platform.MerchantConfig](c)
		if err != nil {
			return 0, nil, err
		}
		command, err := merchantCommand(id, body)
		if err != nil {
			return 0, nil, err
		}
		if given := digestOf(body.Token); subtle.ConstantTimeCompare(given[:], a.operator[:]) == 1 {
			return 0, nil, httpjson.InvalidField("/token", "wrong_value", "this token opens another scope")
		}
		view, err := a.options.Engine.PutMerchant(c.ctx, command)
		if errors.Is(err, orchestrator.ErrDuplicate) {
			err = httpjson.InvalidField("/token", "duplicate", "another merchant has this token")
		}
		return http.StatusOK, merchant(view), err
	})
}

// SetPolicy changes a merchant's routing policy.
func (a *api) SetPolicy(w http.ResponseWriter, r *http.Request, id platform.MerchantID) {
	a.serve(w, r, func(c *call) (int, any, error) {
		body, err := decode[platform.PolicyRequest](c)
		if err != nil {
			return 0, nil, err
		}
		view, err := a.options.Engine.SetPolicy(c.ctx, id, orchestrator.RoutingPolicy(body.Policy))
		return http.StatusOK, merchant(view), err
	})
}

// merchantCommand reads a merchant's configuration; it is whole: what is absent gets the document's default.
func merchantCommand(id string, body platform.MerchantConfig) (engine.MerchantCommand, error) {
	command := engine.MerchantCommand{
		ID: id, Name: body.Name, BrandZH: value(body.SmsBrandZh), Token: orchestrator.NewSecret(body.Token),
		Clock:   orchestrator.ClockMode(valueOr(body.Clock, platform.ClockSystem)),
		Routing: orchestrator.RoutingPolicy(valueOr(body.Policy, platform.SilentFirst)),
		Notices: valueOr(body.Notices, true), KeepElements: valueOr(body.KeepElements, true),
		SMSPerCardDay: value(body.SmsDailyPerCard), SMSPerChannelDay: value(body.SmsDailyPerChannel),
	}
	if err := errors.Join(printable(body.Name, "/name"), printable(command.BrandZH, "/sms_brand_zh")); err != nil {
		return command, err
	}
	if !visible(body.Token, "") {
		return command, httpjson.InvalidField("/token", "wrong_format", "a token has visible ASCII characters only")
	}
	if start := value(body.ClockStart); !start.IsZero() {
		command.ClockStart = start.UTC()
	}
	if gateway := body.Messaging; gateway != nil {
		base, err := baseURL(gateway.BaseUrl, "/messaging/base_url")
		if err != nil {
			return command, err
		}
		if !visible(gateway.Token, "") {
			return command, httpjson.InvalidField("/messaging/token", "wrong_format", "a token has visible ASCII characters only")
		}
		command.GatewayURL, command.GatewayToken = base, orchestrator.NewSecret(gateway.Token)
	}
	if hook := body.Webhook; hook != nil {
		if _, err := address(hook.Url, "/webhook/url"); err != nil {
			return command, err
		}
		if !webhookSecret(hook.Secret) {
			return command, httpjson.InvalidField("/webhook/secret", "wrong_format", "a secret is base64, behind whsec_")
		}
		command.WebhookURL, command.WebhookSecret = hook.Url, orchestrator.NewSecret(hook.Secret)
	}
	return command, nil
}

// address checks a URL that the platform will call: http or https, a host, no name or password, no fragment.
func address(text, field string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return nil, httpjson.InvalidField(field, "wrong_format", "an http or https URL with a host is wanted, without user and fragment")
	}
	if !goodPort(u) {
		return nil, httpjson.InvalidField(field, "wrong_format", "a port is a number from 1 to 65535")
	}
	return u, nil
}

// goodPort says whether a URL names no port, or one that there is.
func goodPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && port > 0
}

// baseURL is address for a URL that paths are put behind: it has no query, and loses a slash at its end.
func baseURL(text, field string) (string, error) {
	u, err := address(text, field)
	if err != nil {
		return "", err
	}
	if u.RawQuery != "" || u.ForceQuery {
		return "", httpjson.InvalidField(field, "wrong_format", "a base URL has no query")
	}
	return strings.TrimRight(text, "/"), nil
}

// webhookSecret says whether a secret can be used (Standard Webhooks, "Signature scheme").
func webhookSecret(secret string) bool {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	return err == nil && len(raw) > 0
}

// merchant is a merchant on the wire.
func merchant(v engine.MerchantView) platform.Merchant {
	return platform.Merchant{
		MerchantId: v.ID, Name: v.Name, Clock: platform.MerchantClock(v.Clock), Policy: platform.Policy(v.Routing),
		KeepElements: v.KeepElements, Notices: v.Notices, SmsDailyPerCard: &v.SMSPerCardDay, SmsDailyPerChannel: &v.SMSPerChannelDay,
		Channels: notNil(v.Channels),
	}
}
