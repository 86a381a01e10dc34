package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"countersign/simulator"
)

// linesAtOnce bounds how many broken answers may be under way in one world: each
// keeps a connection and a goroutine.
const linesAtOnce = 64

// ErrTooManyLines means: so many connections are held by broken answers in the
// world already that one more is not taken.
var ErrTooManyLines = errors.New("too many broken answers under way in the world")

// Line is a connection on which a broken answer is being given, as its world sees
// it: work under way, or held like a parked request. End it. Its methods belong to
// one goroutine.
type Line struct {
	engine *Engine
	runner *runner
	rules  []string
	once   sync.Once
}

// Line counts a connection that a door keeps for a broken answer, as busy until it
// pauses, stays or ends; rule is the fault rule that asks for it. It is refused for an
// unknown world, a closed engine, and beyond 64 in one world (ErrTooManyLines).
func (e *Engine) Line(worldID, rule string) (*Line, error) {
	r, err := e.find(worldID)
	if err != nil {
		return nil, err
	}
	if !e.admitWork() {
		return nil, ErrClosed
	}
	if err := r.addLine(); err != nil {
		e.work.Done()
		return nil, err
	}
	l := &Line{engine: e, runner: r}
	if rule != "" {
		l.rules = []string{rule}
	}
	return l, nil
}

// addLine counts a connection in.
func (r *runner) addLine() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lines >= linesAtOnce {
		return ErrTooManyLines
	}
	r.lines++
	r.beginLocked()
	return nil
}

// endLine counts it out.
func (r *runner) endLine() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines--
	r.endLocked()
}

// Pause waits so long on the world's clock. It reports false when the context, the
// world or the engine ended meanwhile; once the rule is gone it does not wait.
func (l *Line) Pause(ctx context.Context, pause time.Duration) bool {
	return l.runner.hold(ctx, simulator.Hold{Until: l.runner.clock.Now().Add(pause), Rules: l.rules}, 0)
}

// Stay holds the line like a hanging request: until the context, the world or the
// engine ends, or the rule is taken away.
func (l *Line) Stay(ctx context.Context) {
	l.runner.hold(ctx, simulator.Hold{Rules: l.rules}, 0)
}

// Gone is closed when the world was deleted or the engine closed.
func (l *Line) Gone() <-chan struct{} { return l.runner.gone }

// End counts the connection out. Ending twice does no harm.
func (l *Line) End() {
	l.once.Do(func() {
		l.runner.endLine()
		l.engine.work.Done()
	})
}
