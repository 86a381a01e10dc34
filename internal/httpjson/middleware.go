package httpjson

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
)

// SecurityHeaders makes every answer say that it is not to be cached, sniffed,
// framed or run by a browser. A handler that serves pages overrides
// Content-Security-Policy.
func SecurityHeaders(next http.Handler) http.Handler {
	fixed := [...]struct{ name, value string }{
		{"Cache-Control", "no-store"},
		{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Referrer-Policy", "no-referrer"},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		for _, line := range fixed {
			header.Set(line.name, line.value)
		}
		next.ServeHTTP(w, r)
	})
}

// LimitBody makes reading more than limit bytes of a body fail, and closes the
// connection then: a floor under handlers that forget ReadBody.
func LimitBody(limit int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// RecoverPanics answers a panic with 500 internal and logs where it happened:
// the type of the value, the text of a runtime error, and function names with
// lines. Neither the value nor anything of the request is printed.
// http.ErrAbortHandler passes through: it is how an answer is withheld on
// purpose. A panic after the first byte of an answer also aborts, so that half an
// answer is never taken for a whole one.
func RecoverPanics(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := &startedWriter{ResponseWriter: w}
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if value == http.ErrAbortHandler { //nolint:errorlint,err113 // net/http compares with == too
				panic(value)
			}
			log.ErrorContext(r.Context(), "handler panicked", "panic", panicKind(value), "at", frames())
			if started.yes {
				panic(http.ErrAbortHandler)
			}
			WriteProblem(w, *NewProblem(http.StatusInternalServerError, CodeInternal, "the request failed inside"))
		}()
		next.ServeHTTP(started, r)
	})
}

// startedWriter remembers whether an answer has begun.
type startedWriter struct {
	http.ResponseWriter
	yes bool
}

// WriteHeader notes the beginning; an informational status (1xx) is none.
func (w *startedWriter) WriteHeader(status int) {
	w.yes = w.yes || status >= http.StatusOK
	w.ResponseWriter.WriteHeader(status)
}

// Write notes the beginning.
func (w *startedWriter) Write(body []byte) (int, error) {
	w.yes = true
	return w.ResponseWriter.Write(body) //nolint:wrapcheck // a wrapper adds nothing here
}

// Unwrap lets http.ResponseController find Flush and Hijack.
func (w *startedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// panicKind describes a panic's value without its content. The text of a runtime
// error names indexes and types, never data.
func panicKind(value any) string {
	if inside, ok := value.(runtime.Error); ok {
		return fmt.Sprintf("%T: %s", value, inside.Error())
	}
	return fmt.Sprintf("%T", value)
}

// frames lists the functions under a panic, innermost first, without arguments.
func frames() []string {
	const deepest = 12
	var counters [deepest]uintptr
	// Skipped: runtime.Callers, this function and the deferred one.
	running := runtime.CallersFrames(counters[:runtime.Callers(3, counters[:])])
	var lines []string
	for {
		frame, more := running.Next()
		lines = append(lines, fmt.Sprintf("%s:%d", frame.Function, frame.Line))
		if !more {
			return lines
		}
	}
}
