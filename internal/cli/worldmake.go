package cli

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// newWorldCreate makes a world in memory.
func newWorldCreate(c *console, at *where) *cobra.Command {
	cmd := &cobra.Command{
		Use: "create [WORLD]", Short: "Make a world with the banks, channels and people of the fixtures",
		Long: "Make a world with the banks, channels and people of the fixtures.\n" +
			"--from reads what it begins with from a file of YAML or JSON (the schema WorldRequest: members, cards, faults, notification\n" +
			"plans ...); flags go before what stands there.",
		Args: wantArgs(0, 1, "[WORLD]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			request := &control.WorldRequest{}
			if from, _ := cmd.Flags().GetString("from"); from != "" {
				if request, err = readForm[control.WorldRequest](c, from, "a scenario"); err != nil {
					return err
				}
			}
			if len(args) == 1 {
				request.WorldId = &args[0]
			}
			if err := newWorldOf(cmd, request); err != nil {
				return err
			}
			return c.toWorld(cmd.Context(), found, http.MethodPost, "/v1/worlds", request)
		},
	}
	flags := cmd.Flags()
	flags.String("from", "", "scenario file: what the world begins with; - is standard input")
	flags.Int64("seed", 0, "what its chance is drawn from; 0 draws one")
	flags.Bool("virtual", false, "its time stands until it is moved")
	flags.String("start", "", "instant at which its time begins, as 2026-03-01T09:00:00+08:00")
	flags.String("template", "", "demo or empty")
	flags.Duration("ttl", 0, "real time until it deletes itself, as 1h; never if not given")
	flags.StringSlice("channel", nil, "only these channels of the template; may be repeated")
	flags.StringSlice("member", nil, "merchants made at every channel; may be repeated")
	flags.StringSlice("allow-card", nil, "card numbers without the test marker that this world takes; may be repeated")
	settingFlags(cmd)
	complete(cmd, "template", words(control.Demo, control.Empty))
	complete(cmd, "channel", channelNames)
	return cmd
}

// newWorldOf lays the flags over what a new world is asked for with.
func newWorldOf(cmd *cobra.Command, request *control.WorldRequest) error {
	p := pick(cmd)
	if seed, _ := cmd.Flags().GetInt64("seed"); p.given("seed") && seed != 0 {
		request.Seed = &seed
	}
	if p.given("virtual") || p.given("start") {
		request.Clock = clockOf(p)
	}
	over(&request.Template, word[control.WorldRequestTemplate](p, "template"))
	over(&request.TtlSeconds, p.seconds("ttl"))
	over(&request.Channels, p.words("channel"))
	over(&request.AllowCards, p.words("allow-card"))
	if members := p.words("member"); members != nil {
		list := make([]control.MemberRequest, 0, len(*members))
		for _, merchant := range *members {
			list = append(list, control.MemberRequest{Merchant: merchant})
		}
		request.Members = &list
	}
	s := settingsOf(p)
	over(&request.Temper, s.Temper)
	over(&request.Oddities, s.Oddities)
	over(&request.MagicValues, s.MagicValues)
	over(&request.FaultBudget, s.FaultBudget)
	return p.err
}

// clockOf is the clock that the flags ask for; one with a start of its own is virtual, unless it is said otherwise.
func clockOf(p *picker) *control.ClockRequest {
	clock := &control.ClockRequest{Mode: control.ClockVirtual, Start: p.instant("start")}
	if virtual := p.flag("virtual"); virtual != nil && !*virtual {
		clock.Mode = control.ClockReal
	}
	return clock
}

// over lays a value that is there over another.
func over[T any](under **T, v *T) {
	if v != nil {
		*under = v
	}
}

// settingFlags are those that a new world and one that is changed have in common.
func settingFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.String("temper", "", "friendly, realistic or hostile")
	flags.StringToString("oddity", nil, "rate of an oddity in a thousand, as sms_late=50; may be repeated (`countersign fault tempers`)")
	flags.String("magic", "", "on or off: whether magic values are in force (`countersign fault magic`)")
	flags.Int("budget-per-world", 0, "how often faults may strike in the world")
	flags.Int("budget-per-number", 0, "how often faults may strike one order, signing, check or refund number")
	complete(cmd, "temper", tempers)
	complete(cmd, "magic", words("on", "off"))
}

// settingsOf are the settings that were given.
func settingsOf(p *picker) control.WorldChange {
	change := control.WorldChange{Temper: word[control.Temper](p, "temper")}
	if p.given("magic") {
		text, _ := p.cmd.Flags().GetString("magic")
		on := text == "on"
		if !on && text != "off" {
			p.wrong("magic", text, "say on or off")
		}
		change.MagicValues = &on
	}
	if p.given("oddity") {
		change.Oddities = &control.OddityRates{}
		rates, _ := p.cmd.Flags().GetStringToString("oddity")
		for name, text := range rates {
			rate, err := strconv.Atoi(strings.TrimSpace(text))
			if err != nil {
				p.wrong("oddity", name+"="+text, "give a rate in a thousand, as sms_late=50")
			}
			(*change.Oddities)[name] = rate
		}
	}
	change.FaultBudget = given(control.FaultBudget{PerWorld: p.number("budget-per-world"), PerNumber: p.number("budget-per-number")})
	return change
}

// newWorldChange changes a world that is.
func newWorldChange(c *console, at *where) *cobra.Command {
	cmd := completeArgs(&cobra.Command{
		Use: "change [WORLD]", Short: "Change temper, oddities, magic values, fault budget or time to live of a world", Args: wantArgs(0, 1, "[WORLD]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := at.about(args)
			if err != nil {
				return err
			}
			p := pick(cmd)
			change := settingsOf(p)
			change.TtlSeconds = p.seconds("ttl")
			if p.err != nil {
				return p.err
			}
			if given(change) == nil {
				return usage("nothing is to be changed", "name what with --temper, --oddity, --magic, --budget-per-world, --budget-per-number or --ttl")
			}
			return c.toWorld(cmd.Context(), found, http.MethodPatch, found.path(), change)
		},
	}, worldNames)
	cmd.Flags().Duration("ttl", 0, "real time from now until it deletes itself, as 1h; 0: never")
	settingFlags(cmd)
	return cmd
}

// toWorld does something to a world, or makes one, and says what it is now.
func (c *console) toWorld(ctx context.Context, at *instance, method, path string, send any) error {
	world, err := ask[control.World](ctx, at.control(), method, path, send)
	if err != nil {
		return err
	}
	return c.show(c.masked(world.raw), worldLine(&world.value))
}
