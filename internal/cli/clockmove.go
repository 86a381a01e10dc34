package cli

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"countersign/contract/control"
	"countersign/internal/jointclock"
)

// moveClock moves the time of a world: with its merchant's, from due time to due time, where the two are linked.
func (c *console) moveClock(ctx context.Context, at *where, step control.ClockSet) error {
	found, err := at.find()
	if err != nil {
		return err
	}
	pair, err := found.clocksNow(ctx)
	if err != nil {
		return err
	}
	if !pair.World.Virtual {
		return usage("this world lives by real time, which cannot be moved", "start `countersign up --test-clock` with a --data folder of its own, or make a world with `countersign world create --virtual`")
	}
	switch {
	case step.Next != nil && pair.still():
		return refused("nothing is due", "let time pass with `countersign clock pass 10m`")
	case step.To != nil && step.To.Before(pair.World.Now):
		return refused("the instant "+instant(*step.To)+" has gone by: it is "+instant(pair.World.Now), "a clock never goes back; make another world, or restore a snapshot")
	case pair.Merchant == nil:
		return c.moveWorld(ctx, found, step)
	}
	return c.moveBoth(ctx, found, step)
}

// still reports whether nothing will happen by itself on either side.
func (p clockPair) still() bool {
	_, due := p.earliest()
	return !due
}

// works reports whether something goes on without any time passing.
func (p clockPair) works() bool {
	return p.World.Busy > 0 || p.Merchant != nil && (p.Merchant.Busy > 0 || p.Merchant.OpenCalls > p.World.Parked)
}

// moveWorld moves a world by itself; the simulator drains it.
func (c *console) moveWorld(ctx context.Context, at *instance, step control.ClockSet) error {
	moved, err := ask[control.ClockState](ctx, at.control(), http.MethodPost, at.path("clock"), step)
	if err != nil {
		return err
	}
	pair := clockPair{World: moved.value}
	return c.show(pair, pair.words())
}

// moveBoth moves both clocks together.
func (c *console) moveBoth(ctx context.Context, found *instance, step control.ClockSet) error {
	var begun []string
	clocks := found.joint(func(what []string) { begun = append(begun, what...) })
	var err error
	switch {
	case step.ByMs != nil:
		err = clocks.Pass(ctx, time.Duration(*step.ByMs)*time.Millisecond)
	case step.To != nil:
		err = clocks.Until(ctx, *step.To, jointclock.Never)
	default:
		_, err = clocks.Next(ctx)
	}
	if err != nil {
		return unmoved(ctx, err)
	}
	pair, err := found.clocksNow(ctx)
	if err != nil {
		return err
	}
	pair.Fired = begun
	return c.show(pair, pair.words())
}

// unmoved says why a joint step did not come to its end.
func unmoved(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return interrupted()
	case errors.Is(err, jointclock.ErrUnsettled):
		return refused("the sides have not settled: "+err.Error(), "look at `countersign story`")
	case errors.Is(err, jointclock.ErrEndless):
		return refused("the step has no end: "+err.Error(), "look with `countersign clock due` what comes again and again")
	}
	return err
}

// newDue lists what will happen by itself in a world.
func newDue(c *console, at *where) *cobra.Command {
	cmd := &cobra.Command{
		Use: "due", Short: "List what will happen by itself in the world, earliest first", Args: wantArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := at.find()
			if err != nil {
				return err
			}
			query := url.Values{}
			if limit := pick(cmd).number("limit"); limit != nil {
				query.Set("limit", strconv.Itoa(*limit))
			}
			list, err := read[control.DueList](cmd.Context(), found.control(), withQuery(found.path("due"), query))
			if err != nil {
				return err
			}
			rows := make([][]string, 0, len(list.value.Due))
			for _, thing := range list.value.Due {
				rows = append(rows, []string{instant(thing.At), string(thing.Kind), thing.What, value(thing.Number)})
			}
			return c.table(list.raw, []string{"at", "kind", "what", "number"}, rows, "nothing is due")
		},
	}
	cmd.Flags().Int("limit", 0, "how many at most, to 1000; 100 if not given")
	return cmd
}
