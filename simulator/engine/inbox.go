package engine

import (
	"context"

	"countersign/simulator"
)

// Messages returns the messages in a world's inbox that a filter selects.
func (e *Engine) Messages(worldID string, filter simulator.MessageFilter) ([]simulator.Message, error) {
	var found []simulator.Message
	err := e.Read(worldID, func(w *simulator.World) { found = w.Messages(filter) })
	return found, err
}

// WaitMessages returns as soon as the filter selects at least one message. When
// the context ends first it returns none and no error: who waits for absence has
// then what he waited for.
func (e *Engine) WaitMessages(ctx context.Context, worldID string, filter simulator.MessageFilter) ([]simulator.Message, error) {
	r, err := e.find(worldID)
	if err != nil {
		return nil, err
	}
	for {
		found, arrived := r.messages(filter)
		if len(found) > 0 {
			return found, nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return nil, nil
		case <-r.gone:
			return nil, ErrWorldNotFound
		}
	}
}

// messages selects messages; the channel is closed when the next one arrives.
func (r *runner) messages(filter simulator.MessageFilter) ([]simulator.Message, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.world.Messages(filter), r.arrived
}
