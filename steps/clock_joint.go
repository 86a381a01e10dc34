package steps

import (
	"context"
	"fmt"
	"time"

	"countersign/contract/control"
	"countersign/contract/testclock"
	"countersign/internal/jointclock"
	"countersign/steps/runner"
	"countersign/steps/wire"
)

// The joint clock: one world of the simulator and one merchant of the platform move together, as
// internal/jointclock has it. No step waits for an answer while time stands.

const (
	// patience is how long a member waits for a channel's answer, in the world's time.
	patience = 10 * time.Second
	// jointRounds bounds the due times one step may fire.
	jointRounds = 200_000
	// worldDrain is how long, in real milliseconds, the simulator waits for notifications it sent. What is still
	// under way then is seen by the looks at both clocks.
	worldDrain = 2000
)

// never is the stop of steps that go all the way.
func never() bool { return false }

// clocks are those that move together: the merchant's first, since who calls is set before who is called.
func (w *World) clocks() *jointclock.Clocks {
	return &jointclock.Clocks{
		Sides: func() []jointclock.Side {
			if w.linked() {
				return []jointclock.Side{merchantSide{w}, worldSide{w}}
			}
			return []jointclock.Side{worldSide{w}}
		},
		Own:    func() int { return int(w.calls.Load()) },
		Looks:  w.leastRounds,
		Stride: wire.Window / 2,
	}
}

// linked tells whether the platform's clock belongs to the joint step: that of a platform that is down stands.
func (w *World) linked() bool { return w.Merchant != nil && w.platform.clocks != nil && !w.down }

// leastRounds is how often both sides must look still. A call of ours to the platform that waits for
// nothing but a due time cannot be told from one that has not arrived yet, but by looking again. When the
// platform has no call open either, ours is all but certainly on its way, there or back, and needs no time
// to pass: only a long look, of about half a second, says otherwise.
func (w *World) leastRounds(now jointclock.Joint) int {
	switch {
	case w.platformCalls.Load() == 0:
		return 0
	case now.Open == 0:
		return 150
	default:
		return 8
	}
}

// settle waits until both sides are still, or until stop says that there is no need to.
func (w *World) settle(ctx context.Context, stop func() bool) (jointclock.Joint, error) {
	at, err := w.clocks().Settle(ctx, stop)
	if err != nil {
		err = runner.CouldNotJudge(fmt.Errorf("%w; own calls %d", err, w.calls.Load()))
	}
	return at, err
}

// set moves both clocks to an instant.
func (w *World) set(ctx context.Context, to time.Time) error {
	return runner.CouldNotJudge(w.clocks().Set(ctx, to))
}

// jump sets both clocks to an instant that lies behind no due time, in two moves when it is far.
func (w *World) jump(ctx context.Context, from, to time.Time, stop func() bool) error {
	return runner.CouldNotJudge(w.clocks().Jump(ctx, from, to, stop))
}

// Pass moves the joint clock on by d, firing everything due on the way.
func (w *World) Pass(ctx context.Context, d time.Duration) error {
	return runner.CouldNotJudge(w.clocks().Pass(ctx, d))
}

// Quiet moves the joint clock on until nothing is due within d of it. It gives up after a year.
func (w *World) Quiet(ctx context.Context, d time.Duration) error {
	return runner.CouldNotJudge(w.clocks().Quiet(ctx, d))
}

// worldSide is the clock of the scenario's world.
type worldSide struct{ w *World }

// Read implements jointclock.Side.
func (s worldSide) Read(ctx context.Context) (jointclock.Reading, error) {
	r, err := s.w.suite.control.GetClockWithResponse(ctx, s.w.Sim.WorldId)
	at, err := Fetched[control.ClockState](r, err)
	if err != nil {
		return jointclock.Reading{}, fmt.Errorf("the world's clock: %w", err)
	}
	s.w.setNow(at.Now)
	return jointclock.Reading{
		Name: "simulator", Now: at.Now, Next: at.NextDue, Activity: at.Activity, Busy: at.Busy, Parked: at.Parked,
	}, nil
}

// Set implements jointclock.Side.
func (s worldSide) Set(ctx context.Context, to time.Time) ([]string, error) {
	drain := worldDrain
	r, err := s.w.suite.control.SetClockWithResponse(ctx, s.w.Sim.WorldId, control.ClockSet{To: &to, DrainMs: &drain})
	at, err := Fetched[control.ClockState](r, err)
	if err != nil {
		return nil, fmt.Errorf("set the world's clock: %w", err)
	}
	s.w.setNow(at.Now)
	return fired(at.Fired), nil
}

// merchantSide is the clock of the scenario's merchant at the platform.
type merchantSide struct{ w *World }

// Read implements jointclock.Side.
func (s merchantSide) Read(ctx context.Context) (jointclock.Reading, error) {
	r, err := s.w.platform.clocks.GetMerchantClockWithResponse(ctx, s.w.Merchant.ID)
	at, err := Fetched[testclock.ClockState](r, err)
	if err != nil {
		return jointclock.Reading{}, fmt.Errorf("the merchant's clock: %w", err)
	}
	return jointclock.Reading{
		Name: "platform", Now: at.Now, Next: at.NextDue, Activity: at.Activity, Busy: at.Busy, Open: at.OpenCalls,
	}, nil
}

// Set implements jointclock.Side.
func (s merchantSide) Set(ctx context.Context, to time.Time) ([]string, error) {
	r, err := s.w.platform.clocks.SetMerchantClockWithResponse(ctx, s.w.Merchant.ID, testclock.ClockSet{To: &to})
	at, err := Fetched[testclock.ClockState](r, err)
	if err != nil {
		return nil, fmt.Errorf("set the merchant's clock: %w", err)
	}
	return fired(at.Fired), nil
}

// fired is a list that may be absent.
func fired(list *[]string) []string {
	if list == nil {
		return nil
	}
	return *list
}
