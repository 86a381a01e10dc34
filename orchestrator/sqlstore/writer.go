package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"countersign/orchestrator"
)

// largestBatch is how many turns share one commit at most, so that nobody waits long for a stranger.
const largestBatch = 128

// errAborted stands for a turn whose function never returned: it panicked, or a test ended inside it.
var errAborted = errors.New("transaction was aborted")

// States of a turn.
const (
	turnWaiting int32 = iota
	turnTaken
	turnGivenUp
)

// turn is one caller's go at the writer's connection. The caller's function runs on the caller's own
// goroutine while the writer waits, so that a panic in it stays the caller's.
type turn struct {
	view  bool
	state atomic.Int32
	begin chan *tx   // the writer hands over the connection
	ended chan error // the caller hands it back, with what the function said
	done  chan error // the writer says how the commit went
}

// newTurn returns a turn in the queue.
func newTurn(view bool) *turn {
	return &turn{view: view, begin: make(chan *tx, 1), ended: make(chan error, 1), done: make(chan error, 1)}
}

// take marks the turn as begun or given up, whichever comes first.
func (t *turn) take(state int32) bool { return t.state.CompareAndSwap(turnWaiting, state) }

// play runs fn in the turn; handed is nil when there was no transaction to be had.
func (t *turn) play(handed *tx, fn func(orchestrator.Tx) error) {
	if handed == nil {
		return
	}
	err := errAborted
	defer func() {
		handed.over = true
		t.ended <- err
	}()
	err = fn(handed)
}

// writer owns the one connection that writes.
type writer struct {
	session *session
	turns   chan *turn
	closing chan struct{} // closed to stop it
	stopped chan struct{} // closed when it has
}

// newWriter starts the goroutine of the writer.
func newWriter(s *session) *writer {
	w := &writer{session: s, turns: make(chan *turn), closing: make(chan struct{}), stopped: make(chan struct{})}
	go w.loop()
	return w
}

// do queues fn and waits for its commit. A caller whose context ends while it waits for its turn leaves the
// queue; one whose turn has begun stays to hear the outcome.
func (w *writer) do(ctx context.Context, view bool, fn func(orchestrator.Tx) error) error {
	t := newTurn(view)
	select {
	case w.turns <- t:
	case <-w.closing:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("wait for the store: %w", ctx.Err())
	}
	select {
	case handed := <-t.begin:
		t.play(handed, fn)
	case <-ctx.Done():
		if t.take(turnGivenUp) {
			return fmt.Errorf("wait for the store: %w", ctx.Err())
		}
		t.play(<-t.begin, fn)
	}
	return <-t.done
}

// loop takes turns until the store closes.
func (w *writer) loop() {
	defer close(w.stopped)
	for {
		select {
		case first := <-w.turns:
			w.batch(first)
		case <-w.closing:
			return
		}
	}
}

// batch is one commit under way.
type batch struct {
	session *session
	open    bool      // BEGIN was said
	held    int       // turns whose writes wait for the commit
	settled []settled // turns to be answered after the commit
	broken  error     // SQLite ended the transaction by itself
}

// settled is a turn with what its own function said.
type settled struct {
	turn    *turn
	outcome error
}

// batch runs the first turn and all that queue up meanwhile, then commits.
func (w *writer) batch(first *turn) {
	b := &batch{session: w.session}
	for next, count := first, 1; next != nil; count++ {
		b.run(next)
		next = nil
		if count < largestBatch && b.broken == nil {
			next = w.queued()
		}
	}
	b.commit()
}

// queued is a turn that waits already, or nil. The processor is yielded once, since those whose commit was
// just answered are about to ask for the next.
func (w *writer) queued() *turn {
	for try := 0; ; try++ {
		select {
		case next := <-w.turns:
			return next
		default:
		}
		if try == 1 {
			return nil
		}
		runtime.Gosched()
	}
}

// run gives one turn. While nothing is held the turn has the transaction to itself; else it gets a savepoint.
func (b *batch) run(t *turn) {
	if !t.take(turnTaken) {
		return
	}
	guarded, err := b.prepare(t.view)
	if err != nil {
		t.begin <- nil
		b.settled = append(b.settled, settled{t, err})
		return
	}
	b.session.fault = nil
	t.begin <- &tx{session: b.session, readOnly: t.view}
	outcome := <-t.ended
	switch {
	case t.view:
	case outcome == nil:
		b.keep(guarded)
	default:
		b.undo(guarded)
	}
	b.settled = append(b.settled, settled{t, outcome})
}

// prepare opens the transaction, or a savepoint in it, for a turn that may write.
func (b *batch) prepare(view bool) (guarded bool, err error) {
	switch {
	case view:
		return false, nil
	case b.held > 0:
		return true, b.session.run("SAVEPOINT turn")
	}
	err = b.session.run("BEGIN IMMEDIATE")
	b.open = err == nil
	return false, err
}

// keep holds the writes of a turn for the commit.
func (b *batch) keep(guarded bool) {
	if guarded {
		b.broken = b.session.run("RELEASE turn")
	}
	b.held++
}

// undo takes back the writes of one turn. Where SQLite has rolled back the whole transaction by itself, as on
// a full disk, the batch is broken: what the others wrote is gone as well, and they are told so.
func (b *batch) undo(guarded bool) {
	if !guarded {
		_ = b.session.run("ROLLBACK") // fails when SQLite has done so already
		b.open = false
		return
	}
	b.broken = b.session.run("ROLLBACK TO turn")
	if b.broken == nil {
		b.broken = b.session.run("RELEASE turn")
	}
	if b.broken != nil && b.session.fault != nil {
		b.broken = b.session.fault // the cause says more than "no such savepoint"
	}
}

// commit ends the batch and answers everybody in turn. Who failed by himself hears his own error, but only
// when what he saw is kept.
func (b *batch) commit() {
	err := b.broken
	if err == nil && b.open {
		err = b.session.run("COMMIT")
	}
	if err != nil && b.open {
		_ = b.session.run("ROLLBACK") // fails when SQLite has done so already
	}
	for _, s := range b.settled {
		if err != nil {
			s.outcome = fmt.Errorf("commit: %w", err)
		}
		s.turn.done <- s.outcome
	}
}

// close stops the writer after the batch under way.
func (w *writer) close() error {
	close(w.closing)
	<-w.stopped
	return w.session.close()
}
