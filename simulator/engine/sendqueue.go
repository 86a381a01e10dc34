package engine

import (
	"context"
	"slices"
	"time"

	"countersign/simulator"
)

// underway is a delivery under way. Under a virtual clock deliveries are reported to
// the world in the order they were begun in: otherwise who is answered first would
// decide what stands first in the journal.
type underway struct {
	delivery *simulator.Delivery
	turn     chan struct{} // closed when all begun before it were reported
	over     chan struct{} // closed when it was reported
}

// enqueueLocked notes a delivery that a step asked for.
func (r *runner) enqueueLocked(d *simulator.Delivery) {
	s := &underway{delivery: d, turn: make(chan struct{}), over: make(chan struct{})}
	if r.underway = append(r.underway, s); len(r.underway) == 1 {
		close(s.turn)
	}
}

// dequeueLocked takes a delivery out, reported or given up.
func (r *runner) dequeueLocked(d *simulator.Delivery) {
	i := slices.IndexFunc(r.underway, func(s *underway) bool { return s.delivery == d })
	if i < 0 {
		return
	}
	close(r.underway[i].over)
	r.underway[i] = nil
	r.underway = slices.Delete(r.underway, i, i+1)
	if i == 0 && len(r.underway) > 0 {
		close(r.underway[0].turn)
	}
}

// disownLocked forgets all deliveries under way: their reports will not be taken, and
// nobody waits for them.
func (r *runner) disownLocked() {
	for i, s := range r.underway {
		close(s.over)
		if i > 0 { // the first has its turn
			close(s.turn)
		}
	}
	r.underway = nil
}

// ownsLocked reports whether a delivery was begun by the world as it is now.
func (r *runner) ownsLocked(d *simulator.Delivery) bool {
	return slices.ContainsFunc(r.underway, func(s *underway) bool { return s.delivery == d })
}

// dequeue is dequeueLocked for one who does not hold the lock.
func (r *runner) dequeue(d *simulator.Delivery) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dequeueLocked(d)
}

// awaitTurn waits until all deliveries begun before this one were reported. On real
// time nobody waits: a slow receiver must not hold others up.
func (r *runner) awaitTurn(d *simulator.Delivery) {
	if r.virtual == nil {
		return
	}
	s := r.underwayWhere(func(s *underway) bool { return s.delivery == d })
	if s == nil {
		return
	}
	select {
	case <-s.turn:
	case <-r.gone:
	}
}

// awaitSending waits until the delivery of an event that is under way was reported,
// for a bounded while of real time: whoever takes a notification only after its
// answer must not stop the world.
func (r *runner) awaitSending(ctx context.Context, eventID string, bound time.Duration) {
	s := r.underwayWhere(func(s *underway) bool { return s.delivery.Event.EventID == eventID })
	if s == nil {
		return
	}
	timeout := time.NewTimer(bound)
	defer timeout.Stop()
	select {
	case <-s.over:
	case <-timeout.C:
	case <-ctx.Done():
	case <-r.gone:
	}
}

// underwayWhere finds the newest delivery under way of which the function says so.
func (r *runner) underwayWhere(is func(*underway) bool) *underway {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range slices.Backward(r.underway) {
		if is(s) {
			return s
		}
	}
	return nil
}
