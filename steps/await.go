package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"countersign/steps/runner"
	"countersign/steps/wire"
)

// promptly is how long an answer may take before the clocks are looked at. Answers that nothing holds
// up are there long before; it decides nothing but the number of looks.
const promptly = 5 * time.Millisecond

var errOutOfPatience = errors.New("gave up waiting, in the world's time")

// awaitChannel sends a prepared request to the simulator and moves time on until the answer is there or
// the member has run out of patience.
func (w *World) awaitChannel(ctx context.Context, c *wire.Client, p *wire.Prepared) (*wire.Exchange, error) {
	w.calls.Add(1)
	return await(ctx, w, patience, func(ctx context.Context) *wire.Exchange {
		defer w.calls.Add(-1)
		return c.Send(ctx, p)
	})
}

// AwaitPlatform runs a call to the platform and moves the joint clock on until it is over. The call gets
// a context that ends with the step.
func AwaitPlatform[T any](ctx context.Context, w *World, call func(context.Context) T) (T, error) {
	w.platformCalls.Add(1)
	return await(ctx, w, 0, func(ctx context.Context) T {
		defer w.platformCalls.Add(-1)
		return call(ctx)
	})
}

// await runs a call beside the joint clock. Patience is in the world's time; zero means without end.
func await[T any](ctx context.Context, w *World, patience time.Duration, call func(context.Context) T) (T, error) {
	callCtx, hangUp := context.WithCancelCause(ctx)
	defer hangUp(nil)
	begun := w.Now()
	answer := make(chan T, 1)
	go func() { answer <- call(callCtx) }()
	prompt := time.NewTimer(promptly)
	defer prompt.Stop()
	select {
	case v := <-answer:
		return v, nil
	case <-prompt.C:
	}
	there := func() bool { return len(answer) > 0 }
	if w.suite.hasClock() {
		if err := w.moveUntil(ctx, there, begun, patience, hangUp); err != nil {
			var none T
			return none, err
		}
	}
	select {
	case v := <-answer:
		return v, nil
	case <-ctx.Done():
		var none T
		return none, runner.CouldNotJudge(context.Cause(ctx))
	}
}

// moveUntil fires due times until there says so. The end of the caller's patience is a due time too.
func (w *World) moveUntil(
	ctx context.Context, there func() bool, begun time.Time, patience time.Duration, hangUp context.CancelCauseFunc,
) error {
	for range jointRounds {
		at, err := w.settle(ctx, there)
		if err != nil || there() {
			return err
		}
		next := at.Next
		if patience > 0 {
			end := begun.Add(patience)
			if !at.Now.Before(end) {
				hangUp(errOutOfPatience)
				return nil
			}
			next = earlier(&end, next)
		}
		if next == nil {
			return fmt.Errorf("no answer came, nothing is due and nothing moves; %s", at)
		}
		if err := w.jump(ctx, at.Now, later(*next, at.Now), there); err != nil {
			return err
		}
	}
	return runner.CouldNotJudge(fmt.Errorf("more than %d due times", jointRounds))
}

func earlier(a, b *time.Time) *time.Time {
	if a == nil || (b != nil && b.Before(*a)) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
