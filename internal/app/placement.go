package app

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"

	"countersign/orchestrator"
)

// placementFile keeps the last start's placement beside the store.
const placementFile = "placement.json"

// placement is where the demo merchant's gateway and channels are, and by which numbers and keys. The last start's is
// kept: what differs from it has moved; what differs from it in the store was changed by an operator. Secrets are in
// it as keyed hashes.
type placement struct {
	GatewayURL    string           `json:"gateway_url"`
	GatewayToken  string           `json:"gateway_token_mac"`
	MerchantToken string           `json:"merchant_token_mac"`
	Channels      map[string]place `json:"channels"`

	gateway Secret
}

// place is a channel's part of it.
type place struct {
	BaseURL  string `json:"base_url"`
	MemberNo string `json:"member_no"`
	Keys     string `json:"keys_mac"`

	keys orchestrator.ChannelKeys
}

// same reports whether a channel is where it was.
func (p place) same(q place) bool {
	return p.BaseURL == q.BaseURL && p.MemberNo == q.MemberNo && p.Keys == q.Keys
}

// ours reports whether a stored value is the one that the last start has put there. A folder that has lost its record
// is taken to have been left alone.
func (p placement) ours(stored, put string) bool { return p.Channels == nil || stored == put }

// placement describes this start's.
func (a *App) placement(platform *platformSide, world *worldFacts) (placement, error) {
	mac := func(secret string) string { return hex.EncodeToString(platform.vault.MAC("placement", []byte(secret))) }
	now := placement{
		GatewayURL: a.simulatorURL() + world.Messaging.BasePath, GatewayToken: mac(world.Messaging.Token),
		MerchantToken: mac(platform.tokens.Merchant.Reveal()), Channels: map[string]place{}, gateway: Secret(world.Messaging.Token),
	}
	for _, channel := range world.Channels {
		base, member, ok := world.at(channel.ChannelID)
		if !ok {
			continue
		}
		material, err := json.Marshal([]string{
			member.RequestKey.Alg, member.RequestKey.KID, member.RequestKey.Material.Reveal(),
			member.ReplyKey.KID, member.ReplyKey.Material.Reveal(),
		})
		if err != nil {
			return now, dataDirError(err)
		}
		now.Channels[channel.ChannelID] = place{
			BaseURL: a.simulatorURL() + base, MemberNo: member.MemberNo, Keys: mac(string(material)), keys: member.keys(),
		}
	}
	return now, nil
}

// lastPlacement reads the record of a folder; empty where there is none. In memory there is no folder.
func lastPlacement(folder *part) (placement, error) {
	var last placement
	if folder == nil {
		return last, nil
	}
	text, err := os.ReadFile(folder.file(placementFile))
	if errors.Is(err, os.ErrNotExist) {
		return last, nil
	}
	if err != nil {
		return last, dataDirError(err)
	}
	if err := json.Unmarshal(text, &last); err != nil {
		return last, damaged(folder.file(placementFile))
	}
	return last, nil
}

// keep writes the record.
func (p placement) keep(folder *part) error {
	if folder == nil {
		return nil
	}
	return keepJSON(folder.file(placementFile), p)
}
