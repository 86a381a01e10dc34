package cli

import (
	"net/http"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// newMembers groups the commands about merchants at the channels of a world.
func newMembers(c *console, at *where) *cobra.Command {
	cmd := group(&cobra.Command{Use: "members", Short: "Add and list merchants at the channels of a world"})
	cmd.AddCommand(newMembersAdd(c, at), &cobra.Command{
		Use: "list", Short: "List the members: merchant, channel, member number", Args: wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			world, err := read[control.World](cmd.Context(), found.control(), found.path())
			if err != nil {
				return err
			}
			return c.members(world.value.Members)
		},
	})
	return cmd
}

// members prints members; keys only in JSON and when they are asked for.
func (c *console) members(list []control.Member) error {
	if c.json {
		return c.showMasked(control.MemberSet{Members: list})
	}
	rows := make([][]string, 0, len(list))
	for _, m := range list {
		rows = append(rows, []string{m.MemberNo, m.Merchant, m.ChannelId, string(m.RequestKey.Alg), m.RequestKey.Kid})
	}
	return c.columns([]string{"member_no", "merchant", "channel", "keys", "kid"}, rows, "no members")
}

// newMembersAdd adds a merchant at every channel.
func newMembersAdd(c *console, at *where) *cobra.Command {
	cmd := &cobra.Command{
		Use: "add MERCHANT", Short: "Add a merchant at every channel of the world; --json --reveal shows its keys", Args: wantArgs(1, 1, "MERCHANT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			p := pick(cmd)
			request := control.MemberRequest{Merchant: args[0], NameZh: word[string](p, "name-zh"), NotifyUrl: word[string](p, "notify-url")}
			made, err := ask[control.MemberSet](cmd.Context(), found.control(), http.MethodPost, found.path("members"), request)
			if err != nil {
				return err
			}
			return c.members(made.value.Members)
		},
	}
	cmd.Flags().String("name-zh", "", "name in SMS; the merchant if not given")
	cmd.Flags().String("notify-url", "", "where events go whose orders name no URL")
	return cmd
}

// newRotateKeys gives a member new keys.
func newRotateKeys(c *console, at *where) *cobra.Command {
	cmd := completeArgs(&cobra.Command{
		Use: "rotate-keys MEMBER_NO", Short: "Give a member new keys; --json --reveal shows them", Args: wantArgs(1, 1, "MEMBER_NO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			p := pick(cmd)
			request := control.RotateRequest{OverlapSeconds: p.seconds("overlap")}
			if p.err != nil {
				return p.err
			}
			m, err := ask[control.Member](cmd.Context(), found.control(), http.MethodPost, found.path("members", args[0], "rotate-keys"), request)
			if err != nil {
				return err
			}
			return c.show(c.masked(m.raw), "member "+m.value.MemberNo+" at "+m.value.ChannelId+" signs with "+m.value.RequestKey.Kid+" now, its answers are signed with "+m.value.ReplyKey.Kid)
		},
	}, memberNames)
	cmd.Flags().Duration("overlap", 0, "how long the old request key is taken still; 5m if not given")
	return cmd
}
