package engine

import (
	"context"

	"countersign/simulator"
)

// Watch shows a world to a function, under the world's lock, now and after each
// change, until the function says that it has seen enough or the context ends,
// which is no error. The function must not keep the world, change it, or call the
// engine. A world that is deleted meanwhile is ErrWorldNotFound.
func (e *Engine) Watch(ctx context.Context, worldID string, look func(*simulator.World) (enough bool)) error {
	r, err := e.find(worldID)
	if err != nil {
		return err
	}
	for {
		changed, enough := r.lookOnce(look)
		if enough {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		case <-r.gone:
			return ErrWorldNotFound
		}
	}
}

// lookOnce shows the world; the channel is closed at its next change.
func (r *runner) lookOnce(look func(*simulator.World) bool) (changed <-chan struct{}, enough bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if look(r.world) {
		return nil, true
	}
	return r.changeLocked(), false
}

// changeLocked is closed at the next change. It is made only when somebody waits,
// so that a world nobody watches pays nothing.
func (r *runner) changeLocked() <-chan struct{} {
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
	return r.changed
}

// wakeLocked tells those who wait that the world has changed.
func (r *runner) wakeLocked() {
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}
