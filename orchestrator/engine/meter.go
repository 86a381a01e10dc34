package engine

import (
	"context"
	"sync"
	"time"
)

// meter counts the work of one merchant, so that a test can tell when all has settled: busy pieces run,
// open calls wait for a peer. activity rises with every change, so that two equal readings mean rest.
type meter struct {
	mu       sync.Mutex
	busy     int
	open     int
	activity int64
	changed  chan struct{} // closed at every change, then made anew
}

// change adds to both counters at once.
func (m *meter) change(busy, open int) {
	m.mu.Lock()
	m.busy += busy
	m.open += open
	m.activity++
	close(m.changed)
	m.changed = make(chan struct{})
	m.mu.Unlock()
}

// read answers the counters and what to wait on for the next change.
func (m *meter) read() (busy, open int, activity int64, changed <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.busy, m.open, m.activity, m.changed
}

// settle waits until nothing is busy, and no call is open either when calls says so. With a patience it gives
// up after that much real time. It never waits longer than ctx.
func (m *meter) settle(ctx context.Context, calls bool, patience time.Duration) error {
	var expired <-chan time.Time
	if patience > 0 {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		expired = timer.C
	}
	for {
		busy, open, _, changed := m.read()
		if busy == 0 && (!calls || open == 0) {
			return nil
		}
		select {
		case <-changed:
		case <-expired:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// meters holds one meter for each merchant.
type meters struct {
	mu sync.Mutex
	by map[string]*meter
}

func newMeters() *meters { return &meters{by: map[string]*meter{}} }

// of is the meter of a merchant.
func (ms *meters) of(merchantID string) *meter {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	m, ok := ms.by[merchantID]
	if !ok {
		m = &meter{changed: make(chan struct{})}
		ms.by[merchantID] = m
	}
	return m
}

// all answers every meter there is.
func (ms *meters) all() []*meter {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	list := make([]*meter, 0, len(ms.by))
	for _, m := range ms.by {
		list = append(list, m)
	}
	return list
}

// Load answers how much is under way for all merchants together: pieces of work that run and wait for no peer, and
// outbound calls that wait for one.
func (e *Engine) Load() (busy, openCalls int) {
	for _, m := range e.meters.all() {
		b, o, _, _ := m.read()
		busy, openCalls = busy+b, openCalls+o
	}
	return busy, openCalls
}

// token is one request's share in the busy count; it is laid down while the request only waits.
type token struct{ meter *meter }

func (t *token) park() {
	if t != nil {
		t.meter.change(-1, 0)
	}
}

func (t *token) resume() {
	if t != nil {
		t.meter.change(1, 0)
	}
}

type tokenKey struct{}

// Enter notes that a request of a merchant begins. The caller passes the context on to the engine's methods
// and calls leave once its answer is written.
func (e *Engine) Enter(ctx context.Context, merchantID string) (entered context.Context, leave func()) {
	t := &token{meter: e.meters.of(merchantID)}
	t.meter.change(1, 0)
	var once sync.Once
	return context.WithValue(ctx, tokenKey{}, t), func() { once.Do(func() { t.meter.change(-1, 0) }) }
}

// tokenOf is the request's token; nil when the caller did not enter.
func tokenOf(ctx context.Context) *token {
	t, _ := ctx.Value(tokenKey{}).(*token)
	return t
}

// Wait returns when no work is under way any more, or ctx ends.
func (e *Engine) Wait(ctx context.Context) error {
	for _, m := range e.meters.all() {
		if err := m.settle(ctx, true, 0); err != nil {
			return err
		}
	}
	return nil
}
