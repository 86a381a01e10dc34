package engine

import (
	"context"
	"errors"
	"time"

	"countersign/internal/clock"
	"countersign/orchestrator"
)

// settlePatience is how long, in real time, a setting of the clock waits at one instant for calls that a peer
// holds, before it goes on to the next. A joint step sets one instant at a time and never needs it.
const settlePatience = 2 * time.Second

// stuckAfter bounds how often one instant is fired again.
const stuckAfter = 50

// ClockOf answers a merchant's clock.
func (e *Engine) ClockOf(ctx context.Context, merchantID string) (ClockView, error) {
	m, err := e.merchant(ctx, merchantID)
	if err != nil {
		return ClockView{}, err
	}
	return e.clockView(ctx, m, nil)
}

// merchant reads one merchant.
func (e *Engine) merchant(ctx context.Context, merchantID string) (m orchestrator.Merchant, err error) {
	err = e.view(ctx, func(tx orchestrator.Tx) error {
		m, err = tx.Merchants().Get(merchantID)
		return err
	})
	return m, err
}

func (e *Engine) clockView(ctx context.Context, m orchestrator.Merchant, fired []string) (ClockView, error) {
	view := ClockView{Virtual: m.Clock == orchestrator.ClockTest, Fired: fired}
	for range viewTries {
		_, _, earlier, _ := e.meters.of(m.ID).read()
		next, _, err := e.nextDue(ctx, m.ID)
		if err != nil {
			return view, err
		}
		view.Now, view.NextDue = e.clocks.of(m).Now(), next
		view.Busy, view.OpenCalls, view.Activity, _ = e.meters.of(m.ID).read()
		if view.Activity == earlier {
			break
		}
	}
	return view, nil
}

// viewTries bounds how often a reading is repeated because something moved meanwhile: the next due instant and
// the counters must be of one moment, or a joint step would trust the wrong instant.
const viewTries = 20

// nextDue is the earliest of the merchant's due rows and of the deadlines of its open calls.
func (e *Engine) nextDue(ctx context.Context, merchantID string) (at time.Time, ok bool, err error) {
	err = e.view(ctx, func(tx orchestrator.Tx) error {
		at, ok, err = tx.Dues().Next(merchantID)
		return err
	})
	if deadline, open := e.calls.next(merchantID); err == nil && open && (!ok || deadline.Before(at)) {
		at, ok = deadline, true
	}
	return at, ok, err
}

// SetClock moves a merchant's test clock forward, and begins all that is due until then, in order.
func (e *Engine) SetClock(ctx context.Context, merchantID string, to time.Time) (ClockView, error) {
	return e.moveClock(ctx, merchantID, func(time.Time) (time.Time, error) { return to, nil })
}

// NextClock moves a merchant's test clock to the next due instant and begins what is due then. With nothing
// due the clock stays where it is.
func (e *Engine) NextClock(ctx context.Context, merchantID string) (ClockView, error) {
	return e.moveClock(ctx, merchantID, func(now time.Time) (time.Time, error) {
		at, ok, err := e.nextDue(ctx, merchantID)
		if !ok || at.Before(now) {
			at = now
		}
		return at, err
	})
}

// moveClock finds the target and moves there, one setting at a time.
func (e *Engine) moveClock(ctx context.Context, merchantID string, target func(now time.Time) (time.Time, error)) (ClockView, error) {
	m, err := e.merchant(ctx, merchantID)
	if err != nil {
		return ClockView{}, err
	}
	if m.Clock != orchestrator.ClockTest {
		return ClockView{}, orchestrator.Refuse(orchestrator.CodeWrongState, "This merchant lives by the system's clock.")
	}
	t := e.clocks.test(m)
	select {
	case t.moving <- struct{}{}:
		defer func() { <-t.moving }()
	case <-ctx.Done():
		return ClockView{}, ctx.Err()
	}
	to, err := target(t.clock.Now())
	if err != nil {
		return ClockView{}, err
	}
	if to.Before(t.clock.Now()) {
		return ClockView{}, orchestrator.RefuseField("to", "A clock is never set back.")
	}
	fired, err := e.advance(ctx, m, t.clock, to)
	if err != nil {
		return ClockView{}, err
	}
	return e.clockView(ctx, m, fired)
}

// advance goes from due instant to due instant until the target.
func (e *Engine) advance(ctx context.Context, m orchestrator.Merchant, c *clock.Virtual, to time.Time) ([]string, error) {
	fired := []string{}
	for again := 0; ; {
		at, ok, err := e.nextDue(ctx, m.ID)
		if err != nil {
			return fired, err
		}
		if !ok || at.After(to) {
			break
		}
		if !at.After(c.Now()) {
			at = c.Now()
			if again++; again > stuckAfter {
				break
			}
		} else {
			again = 0
		}
		if err := e.stand(ctx, m.ID, c, at); err != nil {
			return fired, err
		}
		begun, err := e.fireAt(ctx, m.ID, at)
		if err != nil {
			return fired, err
		}
		fired = append(fired, begun...)
		if err := e.rest(ctx, m.ID, at.Equal(to)); err != nil {
			return fired, err
		}
		if at.Equal(to) && len(begun) == 0 {
			break
		}
	}
	return fired, e.stand(ctx, m.ID, c, to)
}

// fireAt ends the calls whose time is over and begins the rows that are due.
func (e *Engine) fireAt(ctx context.Context, merchantID string, at time.Time) ([]string, error) {
	fired := make([]string, 0, 4)
	for range e.calls.expire(merchantID, at) {
		fired = append(fired, "call timeout")
	}
	if len(fired) > 0 {
		if err := e.meters.of(merchantID).settle(ctx, false, settlePatience); err != nil {
			return fired, err
		}
	}
	begun, err := e.fire(ctx, merchantID, at)
	return append(fired, begun...), err
}

// rest waits until the work begun at an instant has come to rest. At the last instant calls may stay open: who
// set the clock sees them in the answer.
func (e *Engine) rest(ctx context.Context, merchantID string, last bool) error {
	return e.meters.of(merchantID).settle(ctx, !last, settlePatience)
}

// stand sets the clock and stores where it stands, so that a restart finds it there.
func (e *Engine) stand(ctx context.Context, merchantID string, c *clock.Virtual, at time.Time) error {
	if !at.After(c.Now()) {
		return nil
	}
	if err := c.Set(at); err != nil {
		return err
	}
	for range versionTries {
		err := e.update(ctx, PointClock, func(tx orchestrator.Tx) error {
			m, err := tx.Merchants().Get(merchantID)
			if err != nil {
				return err
			}
			m.TestNow = at
			return tx.Merchants().Put(&m)
		})
		if !errors.Is(err, orchestrator.ErrVersion) {
			return err
		}
	}
	return orchestrator.ErrVersion
}
