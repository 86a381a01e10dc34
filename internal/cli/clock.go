package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/contract/control"
	"countersign/contract/testclock"
)

// clockPair is the time of a world and, where it is linked, of its merchant at the platform.
type clockPair struct {
	World    control.ClockState    `json:"world"`
	Merchant *testclock.ClockState `json:"merchant,omitempty"`
	// Fired is what a joint step began, on both sides.
	Fired []string `json:"fired,omitempty"`
}

// newClock groups the commands about time.
func newClock(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "clock", Short: "Show the time of a world, and move it where it is virtual (`up --test-clock`)",
		Long: "Show the time of a world, and move it where it is virtual (`up --test-clock`, `world create --virtual`).\n" +
			"A step ends when the world is settled: all that was due has happened, and the answer says what. In the world of\n" +
			"`up --test-clock` the merchant's clock at the platform goes along, from due time to due time.",
		Args: wantArgs(0, 0, "show, set, next, pass or due"),
	}
	at := whereFlags(cmd)
	show := func(cmd *cobra.Command, _ []string) error {
		found, err := at.find()
		if err != nil {
			return err
		}
		pair, err := found.clocksNow(cmd.Context())
		if err != nil {
			return err
		}
		return c.show(pair, pair.words())
	}
	cmd.RunE = show
	cmd.AddCommand(
		&cobra.Command{Use: "show", Short: "Show the clocks", Args: wantArgs(0, 0, "no arguments"), RunE: show},
		&cobra.Command{
			Use: "set INSTANT", Short: "Go on to an instant, as 2026-03-01T09:00:00+08:00; never back", Args: wantArgs(1, 1, "INSTANT, as 2026-03-01T09:00:00+08:00"),
			RunE: func(cmd *cobra.Command, args []string) error {
				to, err := time.Parse(time.RFC3339, args[0])
				if err != nil {
					return usage("the instant "+args[0]+" is none", "write it with its zone, as 2026-03-01T09:00:00+08:00")
				}
				return c.moveClock(cmd.Context(), at, control.ClockSet{To: &to})
			},
		},
		&cobra.Command{
			Use: "next", Short: "Go on to the next thing that is due, on either side", Args: wantArgs(0, 0, "no arguments"),
			RunE: func(cmd *cobra.Command, _ []string) error {
				next := true
				return c.moveClock(cmd.Context(), at, control.ClockSet{Next: &next})
			},
		},
		&cobra.Command{
			Use: "pass DURATION", Aliases: []string{"joint"}, Short: "Let time pass on both sides together, as 10m", Args: wantArgs(1, 1, "DURATION, as 10m"),
			RunE: func(cmd *cobra.Command, args []string) error {
				much, err := time.ParseDuration(args[0])
				if err != nil || much < time.Millisecond {
					return usage("the duration "+args[0]+" is none", "write it as 90s, 10m or 24h")
				}
				by := much.Milliseconds()
				return c.moveClock(cmd.Context(), at, control.ClockSet{ByMs: &by})
			},
		}, newDue(c, at))
	return cmd
}

// clocksNow reads both clocks; an instance without test clocks has the world's only.
func (i *instance) clocksNow(ctx context.Context) (clockPair, error) {
	var pair clockPair
	if err := i.control().get(ctx, i.path("clock"), &pair.World); err != nil {
		return pair, err
	}
	if i.PlatformControl == "" {
		return pair, nil
	}
	pair.Merchant = &testclock.ClockState{}
	err := i.clocks().get(ctx, i.merchantClock(), pair.Merchant)
	return pair, err
}

// merchantClock is the resource of the merchant's clock at the platform.
func (i *instance) merchantClock() string { return "/v1/merchants/" + i.Merchant + "/clock" }

// earliest is the next due time of either side.
func (p clockPair) earliest() (at time.Time, ok bool) {
	dues := []*time.Time{p.World.NextDue}
	if p.Merchant != nil {
		dues = append(dues, p.Merchant.NextDue)
	}
	for _, due := range dues {
		if due != nil && (!ok || due.Before(at)) {
			at, ok = *due, true
		}
	}
	if ok && at.Before(p.World.Now) {
		at = p.World.Now
	}
	return at, ok
}

// words says the clocks to people, and what happened on the way.
func (p clockPair) words() string {
	text := instant(p.World.Now) + " (" + kindOfClock(p.World.Virtual) + ")"
	if at, ok := p.earliest(); ok {
		text += ", next due " + instant(at)
	}
	if p.World.Parked > 0 {
		text += ", " + counted(p.World.Parked, "call", "calls") + " held"
	}
	if p.World.Settled != nil && !*p.World.Settled {
		text += ", not settled yet"
	}
	lines := []string{text}
	for _, thing := range value(p.World.Happened) {
		lines = append(lines, "  "+dueWords(thing))
	}
	for _, begun := range p.Fired {
		lines = append(lines, "  "+begun)
	}
	return strings.Join(lines, "\n")
}

// dueWords says one thing that is, or was, due.
func dueWords(thing control.DueThing) string {
	return strings.TrimSpace(instant(thing.At) + "  " + string(thing.Kind) + "  " + thing.What + "  " + value(thing.Number))
}
