package bench

import (
	"context"
	"time"
)

// The bars of memory (design 5): the peak after the orders of the bar, and nothing for a repeat.
const (
	memoryBar    = 100.0 // MB
	perOrderBar  = 512.0 // bytes of resident memory for one more order
	perRepeatBar = 64.0  // bytes: nothing but its jti, for the ten minutes in which that is remembered
)

// batch is how many orders are signed before they are sent.
const batch = 20_000

// measureMemory makes distinct charges, half as many more, then repeats of the last ones.
func measureMemory(ctx context.Context, o *Options) ([]Figure, error) {
	c, err := startSimulator(ctx, o.Program)
	if err != nil {
		return nil, err
	}
	defer c.end()
	f, err := c.makeField(ctx, "bridge-pay")
	if err != nil {
		return nil, err
	}
	defer f.close()
	if err := c.charges(ctx, f, 0, o.Orders); err != nil {
		return nil, err
	}
	peak, err := c.memory("VmHWM")
	if err != nil {
		return nil, err
	}
	before, _ := c.memory("VmRSS")
	if err := c.charges(ctx, f, o.Orders, o.Orders/2); err != nil {
		return nil, err
	}
	after, _ := c.memory("VmRSS")
	if err := c.repeats(ctx, f, o.Orders); err != nil {
		return nil, err
	}
	repeated, _ := c.memory("VmRSS")
	bar := memoryBar * float64(o.Orders) / ordersOfTheBar
	if o.Orders < ordersOfTheBar {
		bar = memoryBar
	}
	return []Figure{
		Figure{Name: "rss-200k", Value: peak / megabyte, Unit: "MB", Better: Lower}.Against(bar, OfBar, 1),
		Figure{Name: "bytes-per-order", Value: max(after-before, 0) / float64(o.Orders/2), Unit: "bytes", Better: Lower}.Against(perOrderBar, OfBar, 1),
		Figure{Name: "bytes-per-repeat", Value: max(repeated-after, 0) / float64(o.Orders), Unit: "bytes", Better: Lower}.Against(perRepeatBar, OfBar, 1),
	}, nil
}

// charges makes n orders.
func (c *child) charges(ctx context.Context, f *field, first, n int) error {
	for done := 0; done < n; done += batch {
		requests, err := f.orders(first+done, min(batch, n-done), time.Now())
		if err == nil {
			_, err = drive(ctx, hostOf(c.Simulator), requests)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// repeats sends n times an order that is there already, each time under a new signature.
func (c *child) repeats(ctx context.Context, f *field, n int) error {
	const distinct = 100
	now := time.Now()
	orderTime, expiresAt := now.UTC().Format(time.RFC3339), now.UTC().Add(time.Hour).Format(time.RFC3339)
	for done := 0; done < n; done += batch {
		requests := make([][]byte, min(batch, n-done))
		for i := range requests {
			var err error
			if requests[i], err = f.request("rep_"+string(rune('a'+i%distinct%26))+string(rune('a'+i%distinct/26)), orderTime, expiresAt); err != nil {
				return err
			}
		}
		if _, err := drive(ctx, hostOf(c.Simulator), requests); err != nil {
			return err
		}
	}
	return nil
}
