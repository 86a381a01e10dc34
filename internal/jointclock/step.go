package jointclock

import (
	"context"
	"fmt"
	"time"
)

// Never is the stop of steps that go all the way.
func Never() bool { return false }

// Pass moves the clocks on by a duration, from due time to due time.
func (c *Clocks) Pass(ctx context.Context, d time.Duration) error {
	at, err := c.Settle(ctx, Never)
	if err != nil {
		return err
	}
	return c.Until(ctx, at.Now.Add(d), Never)
}

// Next moves the clocks to the earliest due time of either and reports false where
// nothing is due.
func (c *Clocks) Next(ctx context.Context) (bool, error) {
	at, err := c.Settle(ctx, Never)
	if err != nil || at.Next == nil {
		return false, err
	}
	if err := c.Jump(ctx, at.Now, later(*at.Next, at.Now), Never); err != nil {
		return false, err
	}
	_, err = c.Settle(ctx, Never)
	return true, err
}

// Until moves the clocks to an instant, or until stop says that it is enough. An
// instant that has gone by already only settles.
func (c *Clocks) Until(ctx context.Context, goal time.Time, stop func() bool) error {
	var last time.Time
	for round, again := 0, 0; round < mostRounds && again < mostAtOnce; round++ {
		at, err := c.Settle(ctx, stop)
		if err != nil || stop() {
			return err
		}
		if at.Next == nil || at.Next.After(goal) {
			return c.finish(ctx, at, goal, stop)
		}
		next := later(*at.Next, at.Now)
		if again++; !next.Equal(last) {
			last, again = next, 0
		}
		if err := c.Jump(ctx, at.Now, next, stop); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w at %s", ErrEndless, last.Format(time.RFC3339))
}

// finish goes the rest of the way, on which nothing is due.
func (c *Clocks) finish(ctx context.Context, at Joint, goal time.Time, stop func() bool) error {
	if !at.Now.Before(goal) {
		return nil
	}
	if err := c.Jump(ctx, at.Now, goal, stop); err != nil {
		return err
	}
	_, err := c.Settle(ctx, stop)
	return err
}

// Jump sets all clocks to an instant that lies behind no due time, in two moves when
// it is far.
func (c *Clocks) Jump(ctx context.Context, from, to time.Time, stop func() bool) error {
	if c.Stride > 0 && to.Sub(from) > c.Stride {
		if err := c.Set(ctx, to.Add(-sentryGap)); err != nil {
			return err
		}
		if _, err := c.Settle(ctx, stop); err != nil {
			return err
		}
	}
	return c.Set(ctx, to)
}

// Quiet moves the clocks on until nothing is due within a duration. It gives up
// after a year.
func (c *Clocks) Quiet(ctx context.Context, d time.Duration) error {
	var begun time.Time
	for {
		at, err := c.Settle(ctx, Never)
		if err != nil {
			return err
		}
		if at.Next == nil || at.Next.After(at.Now.Add(d)) {
			return nil
		}
		if begun.IsZero() {
			begun = at.Now
		}
		if at.Now.Sub(begun) > mostQuiet {
			return fmt.Errorf("%w, all through %s", ErrEndless, mostQuiet)
		}
		if err := c.Until(ctx, *at.Next, Never); err != nil {
			return err
		}
	}
}

// later is the later of two instants.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
