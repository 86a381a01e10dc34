package engine

import (
	"context"
	"errors"
	"time"
)

// ErrDurable means: the world is durable and would come back at the next start, so
// that it cannot be deleted or given a time to live.
var ErrDurable = errors.New("the world is durable")

// SetTTL lets a world delete itself after so much real time from now; 0 lets it live.
// A durable world is ErrDurable.
func (e *Engine) SetTTL(worldID string, ttl time.Duration) error {
	r, err := e.find(worldID)
	if err != nil {
		return err
	}
	if r.info.Durable {
		return ErrDurable
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isGone {
		return ErrWorldNotFound
	}
	if r.reaper != nil {
		r.reaper.Stop()
	}
	r.reaper, r.expires = nil, time.Time{}
	if ttl <= 0 {
		return nil
	}
	r.expires = e.opts.Clock.Now().Add(ttl)
	expires := r.expires
	r.reaper = time.AfterFunc(ttl, func() { e.reap(r, expires) })
	return nil
}

// reap deletes a world whose time is over, unless it was given another meanwhile.
func (e *Engine) reap(r *runner, expires time.Time) {
	if !r.expiresAt(expires) {
		return
	}
	if now, err := e.find(r.info.ID); err == nil && now == r {
		_ = e.DeleteWorld(context.Background(), r.info.ID)
	}
}

// expiresAt reports whether the world still stands and ends at that instant.
func (r *runner) expiresAt(expires time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.expires.Equal(expires) && !r.isGone
}

// describe is what is told of the world, with what may change.
func (r *runner) describe() WorldInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	info := r.info
	info.ExpiresAt = r.expires
	return info
}
