package httpjson

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
)

// HandlerFunc is a handler that returns what went wrong instead of writing it.
// It returns an error only before it has written anything. It is an
// http.Handler by itself; Adapter adds a log and a table of domain errors.
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

// ServeHTTP calls the function and answers its error as ProblemOf says.
func (h HandlerFunc) ServeHTTP(w http.ResponseWriter, r *http.Request) { Adapter{}.serve(h, w, r) }

// Adapter turns HandlerFuncs into http.Handlers. The zero value works.
type Adapter struct {
	// Translate maps errors of the rules behind a door to problems; false
	// leaves an error to ProblemOf. Nil translates nothing.
	Translate func(error) (Problem, bool)
	// Log gets one line for each error that nobody recognised: method, route
	// and the types in the chain of the error, never its text, since that may
	// hold what a payer typed. Nil is slog's default.
	Log *slog.Logger
}

// Handle returns the handler.
func (a Adapter) Handle(h HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.serve(h, w, r) })
}

// serve calls the handler and writes the problem its error stands for.
func (a Adapter) serve(h HandlerFunc, w http.ResponseWriter, r *http.Request) {
	err := h(w, r)
	if err == nil {
		return
	}
	if a.Translate != nil {
		if problem, known := a.Translate(err); known {
			WriteProblem(w, problem)
			return
		}
	}
	problem := ProblemOf(err)
	if problem.Code == CodeInternal {
		a.logger().ErrorContext(r.Context(), "request failed inside", "method", r.Method, "error_types", errorTypes(err))
	}
	WriteProblem(w, problem)
}

// logger returns the log or slog's default.
func (a Adapter) logger() *slog.Logger {
	if a.Log == nil {
		return slog.Default()
	}
	return a.Log
}

// ProblemOf tells the answer to an error: a *Problem in its chain is itself, a
// *DecodeError is a 400 that names the member, anything else a 500 that says
// nothing of the inside.
func ProblemOf(err error) Problem {
	var problem *Problem
	if errors.As(err, &problem) && problem != nil {
		return *problem
	}
	var wrong *DecodeError
	if errors.As(err, &wrong) && wrong != nil {
		return *InvalidField(wrong.Pointer, wrong.Code, wrong.Detail)
	}
	return *NewProblem(http.StatusInternalServerError, CodeInternal, "the request failed inside; it may be tried again")
}

// errorTypes lists the Go types of an error and of all that it wraps, outermost
// first.
func errorTypes(err error) []string {
	var types []string
	for ; err != nil; err = errors.Unwrap(err) {
		types = append(types, fmt.Sprintf("%T", err))
		if several, ok := err.(interface{ Unwrap() []error }); ok {
			for _, inner := range several.Unwrap() {
				types = append(types, errorTypes(inner)...)
			}
		}
	}
	return types
}

// NotFound answers 404 not_found: for a router's unknown paths.
func NotFound() http.Handler {
	return HandlerFunc(func(http.ResponseWriter, *http.Request) error {
		return NewProblem(http.StatusNotFound, CodeNotFound, "there is nothing at this path")
	})
}

// MethodNotAllowed answers 405 method_not_allowed: for a router's known paths
// that were asked with another method. The allowed ones, where known, go into
// the header Allow (RFC 9110 section 15.5.6).
func MethodNotAllowed(allowed ...string) http.Handler {
	return HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		for _, method := range allowed {
			w.Header().Add("Allow", method)
		}
		return NewProblem(http.StatusMethodNotAllowed, CodeMethodNotAllowed, "this path does not answer this method")
	})
}

// MethodNotAllowedBy is MethodNotAllowed for a router that can be asked: answers
// says whether a request would be served, and is asked with each method of HTTP
// in turn.
func MethodNotAllowedBy(answers func(*http.Request) bool) http.Handler {
	methods := [...]string{
		http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPatch, http.MethodPost, http.MethodPut,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range methods {
			other := *r
			other.Method = method
			if answers(&other) {
				allowed = append(allowed, method)
			}
		}
		MethodNotAllowed(strings.Join(allowed, ", ")).ServeHTTP(w, r)
	})
}

// PlainPaths answers 404 not_found to a path whose escapes hide a separator: "%2f"
// is data (RFC 3986 section 2.2) and names no resource here, while routers that
// read the decoded path would take it for "/".
func PlainPaths(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawPath != "" && strings.Contains(strings.ToLower(r.URL.RawPath), "%2f") {
			NotFound().ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
