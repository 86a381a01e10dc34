package cli

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// newWorld groups the commands about worlds.
func newWorld(c *console) *cobra.Command {
	cmd := group(&cobra.Command{
		Use: "world", Short: "Make, describe, change, copy, keep and delete simulated worlds",
		Long: "Make, describe, change, copy, keep and delete simulated worlds. A world is a whole universe: banks, channels, cards, clock,\n" +
			"seed, faults, journal, inbox, keys. Where WORLD may be left out it is --world, or the demo world.",
	})
	at := whereFlags(cmd)
	cmd.PersistentFlags().BoolVar(&c.reveal, "reveal", false, "show card numbers, elements, keys and tokens in JSON")
	cmd.AddCommand(
		newWorldCreate(c, at), newWorldList(c, at), newWorldShow(c, at), newWorldChange(c, at), newWorldReset(c, at), newWorldDelete(c, at),
		newWorldFork(c, at), newSnapshot(c, at), newWorldExport(c, at), newWorldSave(c, at), newWorldImport(c, at),
		newMembers(c, at), newRotateKeys(c, at))
	cmd.AddCommand(newField(c, at)...)
	return cmd
}

// about is the instance with the world that an argument names, if it does.
func (w *where) about(args []string) (*instance, error) {
	found, err := w.find()
	if err == nil && len(args) > 0 && args[0] != found.World {
		found.World = args[0]
		found.unlink()
	}
	return found, err
}

// newWorldList lists the worlds.
func newWorldList(c *console, at *where) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the worlds", Args: wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			query := url.Values{}
			pageFlags(cmd, query)
			all, err := read[control.WorldList](cmd.Context(), found.control(), withQuery("/v1/worlds", query))
			if err != nil {
				return err
			}
			rows := make([][]string, 0, len(all.value.Worlds))
			for _, w := range all.value.Worlds {
				rows = append(rows, []string{
					w.WorldId, strconv.FormatInt(w.Seed, 10), instant(w.Now), kindOfClock(w.Virtual), string(w.Temper),
					kindOfStore(w.Durable), maybeInstant(w.ExpiresAt), value(w.Parent),
				})
			}
			if value(all.value.Truncated) {
				defer c.tellMore(value(all.value.Cursor))
			}
			return c.table(all.raw, []string{"world", "seed", "now", "clock", "temper", "kept", "ends", "parent"}, rows,
				"there are no worlds: make one with `countersign world create`")
		},
	}
	givePageFlags(cmd, "1000")
	return cmd
}

// kindOfClock says whether time stands.
func kindOfClock(virtual bool) string {
	if virtual {
		return "virtual"
	}
	return "real"
}

// kindOfStore says what becomes of a world when the process ends.
func kindOfStore(durable bool) string {
	if durable {
		return "durable"
	}
	return "memory"
}

// newWorldShow describes a world.
func newWorldShow(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "show [WORLD]", Short: "Describe a world: channels, members, people", Args: wantArgs(0, 1, "[WORLD]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.about(args)
			if err != nil {
				return err
			}
			world, err := read[control.World](cmd.Context(), found.control(), found.path())
			if err != nil {
				return err
			}
			if c.json {
				return c.show(c.masked(world.raw), "")
			}
			return c.describe(&world.value)
		},
	}, worldNames)
}

// describe prints a world without elements, keys and tokens.
func (c *console) describe(w *control.World) error {
	say(c.out, worldLine(w))
	rows := make([][]string, 0, len(w.Channels))
	for i := range w.Channels {
		ch := &w.Channels[i]
		rows = append(rows, []string{ch.ChannelId, string(ch.Profile.Kind), string(ch.State), ch.BasePath})
	}
	if err := c.columns([]string{"\nchannel", "kind", "state", "path"}, rows, "no channels"); err != nil {
		return err
	}
	rows = rows[:0]
	for _, m := range w.Members {
		rows = append(rows, []string{m.MemberNo, m.Merchant, m.ChannelId, string(m.RequestKey.Alg)})
	}
	if err := c.columns([]string{"\nmember_no", "merchant", "channel", "keys"}, rows, "no members: add one with `countersign world members add`"); err != nil {
		return err
	}
	rows = rows[:0]
	for i := range w.People {
		p := &w.People[i]
		rows = append(rows, []string{maskedCard(p.Elements.CardNumber), p.Bank, string(p.CardType), yuan(p.Balance), string(p.State)})
	}
	return c.columns([]string{"\ncard", "bank", "type", "balance", "state"}, rows, "no cards")
}

// maskedCard shows a card number by its BIN and its last four digits.
func maskedCard(number string) string {
	const bin, last = 6, 4
	if len(number) <= bin+last {
		return strings.Repeat("*", len(number))
	}
	return number[:bin] + strings.Repeat("*", len(number)-bin-last) + number[len(number)-last:]
}

// worldLine says what a world is in one line.
func worldLine(w *control.World) string {
	text := "world " + w.WorldId + ", seed " + strconv.FormatInt(w.Seed, 10) + ", " + instant(w.Clock.Now) + " (" + kindOfClock(w.Clock.Virtual) + "), " +
		string(w.Temper) + ", " + kindOfStore(w.Durable)
	if w.ExpiresAt != nil {
		text += ", ends " + instant(*w.ExpiresAt)
	}
	if w.Parent != nil {
		text += ", forked from " + *w.Parent
	}
	if !w.MagicValues {
		text += ", no magic values"
	}
	if w.FaultBudget != nil {
		text += ", fault budget " + strings.Join(membersOf(w.FaultBudget), " ")
	}
	if w.Oddities != nil && len(*w.Oddities) > 0 {
		text += ", " + strings.Join(membersOf(w.Oddities), " ")
	}
	return text + ", " + value(w.ProtocolUrl) + w.ProtocolPath
}

// newWorldReset puts a world back to how it was made.
func newWorldReset(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "reset [WORLD]", Short: "Put a world back to how it was made; member numbers and keys stay", Args: wantArgs(0, 1, "[WORLD]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.about(args)
			if err != nil {
				return err
			}
			return c.toWorld(cmd.Context(), found, http.MethodPost, found.path("reset"), nil)
		},
	}, worldNames)
}

// newWorldDelete ends a world.
func newWorldDelete(c *console, at *where) *cobra.Command {
	return completeArgs(&cobra.Command{
		Use: "delete WORLD", Short: "Delete a world", Args: wantArgs(1, 1, "WORLD"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			return c.remove(cmd.Context(), found, worldPath(args[0]), args[0], "world "+args[0]+" is gone")
		},
	}, worldNames)
}
