package simtest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"testing"
)

// ControlHandler is the control plane of the simulator that New uses.
func ControlHandler(t testing.TB) http.Handler {
	t.Helper()
	h, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return h.control
}

// Listener is a test that may fail: it keeps what was said.
type Listener struct {
	testing.TB
	Said string
}

// Fatal ends the goroutine, as a test would.
func (l *Listener) Fatal(args ...any) {
	l.Said = fmt.Sprint(args...)
	runtime.Goexit()
}

// Fatalf is Fatal.
func (l *Listener) Fatalf(format string, args ...any) { l.Fatal(fmt.Sprintf(format, args...)) }

// HeardBy is the same world in another test, which does not own it.
func HeardBy(w *World, t testing.TB) *World {
	other := &World{t: t, api: w.api, hub: w.hub, About: w.About}
	other.Clock, other.Faults, other.Inbox = &Clock{other}, &Faults{other}, &Inbox{other}
	return other
}

// Once runs a body as a test of its own, for examples, which are given none.
func Once(body func(testing.TB)) {
	t := &once{ctx: context.Background()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer t.end()
		body(t)
	}()
	<-done
}

// once is a test that prints why it fails.
type once struct {
	testing.TB // what is not below is not there
	ctx        context.Context
	cleanups   []func()
	failed     bool
}

// Helper does nothing.
func (*once) Helper() {}

// Context lives as long as the body.
func (o *once) Context() context.Context { return o.ctx }

// Cleanup keeps a function for the end.
func (o *once) Cleanup(f func()) { o.cleanups = append(o.cleanups, f) }

// Failed reports whether the body failed.
func (o *once) Failed() bool { return o.failed }

// Fatal prints and ends the body.
func (o *once) Fatal(args ...any) {
	_, _ = fmt.Fprintln(os.Stdout, args...) // an example is judged by what it prints
	o.failed = true
	runtime.Goexit()
}

// Fatalf is Fatal.
func (o *once) Fatalf(format string, args ...any) { o.Fatal(fmt.Sprintf(format, args...)) }

// Logf prints.
func (*once) Logf(format string, args ...any) { _, _ = fmt.Fprintf(os.Stdout, format+"\n", args...) }

// end carries out the cleanups, the last first.
func (o *once) end() {
	for _, f := range slices.Backward(o.cleanups) {
		f()
	}
}
