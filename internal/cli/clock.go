package cli

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// clockView is a clock as both sides answer it.
type clockView struct {
	Now       time.Time  `json:"now"`
	Virtual   bool       `json:"virtual"`
	NextDue   *time.Time `json:"next_due,omitempty"`
	Activity  int64      `json:"activity"`
	Busy      int        `json:"busy"`
	Parked    int        `json:"parked,omitempty"`
	OpenCalls int        `json:"open_calls,omitempty"`
	Fired     []string   `json:"fired,omitempty"`
}

// clockPair is the time of a world and of its merchant at the platform.
type clockPair struct {
	World    clockView  `json:"world"`
	Merchant *clockView `json:"merchant,omitempty"`
	Fired    []string   `json:"fired,omitempty"`
}

// newClock groups the commands about time.
func newClock(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "clock", Short: "Show the time of the demo world, and move it where it is virtual (`up --test-clock`)",
		Args: wantArgs(0, 0, "show, next or pass"),
	}
	data := dataFlag(cmd)
	show := func(cmd *cobra.Command, _ []string) error {
		found, err := running(*data)
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
			Use: "next", Short: "Go on to the next thing that is due, on either side", Args: wantArgs(0, 0, "no arguments"),
			RunE: func(cmd *cobra.Command, _ []string) error { return c.moveClock(cmd.Context(), *data, 0) },
		},
		&cobra.Command{
			Use: "pass DURATION", Short: "Let time pass on both sides, as 10m", Args: wantArgs(1, 1, "DURATION, as 10m"),
			RunE: func(cmd *cobra.Command, args []string) error {
				much, err := time.ParseDuration(args[0])
				if err != nil || much <= 0 {
					return usage("the duration "+args[0]+" is none", "write it as 90s, 10m or 24h")
				}
				return c.moveClock(cmd.Context(), *data, much)
			},
		})
	return cmd
}

// clocksNow reads both clocks; an instance without test clocks has the world's only.
func (i *instance) clocksNow(ctx context.Context) (clockPair, error) {
	var pair clockPair
	if err := i.control().get(ctx, "/v1/worlds/"+i.World+"/clock", &pair.World); err != nil {
		return pair, err
	}
	if i.PlatformControl == "" {
		return pair, nil
	}
	pair.Merchant = &clockView{}
	err := i.clocks().get(ctx, "/v1/merchants/"+i.Merchant+"/clock", pair.Merchant)
	return pair, err
}

// moveClock moves both clocks together, from due time to due time, until much has passed; 0 means to the next due time.
func (c *console) moveClock(ctx context.Context, data string, much time.Duration) error {
	found, err := running(data)
	if err != nil {
		return err
	}
	pair, err := found.clocksNow(ctx)
	if err != nil {
		return err
	}
	if !pair.World.Virtual {
		return usage("this world lives by real time, which cannot be moved", "start `countersign up --test-clock` with a --data folder of its own")
	}
	var fired []string
	for end := pair.World.Now.Add(much); ; {
		to, due := pair.earliest()
		last := much > 0 && (!due || to.After(end))
		if last {
			to = end
		} else if !due {
			return refused("nothing is due", "let time pass with `countersign clock pass 10m`")
		}
		more, err := found.setClocks(ctx, to)
		if err != nil {
			return err
		}
		fired = append(fired, more...)
		if pair, err = found.settled(ctx); err != nil {
			return err
		}
		if last || much == 0 {
			pair.Fired = fired
			return c.show(pair, pair.words())
		}
	}
}

// earliest is the next due time of either side.
func (p clockPair) earliest() (at time.Time, ok bool) {
	for _, clock := range []*clockView{&p.World, p.Merchant} {
		if clock != nil && clock.NextDue != nil && (!ok || clock.NextDue.Before(at)) {
			at, ok = *clock.NextDue, true
		}
	}
	if ok && at.Before(p.World.Now) {
		at = p.World.Now
	}
	return at, ok
}

// setClocks sets both clocks and tells what was begun.
func (i *instance) setClocks(ctx context.Context, to time.Time) ([]string, error) {
	set := map[string]time.Time{"to": to}
	var world, merchant clockView
	if err := i.control().exchange(ctx, http.MethodPost, "/v1/worlds/"+i.World+"/clock", set, &world); err != nil {
		return nil, err
	}
	if i.PlatformControl != "" {
		if err := i.clocks().exchange(ctx, http.MethodPost, "/v1/merchants/"+i.Merchant+"/clock", set, &merchant); err != nil {
			return nil, err
		}
	}
	return append(world.Fired, merchant.Fired...), nil
}

// settled waits until both sides have done what was begun: nothing runs, and every open call is held by a fault.
func (i *instance) settled(ctx context.Context) (clockPair, error) {
	const pause, patience = 5 * time.Millisecond, 10 * time.Second
	var before clockPair
	for giveUp := time.Now().Add(patience); ; {
		now, err := i.clocksNow(ctx)
		if err != nil {
			return now, err
		}
		if now.quiet() && now.sameActivity(before) {
			return now, nil
		}
		if !time.Now().Before(giveUp) {
			return now, refused("the sides have not settled within ten seconds", "look at `countersign story`")
		}
		before = now
		select {
		case <-ctx.Done():
			return now, interrupted()
		case <-time.After(pause):
		}
	}
}

// quiet reports whether no work runs and all open calls are parked.
func (p clockPair) quiet() bool {
	return p.World.Busy == 0 && (p.Merchant == nil || p.Merchant.Busy == 0 && p.Merchant.OpenCalls == p.World.Parked)
}

// sameActivity reports whether nothing has begun or ended since.
func (p clockPair) sameActivity(before clockPair) bool {
	if p.World.Activity != before.World.Activity {
		return false
	}
	return p.Merchant == nil || before.Merchant != nil && p.Merchant.Activity == before.Merchant.Activity
}

// words says the clocks to people.
func (p clockPair) words() string {
	kind := "real"
	if p.World.Virtual {
		kind = "virtual"
	}
	text := fmt.Sprintf("%s (%s)", p.World.Now.Format(time.RFC3339), kind)
	if at, ok := p.earliest(); ok {
		text += ", next due " + at.Format(time.RFC3339)
	}
	return strings.Join(append([]string{text}, p.Fired...), "\n  ")
}
