package cli

import (
	"net/http"
	"strconv"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// newField are the commands about channels, banks and cards of a world.
func newField(c *console, at *where) []*cobra.Command {
	return []*cobra.Command{
		newWorldChannel(c, at), newWorldBank(c, at), newWorldIssue(c, at), newWorldCard(c, at), newWorldCancel(c, at), newWorldForget(c, at),
	}
}

// newWorldChannel opens, stops or retires a channel.
func newWorldChannel(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "channel CHANNEL open|maintenance|retired", Short: "Open a channel, put it into maintenance, or retire it", Args: wantArgs(2, 2, "CHANNEL and one of open, maintenance, retired"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			state := control.ChannelChangeState(args[1])
			channel, err := ask[control.Channel](cmd.Context(), found.control(), http.MethodPatch, found.path("channels", args[0]), control.ChannelChange{State: &state})
			if err != nil {
				return err
			}
			return c.show(channel.raw, "channel "+channel.value.ChannelId+" is "+string(channel.value.State))
		},
	}, channelNames, words(control.ChangeOpen, control.ChangeMaintenance, control.ChangeRetired))
}

// newWorldBank changes how fast a bank is.
func newWorldBank(c *console, at *where) *cobra.Command {
	cmd := &cobra.Command{
		Use: "bank BANK", Short: "Change how fast a bank settles and texts", Args: wantArgs(1, 1, "BANK, as ICBC"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			p := pick(cmd)
			change := control.BankChange{SettleAfterSeconds: p.seconds("settle-after"), SmsDelaySeconds: p.seconds("sms-delay")}
			if p.err != nil {
				return p.err
			}
			if given(change) == nil {
				return usage("nothing is to be changed", "name what with --settle-after or --sms-delay")
			}
			bank, err := ask[control.Bank](cmd.Context(), found.control(), http.MethodPatch, found.path("banks", args[0]), change)
			if err != nil {
				return err
			}
			return c.show(bank.raw, "bank "+bank.value.Bank+" settles after "+strconv.Itoa(bank.value.SettleAfterSeconds)+" s and texts after "+strconv.Itoa(bank.value.SmsDelaySeconds)+" s")
		},
	}
	cmd.Flags().Duration("settle-after", 0, "how long a debit takes, as 1h; 0s: none")
	cmd.Flags().Duration("sms-delay", 0, "how late its SMS arrive, as 10s")
	return cmd
}

// newWorldIssue issues a card.
func newWorldIssue(c *console, at *where) *cobra.Command {
	return &cobra.Command{
		Use: "issue FILE", Short: "Have a bank issue a card, from a file of YAML or JSON (the schema CardRequest)", Args: wantArgs(1, 1, "FILE, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			request, err := readForm[control.CardRequest](c, args[0], "a card")
			if err != nil {
				return err
			}
			card, err := ask[control.Card](cmd.Context(), found.control(), http.MethodPost, found.path("cards"), request)
			if err != nil {
				return err
			}
			return c.show(c.masked(card.raw), cardLine(&card.value))
		},
	}
}

// newWorldCard changes a card.
func newWorldCard(c *console, at *where) *cobra.Command {
	cmd := &cobra.Command{
		Use: "card NUMBER", Short: "Change balance, state, registered mobile or debit notice of a card", Args: wantArgs(1, 1, "NUMBER of a card"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			p := pick(cmd)
			change := control.CardChange{Balance: p.fen("balance"), State: word[control.CardState](p, "state"), Mobile: word[string](p, "mobile"), DebitNotice: p.flag("debit-notice")}
			if p.err != nil {
				return p.err
			}
			if given(change) == nil {
				return usage("nothing is to be changed", "name what with --balance, --state, --mobile or --debit-notice")
			}
			card, err := ask[control.Card](cmd.Context(), found.control(), http.MethodPatch, found.path("cards", args[0]), change)
			if err != nil {
				return err
			}
			return c.show(c.masked(card.raw), cardLine(&card.value))
		},
	}
	cmd.Flags().String("balance", "", "in yuan, as 88.00")
	cmd.Flags().String("state", "", "normal, lost, frozen, cancelled or expired")
	cmd.Flags().String("mobile", "", "registered mobile")
	cmd.Flags().Bool("debit-notice", false, "whether the bank texts each debit; --debit-notice=false: not")
	complete(cmd, "state", words(control.CardNormal, control.CardLost, control.CardFrozen, control.CardCancelled, control.CardExpired))
	return cmd
}

// cardLine says a card in one line, masked.
func cardLine(card *control.Card) string {
	line := "card " + maskedCard(card.Elements.CardNumber) + " of " + card.Bank + ", " + string(card.CardType) + ", " + yuan(card.Balance) + ", " + string(card.State)
	if !card.LuhnValid {
		line += ", its check digit is wrong"
	}
	return line
}

// newWorldCancel cancels agreements as the customer does at the bank.
func newWorldCancel(c *console, at *where) *cobra.Command {
	cmd := &cobra.Command{
		Use: "cancel-agreements NUMBER", Short: "Cancel the agreements of a card at its bank; the platform does not learn of it", Args: wantArgs(1, 1, "NUMBER of a card"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			request := control.CancelRequest{ChannelId: word[string](pick(cmd), "channel")}
			ended, err := ask[control.Cancelled](cmd.Context(), found.control(), http.MethodPost, found.path("cards", args[0], "cancel-agreements"), request)
			if err != nil {
				return err
			}
			return c.show(ended.raw, counted(ended.value.Ended, "agreement", "agreements")+" ended")
		},
	}
	cmd.Flags().String("channel", "", "only at this channel; at every one if not given")
	complete(cmd, "channel", channelNames)
	return cmd
}

// newWorldForget has a channel lose an agreement.
func newWorldForget(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "forget-agreement CHANNEL NUMBER", Short: "Have a channel lose the agreement of a card, as after a migration", Args: wantArgs(2, 2, "CHANNEL and NUMBER of a card"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			lost, err := ask[control.Cancelled](cmd.Context(), found.control(), http.MethodPost, found.path("channels", args[0], "forget-agreement"), control.ForgetRequest{CardNumber: args[1]})
			if err != nil {
				return err
			}
			return c.show(lost.raw, counted(lost.value.Ended, "agreement", "agreements")+" forgotten")
		},
	}, channelNames)
}
