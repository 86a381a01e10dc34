package engine

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"countersign/simulator"
)

// ErrWorldBroken means: a step of the world failed in the middle, a fault of this
// program. What the world holds cannot be trusted, so it takes nothing any more; other
// worlds go on. Delete it, or restart a durable one.
var ErrWorldBroken = errors.New("the world is broken")

// shatterLocked breaks the world off after a panic: whatever is held in it is let go,
// its timer stops, and nothing is taken any more. The log gets the type of the cause
// and the place, never its text, which may quote data.
func (r *runner) shatterLocked(cause any) error {
	if r.broken == nil {
		r.broken = ErrWorldBroken
		if r.log != nil {
			r.log.Error("a step broke its world", "world", r.info.ID, "cause", fmt.Sprintf("%T", cause), "at", panicPlace())
		}
	}
	for p := range r.parks {
		r.abandonLocked(p)
	}
	if r.timer != nil {
		r.timer.Stop()
	}
	return r.broken
}

// panicPlace names the function in which the panic under way began.
func panicPlace() string {
	const deepest = 32
	callers := make([]uintptr, deepest)
	frames := runtime.CallersFrames(callers[:runtime.Callers(0, callers)])
	panicked := false
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			panicked = true
		case panicked && !isRuntime(frame.Function):
			return fmt.Sprintf("%s:%d", frame.Function, frame.Line)
		}
		if !more {
			return ""
		}
	}
}

// isRuntime reports a function of Go's own runtime, which raises index errors.
func isRuntime(function string) bool { return strings.HasPrefix(function, "runtime.") }

// touch works on the world under its lock, as one who has nobody to hand a panic to: the
// world breaks instead. It is for what background work writes down.
func (r *runner) touch(work func(*simulator.World)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() {
		if cause := recover(); cause != nil {
			_ = r.shatterLocked(cause)
		}
	}()
	if r.broken == nil {
		work(r.world)
	}
}
