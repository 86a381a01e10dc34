package engine

import (
	"context"

	"countersign/simulator"
)

// Do carries a command out in a world. The input's instant is set here. A request
// that a fault holds waits inside, on the world's clock; when Reply.Withheld comes
// back the door must close the connection without an answer. The only errors are
// an unknown world and a log that cannot be written.
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
			e.opts.Logger.Error("world log cannot be written", "world", worldID, "error", err)
			return out, err
		}
		e.carryOut(r, out.Effects)
		if removal, ok := in.Command.(simulator.RemoveFault); ok && out.Problem == nil {
			r.releaseHeldBy(removal.ID)
		}
		hold := out.Reply.Hold
		if hold == nil {
			return out, nil
		}
		if !r.hold(ctx, *hold) {
			out.Reply.Withheld = true
			return out, nil
		}
		if out.Reply.Deferred == "" || out.Reply.Withheld {
			return out, nil
		}
		in.Resumed = out.Reply.Deferred
	}
}

// carryOut begins the deliveries a step asked for, which are counted already, and
// writes down what they say.
func (e *Engine) carryOut(r *runner, effects []simulator.Effect) {
	for _, effect := range effects {
		if effect.Delivery == nil {
			continue
		}
		body := e.opts.Notifier.Body(effect.Delivery.Event)
		r.mu.Lock()
		r.world.Sent(effect.Delivery.Rows, body)
		r.mu.Unlock()
		if effect.Kind == simulator.EffectDeliver {
			e.startDelivery(r, *effect.Delivery)
		}
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
		e.opts.Logger.Error("world log cannot be written", "world", r.info.ID, "error", err)
		return nil, err
	}
	for _, effect := range out.Effects {
		if effect.Kind == simulator.EffectFired {
			fired = append(fired, Fired{At: effect.At, What: effect.What})
		}
	}
	e.carryOut(r, out.Effects)
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock.Now()
	for range r.releaseDueLocked(now) {
		fired = append(fired, Fired{At: now, What: "held request goes on"})
	}
	r.armLocked()
	return fired, nil
}
