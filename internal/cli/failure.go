package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"countersign/fixtures"
	"countersign/internal/app"
)

// Exit codes.
const (
	exitOK      = 0
	exitRefused = 1 // the other side refused
	exitUsage   = 2 // could not be started or judged
)

// failure is what a command ends with when it cannot do its work: what is wrong, and what to do next.
type failure struct {
	code int
	what string
	next string
	// status is the HTTP status of a refusal, 0 otherwise.
	status int
	// told is true when the output has shown all there is to say.
	told bool
}

// Error is the one line.
func (f *failure) Error() string {
	if f.next == "" {
		return f.what
	}
	return f.what + ": " + f.next
}

// usage is a failure before anything was done.
func usage(what, next string) error { return &failure{code: exitUsage, what: what, next: next} }

// refused is a failure at the other side.
func refused(what, next string) error { return &failure{code: exitRefused, what: what, next: next} }

// exit ends with a code after everything was said.
func exit(code int) error { return &failure{code: code, told: true} }

// report writes an error in one line and gives its exit code.
func (c *console) report(err error) int {
	var f *failure
	if !errors.As(err, &f) {
		f = explain(err)
	}
	if f.told {
		return f.code
	}
	if c.json {
		line, _ := json.Marshal(map[string]string{"error": oneLine(f.what), "next": oneLine(f.next)})
		fmt.Fprintln(c.err, string(line))
		return f.code
	}
	fmt.Fprintln(c.err, "countersign: "+oneLine(f.Error()))
	return f.code
}

// explain turns an error of the parts into what to do next.
func explain(err error) *failure {
	f := &failure{code: exitUsage, what: strings.TrimPrefix(err.Error(), app.ErrConfig.Error()+": ")}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		f.next = "stop what listens there, or choose another address (port 0 picks a free one)"
	case errors.Is(err, app.ErrInUse):
		f.next = "stop the other instance, or choose another folder with --data"
	case errors.Is(err, app.ErrDataDir), errors.Is(err, fs.ErrPermission):
		f.next = "choose a folder you can write with --data"
	case errors.Is(err, fixtures.ErrBroken):
		f.next = "mend the file, or leave --fixtures out to use the ones inside"
	case errors.Is(err, app.ErrConfig):
		// says itself what to do
	case strings.HasPrefix(err.Error(), "unknown "):
		f.next = "see `countersign --help`"
	}
	return f
}

// oneLine keeps a text on one line.
func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "\n", "; ")), " ")
}
