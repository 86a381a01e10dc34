package jointclock

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Bounds of a step.
const (
	// usualLimit is how long, in real time, the sides may take to settle.
	usualLimit = 20 * time.Second
	// sentryGap is left before a far due time, so that the clocks are near each other
	// when one of them fires.
	sentryGap = time.Millisecond
	// mostRounds bounds the due times of one step; mostAtOnce those at one instant.
	mostRounds, mostAtOnce = 200_000, 1000
	// mostQuiet bounds how far Quiet goes.
	mostQuiet = 366 * 24 * time.Hour
)

// Errors of a step.
var (
	// ErrUnsettled means: work went on for longer, in real time, than the limit.
	ErrUnsettled = errors.New("the sides do not settle")
	// ErrEndless means: what happened made new work for the same instant, again and
	// again, or something was due all through a year.
	ErrEndless = errors.New("there is always something due")
)

// Clocks are the clocks that move together. Only Sides is needed.
type Clocks struct {
	// Sides are those that move now, in the order they are set in: who calls comes
	// before who is called. It is asked at every look, since a side may be down.
	Sides func() []Side
	// Own counts the caller's own open calls that a side may have parked; nil: none.
	Own func() int
	// Looks is how often the sides must have looked still before they are taken for
	// settled; nil: twice in a row is enough.
	Looks func(Joint) int
	// Strangers: calls of others may be parked too, so that more may be parked than
	// the sides and the caller have open.
	Strangers bool
	// Stride is the farthest jump taken at once, half the window of a signature; a
	// farther one stops a moment before. 0: any.
	Stride time.Duration
	// Limit is how long, in real time, settling may take; 0: 20 seconds.
	Limit time.Duration
	// Begun, if set, is told what each setting of a clock began.
	Begun func(what []string)
}

// Read looks at all sides.
func (c *Clocks) Read(ctx context.Context) (Joint, error) {
	sides := c.Sides()
	readings := make([]Reading, 0, len(sides))
	for _, side := range sides {
		r, err := side.Read(ctx)
		if err != nil {
			return Joint{}, err
		}
		readings = append(readings, r)
	}
	return joined(readings), nil
}

// Set moves all clocks to an instant. It waits for nothing.
func (c *Clocks) Set(ctx context.Context, to time.Time) error {
	for _, side := range c.Sides() {
		begun, err := side.Set(ctx, to)
		if err != nil {
			return err
		}
		if c.Begun != nil {
			c.Begun(begun)
		}
	}
	return nil
}

// Settle waits until all sides are still, or until stop says that there is no need
// to. Errors: those of the sides, and ErrUnsettled.
func (c *Clocks) Settle(ctx context.Context, stop func() bool) (Joint, error) {
	limit := c.Limit
	if limit == 0 {
		limit = usualLimit
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrUnsettled)
	defer cancel()
	before, err := c.Read(ctx)
	for round := 0; err == nil; round++ {
		if stop() {
			return before, nil
		}
		var now Joint
		if now, err = c.Read(ctx); err != nil {
			break
		}
		if c.still(now, before) && (c.Looks == nil || round >= c.Looks(now)) {
			return now, nil
		}
		before = now
		if err = breathe(ctx, round); err != nil {
			err = fmt.Errorf("%w (%s)", err, before)
		}
	}
	return before, err
}

// still tells whether nothing moves: no work, every open call parked, and no sign
// of life since before.
func (c *Clocks) still(now, before Joint) bool {
	open := now.Open
	if c.Own != nil {
		open += c.Own()
	}
	if now.Parked != open && (now.Parked < open || !c.Strangers) {
		return false
	}
	return now.Busy == 0 && now.sameAs(before)
}

// breathe lets other goroutines go on between two looks at the clocks; it is no wait
// for an outcome.
func breathe(ctx context.Context, round int) error {
	const first, doublings = 50 * time.Microsecond, 6
	t := time.NewTimer(first << min(round, doublings))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
