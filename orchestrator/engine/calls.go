package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"countersign/internal/clock"
)

// errCallTimeout is the cause of a context whose call took too long by the merchant's clock.
var errCallTimeout = errors.New("call timeout")

// openCalls knows the deadlines of calls under test clocks. Nothing sleeps: setting the clock past a deadline
// ends the call.
type openCalls struct {
	mu   sync.Mutex
	last int64
	by   map[string]map[int64]openCall
}

type openCall struct {
	deadline time.Time
	cancel   context.CancelCauseFunc
}

func newOpenCalls() *openCalls { return &openCalls{by: map[string]map[int64]openCall{}} }

// limit gives ctx the deadline of a call. Under a test clock it ends when that clock gets there; under the
// system's, after that much real time.
func (o *openCalls) limit(ctx context.Context, merchantID string, c clock.Clock, timeout time.Duration) (context.Context, func()) {
	if _, virtual := c.(*clock.Virtual); !virtual {
		limited, cancel := context.WithTimeoutCause(ctx, timeout, errCallTimeout)
		return limited, cancel
	}
	limited, cancel := context.WithCancelCause(ctx)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last++
	id := o.last
	if o.by[merchantID] == nil {
		o.by[merchantID] = map[int64]openCall{}
	}
	o.by[merchantID][id] = openCall{deadline: c.Now().Add(timeout), cancel: cancel}
	return limited, func() {
		o.mu.Lock()
		delete(o.by[merchantID], id)
		o.mu.Unlock()
		cancel(nil)
	}
}

// next is the earliest deadline of a merchant's open calls.
func (o *openCalls) next(merchantID string) (at time.Time, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, call := range o.by[merchantID] {
		if !ok || call.deadline.Before(at) {
			at, ok = call.deadline, true
		}
	}
	return at, ok
}

// expire ends the merchant's calls whose deadline has come, and answers how many.
func (o *openCalls) expire(merchantID string, now time.Time) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for id, call := range o.by[merchantID] {
		if !call.deadline.After(now) {
			call.cancel(errCallTimeout)
			delete(o.by[merchantID], id)
			n++
		}
	}
	return n
}
