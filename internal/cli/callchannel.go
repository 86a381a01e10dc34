package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/contract/control"
	"countersign/steps/wire"
)

// newCallChannel sends one signed request to a simulated channel.
func newCallChannel(c *console, data *string) *cobra.Command {
	return &cobra.Command{
		Use:   "channel CHANNEL METHOD PATH [BODY]",
		Short: "Call a simulated channel as the demo merchant, signed; member_no is filled in",
		Args:  wantArgs(3, 4, "CHANNEL METHOD PATH [BODY]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			caller, err := newCaller(c, *data)
			if err != nil {
				return err
			}
			return caller.callChannel(cmd.Context(), args[0], strings.ToUpper(args[1]), args[2], strings.Join(args[3:], ""))
		},
	}
}

// callChannel signs, sends, and says whether the answer's signature holds.
func (c *caller) callChannel(ctx context.Context, channelID, method, path, body string) error {
	client, err := c.member(ctx, channelID)
	if err != nil {
		return err
	}
	fullPath, err := c.holders.path(path)
	if err != nil {
		return err
	}
	target, err := url.Parse(fullPath)
	if err != nil {
		return usage("the path is malformed", "it begins with /v1/")
	}
	query := target.Query()
	fullBody, err := c.holders.body(body)
	if err != nil {
		return err
	}
	if method == http.MethodGet {
		query.Set("member_no", client.MemberNo)
	} else {
		fullBody = withMember(fullBody, client.MemberNo)
	}
	c.showRequest(method, client.Base+fullPath, body)
	exchange, err := client.Do(ctx, wire.Message{Method: method, Path: target.Path, Query: query, Body: fullBody})
	if err != nil {
		return fmt.Errorf("sign request: %w", err)
	}
	if exchange.Err != nil {
		return refused("no answer came ("+exchange.Err.Error()+")", "the request may have been carried out: query it")
	}
	if exchange.Signature != nil && !c.json {
		say(c.err, "! the answer is no evidence: "+exchange.Signature.Error())
	}
	return c.finish(answer{exchange.Status, exchange.Body})
}

// member is the demo merchant at a channel, with its keys and the world's clock.
func (c *caller) member(ctx context.Context, channelID string) (*wire.Client, error) {
	var world control.World
	if err := c.instance.control().get(ctx, c.instance.path(), &world); err != nil {
		return nil, err
	}
	base := ""
	for i := range world.Channels {
		if world.Channels[i].ChannelId == channelID {
			base = c.instance.Simulator + world.Channels[i].BasePath
		}
	}
	for _, member := range world.Members {
		if member.ChannelId != channelID || !c.instance.trades(member.Merchant) || base == "" {
			continue
		}
		request, err := wire.NewKey(string(member.RequestKey.Alg), member.RequestKey.Kid, member.RequestKey.Material)
		if err != nil {
			return nil, fmt.Errorf("request key: %w", err)
		}
		reply, err := wire.NewKey(string(member.ReplyKey.Alg), member.ReplyKey.Kid, member.ReplyKey.Material)
		if err != nil {
			return nil, fmt.Errorf("reply key: %w", err)
		}
		return &wire.Client{
			HTTP: http.DefaultTransport, Base: base, ChannelID: channelID, MemberNo: member.MemberNo,
			Request: request, Reply: reply, Now: clockReader(world.Clock),
		}, nil
	}
	return nil, usage("there is no channel "+channelID+" in the world "+c.instance.World, "one of "+strings.Join(c.instance.Channels, ", "))
}

// withMember puts the member number into a JSON object that has none; anything else is left as it is.
func withMember(body []byte, memberNo string) []byte {
	members := map[string]json.RawMessage{}
	if json.Unmarshal(body, &members) != nil || members["member_no"] != nil {
		return body
	}
	members["member_no"], _ = json.Marshal(memberNo)
	full, err := json.Marshal(members)
	if err != nil {
		return body
	}
	return full
}

// clockReader is the world's clock as a function: standing where it is virtual, the system's otherwise.
func clockReader(clock control.ClockState) func() time.Time {
	if clock.Virtual {
		return func() time.Time { return clock.Now }
	}
	return time.Now
}

// trades reports whether a member's merchant is the demo merchant, which a durable world knows by its name only.
func (i *instance) trades(merchant string) bool {
	return merchant == i.Merchant || merchant == i.MerchantName
}
