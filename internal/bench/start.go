package bench

import (
	"context"
	"time"
)

// starts is how many starts the median is taken of.
const starts = 11

// The bars of a process that does nothing yet (design 5).
const (
	startBar = 30.0 // milliseconds
	idleBar  = 30.0 // MB
)

// inMilliseconds is a duration as a number.
func inMilliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// megabyte is the unit of the memory bars.
const megabyte = 1e6

// measureStart is the time from the start of a process until it answers.
func measureStart(ctx context.Context, o *Options) ([]Figure, error) {
	var took []float64
	for range starts {
		c, err := startSimulator(ctx, o.Program)
		if err != nil {
			return nil, err
		}
		took = append(took, inMilliseconds(c.took))
		c.end()
	}
	f := Figure{Name: "start", Value: median(took), Unit: "ms", Better: Lower}
	return []Figure{f.Against(startBar, OfBar, 1)}, nil
}

// measureIdle is the memory of a simulator that has made its demo world, which it does for the first request.
func measureIdle(ctx context.Context, o *Options) ([]Figure, error) {
	c, err := startSimulator(ctx, o.Program)
	if err != nil {
		return nil, err
	}
	defer c.end()
	if _, err := c.get(ctx, c.Simulator+"/w/demo/channels/bridge-pay/v1/profile"); err != nil {
		return nil, err
	}
	bytes, err := c.memory("VmRSS")
	f := Figure{Name: "rss-idle", Value: bytes / megabyte, Unit: "MB", Better: Lower}
	return []Figure{f.Against(idleBar, OfBar, 1)}, err
}
