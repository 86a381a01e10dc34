package engine

import (
	"context"
	"errors"

	"countersign/simulator"
)

// Do carries a command out in a world. The input's instant is set here. A request
// that a fault holds waits inside, on the world's clock; when Reply.Withheld comes
// back the door must close the connection without an answer. The only errors are
// an unknown world, a log that cannot be written and a broken world.
func (e *Engine) Do(ctx context.Context, worldID string, in simulator.Input) (simulator.Outcome, error) {
	r, err := e.find(worldID)
	if err != nil {
		return simulator.Outcome{}, err
	}
	r.begin()
	defer r.end()
	for {
		out, err := r.step(in)
		if err != nil {
			e.tellFailure(r, err)
			return out, err
		}
		e.carryOut(r, out.Effects)
		if removal, ok := in.Command.(simulator.RemoveFault); ok && out.Problem == nil {
			r.releaseHeldBy(removal.ID)
		}
		if turned, ok := in.Command.(simulator.SwitchFault); ok && turned.Off && out.Problem == nil {
			r.releaseHeldBy(turned.ID)
		}
		if out.Reply.After != "" {
			r.awaitSending(ctx, out.Reply.After, e.opts.DeliveryTimeout)
		}
		hold := out.Reply.Hold
		if hold == nil {
			return out, nil
		}
		if !r.hold(ctx, *hold, out.Row) {
			out.Reply.Withheld = true
			return out, nil
		}
		if out.Reply.Deferred == "" || out.Reply.Withheld {
			return out, nil
		}
		in.Resumed, in.Held = out.Reply.Deferred, out.Row
	}
}

// carryOut begins the deliveries a step asked for, which are counted already, and
// writes down what they say.
func (e *Engine) carryOut(r *runner, effects []simulator.Effect) {
	for _, effect := range effects {
		if effect.Delivery == nil {
			continue
		}
		body := e.opts.Notifier.Body(effect.Delivery.Said())
		r.touch(func(w *simulator.World) {
			w.Sent(effect.Delivery.Rows, body)
			r.wakeLocked()
		})
		if effect.Kind == simulator.EffectDeliver {
			e.startDelivery(r, effect.Delivery)
		}
	}
}

// tellFailure logs a log that failed; a broken world was told of when it broke.
func (e *Engine) tellFailure(r *runner, err error) {
	if !errors.Is(err, ErrWorldBroken) {
		e.opts.Logger.Error("world log cannot be written", "world", r.info.ID, "error", err)
	}
}

// tick lets what is due in a world happen: things of the world and ends of holds.
// It is called by the timer of a world on real time and by clock commands.
func (e *Engine) tick(r *runner) ([]Fired, error) {
	r.begin()
	defer r.end()
	var fired []Fired
	out, err := r.step(simulator.Input{Command: simulator.Tick{}})
	if err != nil {
		e.tellFailure(r, err)
		return nil, err
	}
	for _, effect := range out.Effects {
		if effect.Kind == simulator.EffectFired {
			fired = append(fired, Fired{At: effect.At, Kind: effect.Due, What: effect.What, Number: effect.Number})
		}
	}
	e.carryOut(r, out.Effects)
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock.Now()
	fired = append(fired, r.releaseDueLocked(now)...)
	r.armLocked()
	return fired, nil
}
