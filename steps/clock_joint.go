package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"countersign/contract/control"
	"countersign/contract/testclock"
	"countersign/steps/runner"
	"countersign/steps/wire"
)

// The joint clock: one world of the simulator and one merchant of the platform move together. The
// earliest due time of both is set on both, what is due is begun, and nothing goes on until both are
// settled. No step waits for an answer while time stands.

const (
	// settleLimit is how long, in real time, both sides may take to settle. It is a safety net.
	settleLimit = 20 * time.Second
	// patience is how long a member waits for a channel's answer, in the world's time.
	patience = 10 * time.Second
	// sentryGap is left before a far due time, so that both clocks are near each other when one fires.
	sentryGap = time.Millisecond
	// jointRounds bounds the due times one step may fire.
	jointRounds = 200_000
)

// reading is the state of both clocks at one moment.
type reading struct {
	now          time.Time
	next         *time.Time
	activity     [2]int64
	busy         int
	open, parked int
	busyText     string
}

// read asks both sides.
func (w *World) read(ctx context.Context) (reading, error) {
	r, err := w.suite.control.GetClockWithResponse(ctx, w.Sim.WorldId)
	sim, err := Fetched[control.ClockState](r, err)
	if err != nil {
		return reading{}, fmt.Errorf("the world's clock: %w", err)
	}
	w.setNow(sim.Now)
	got := reading{now: sim.Now, next: sim.NextDue, busy: sim.Busy, parked: sim.Parked}
	got.activity[0] = sim.Activity
	if !w.linked() {
		return got, nil
	}
	m, err := w.platform.clocks.GetMerchantClockWithResponse(ctx, w.Merchant.ID)
	merchant, err := Fetched[testclock.ClockState](m, err)
	if err != nil {
		return reading{}, fmt.Errorf("the merchant's clock: %w", err)
	}
	got.activity[1] = merchant.Activity
	got.busy += merchant.Busy
	got.open = merchant.OpenCalls
	got.next = earlier(got.next, merchant.NextDue)
	got.busyText = fmt.Sprintf("simulator: busy %d, parked %d; platform: busy %d, open calls %d",
		sim.Busy, sim.Parked, merchant.Busy, merchant.OpenCalls)
	return got, nil
}

// linked tells whether the platform's clock belongs to the joint step: that of a platform that is down stands.
func (w *World) linked() bool { return w.Merchant != nil && w.platform.clocks != nil && !w.down }

func earlier(a, b *time.Time) *time.Time {
	if a == nil || (b != nil && b.Before(*a)) {
		return b
	}
	return a
}

// still tells whether nothing moves: no work, every open call parked, and no sign of life since before.
func (r reading) still(before reading, own int) bool {
	return r.busy == 0 && r.parked == r.open+own && r.activity == before.activity && r.parked == before.parked && before.busy == 0
}

// settle waits until both sides are still, or until stop says that there is no need to.
func (w *World) settle(ctx context.Context, stop func() bool) (reading, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, settleLimit, errors.New("the sides do not settle"))
	defer cancel()
	before, err := w.read(ctx)
	for round := 0; err == nil; round++ {
		if stop() {
			return before, nil
		}
		var now reading
		if now, err = w.read(ctx); err != nil {
			break
		}
		if now.still(before, int(w.calls.Load())) && (round >= w.leastRounds(now)) {
			return now, nil
		}
		before = now
		if err = breathe(ctx, round); err != nil {
			err = fmt.Errorf("%w (%s, own calls %d)", err, before.busyText, w.calls.Load())
		}
	}
	return before, runner.CouldNotJudge(err)
}

// leastRounds is how often both sides must look still. A call of ours to the platform that waits for
// nothing but a due time cannot be told from one that has not arrived yet, but by looking again. When the
// platform has no call open either, ours is all but certainly on its way, there or back, and needs no time
// to pass: only a long look, of about half a second, says otherwise.
func (w *World) leastRounds(now reading) int {
	switch {
	case w.platformCalls.Load() == 0:
		return 0
	case now.open == 0:
		return 150
	default:
		return 8
	}
}

// breathe lets other goroutines go on between two looks at the clocks; it is no wait for an outcome.
func breathe(ctx context.Context, round int) error {
	pause := 50 * time.Microsecond << min(round, 6)
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// set moves both clocks to an instant. The simulator's goes first when nothing is due on it before.
func (w *World) set(ctx context.Context, to time.Time) error {
	if w.linked() {
		m, err := w.platform.clocks.SetMerchantClockWithResponse(ctx, w.Merchant.ID, testclock.ClockSet{To: &to})
		if _, err := Fetched[testclock.ClockState](m, err); err != nil {
			return runner.CouldNotJudge(fmt.Errorf("set the merchant's clock: %w", err))
		}
	}
	r, err := w.suite.control.SetClockWithResponse(ctx, w.Sim.WorldId, control.ClockSet{To: &to})
	state, err := Fetched[control.ClockState](r, err)
	if err != nil {
		return runner.CouldNotJudge(fmt.Errorf("set the world's clock: %w", err))
	}
	w.setNow(state.Now)
	return nil
}

// jump sets both clocks to an instant that lies behind no due time, in two moves when it is far.
func (w *World) jump(ctx context.Context, from, to time.Time, stop func() bool) error {
	if to.Sub(from) > wire.Window/2 {
		if err := w.set(ctx, to.Add(-sentryGap)); err != nil {
			return err
		}
		if _, err := w.settle(ctx, stop); err != nil {
			return err
		}
	}
	return w.set(ctx, to)
}

// never is the stop of steps that go all the way.
func never() bool { return false }

// Pass moves the joint clock on by d, firing everything due on the way.
func (w *World) Pass(ctx context.Context, d time.Duration) error {
	at, err := w.settle(ctx, never)
	if err != nil {
		return err
	}
	return w.until(ctx, at.now.Add(d), never)
}

// until moves the joint clock to an instant, or until stop says that it is enough.
func (w *World) until(ctx context.Context, goal time.Time, stop func() bool) error {
	for range jointRounds {
		at, err := w.settle(ctx, stop)
		if err != nil || stop() {
			return err
		}
		if at.next == nil || at.next.After(goal) {
			if !at.now.Before(goal) {
				return nil
			}
			if err := w.jump(ctx, at.now, goal, stop); err != nil {
				return err
			}
			_, err = w.settle(ctx, stop)
			return err
		}
		next := *at.next
		if next.Before(at.now) {
			next = at.now
		}
		if err := w.jump(ctx, at.now, next, stop); err != nil {
			return err
		}
	}
	return runner.CouldNotJudge(fmt.Errorf("more than %d due times", jointRounds))
}

// Quiet moves the joint clock on until nothing is due within d of it. It gives up after a year.
func (w *World) Quiet(ctx context.Context, d time.Duration) error {
	const most = 366 * 24 * time.Hour
	begun := w.Now()
	for {
		at, err := w.settle(ctx, never)
		if err != nil {
			return err
		}
		if at.next == nil || at.next.After(at.now.Add(d)) {
			return nil
		}
		if at.now.Sub(begun) > most {
			return fmt.Errorf("something has been due all through %s", most)
		}
		if err := w.until(ctx, *at.next, never); err != nil {
			return err
		}
	}
}
