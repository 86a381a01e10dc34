package steps

import (
	"context"
	"time"
)

// clockSteps move the joint clock.
func clockSteps() []Step {
	return []Step{
		{reNumber + ` (second|minute|hour|day)s? pass(?:es)?`, timePasses},
		{`time moves on until nothing is due for ` + reNumber + ` (second|minute|hour|day)s?`, untilQuiet},
	}
}

var units = map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": day}

func timePasses(ctx context.Context, n int, unit string) error {
	return From(ctx).Pass(ctx, time.Duration(n)*units[unit])
}

func untilQuiet(ctx context.Context, n int, unit string) error {
	return From(ctx).Quiet(ctx, time.Duration(n)*units[unit])
}
