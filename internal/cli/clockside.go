package cli

import (
	"context"
	"net/http"
	"time"

	"countersign/contract/control"
	"countersign/contract/testclock"
	"countersign/internal/jointclock"
)

// worldSide is the running clock of a world, reached over the control port.
type worldSide struct{ at *instance }

// Read implements jointclock.Side.
func (s worldSide) Read(ctx context.Context) (jointclock.Reading, error) {
	var at control.ClockState
	err := s.at.control().get(ctx, s.at.path("clock"), &at)
	return jointclock.Reading{
		Name: "simulator", Now: at.Now, Next: at.NextDue, Activity: at.Activity, Busy: at.Busy, Parked: at.Parked,
	}, err
}

// Set implements jointclock.Side.
func (s worldSide) Set(ctx context.Context, to time.Time) ([]string, error) {
	var at control.ClockState
	err := s.at.control().exchange(ctx, http.MethodPost, s.at.path("clock"), control.ClockSet{To: &to}, &at)
	return value(at.Fired), err
}

// merchantSide is the running clock of the merchant, reached over the orchestrator's control port.
type merchantSide struct{ at *instance }

// Read implements jointclock.Side.
func (s merchantSide) Read(ctx context.Context) (jointclock.Reading, error) {
	var at testclock.ClockState
	err := s.at.clocks().get(ctx, s.at.merchantClock(), &at)
	return jointclock.Reading{
		Name: "orchestrator", Now: at.Now, Next: at.NextDue, Activity: at.Activity, Busy: at.Busy, Open: at.OpenCalls,
	}, err
}

// Set implements jointclock.Side.
func (s merchantSide) Set(ctx context.Context, to time.Time) ([]string, error) {
	var at testclock.ClockState
	err := s.at.clocks().exchange(ctx, http.MethodPost, s.at.merchantClock(), map[string]time.Time{"to": to}, &at)
	return value(at.Fired), err
}

// joint is the clock of the world and, where it can be moved, that of its merchant; begun hears what each move sets off.
// Calls of others may be held in the world too.
func (i *instance) joint(begun func([]string)) *jointclock.Clocks {
	const stride, limit = 150 * time.Second, 20 * time.Second // half the window of a signature (design 3.1)
	var sides []jointclock.Side
	if i.PlatformControl != "" {
		sides = append(sides, merchantSide{i})
	}
	sides = append(sides, worldSide{i})
	return &jointclock.Clocks{
		Sides: func() []jointclock.Side { return sides }, Strangers: true, Stride: stride, Limit: limit, Begun: begun,
	}
}
