package cli

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"strings"
	"syscall"

	"countersign/contract/control"
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
	// problem is the document that came with it; its parts may be empty.
	problem control.Problem
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

// interrupted is what is left of a command that was told to stop.
func interrupted() error { return refused("interrupted", "give the command again to go on") }

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
		line, _ := json.Marshal(struct {
			Error  string `json:"error"`
			Next   string `json:"next"`
			Status int    `json:"status,omitempty"`
			Code   string `json:"code,omitempty"`
			Field  string `json:"field,omitempty"`
		}{oneLine(f.what), oneLine(f.next), f.status, f.problem.Code, value(f.problem.Field)})
		say(c.err, string(line))
		return f.code
	}
	say(c.err, "countersign: "+oneLine(f.Error()))
	return f.code
}

// explain turns an error of the parts into what to do next. Every error has a next step; the last is for those that
// nobody has thought of.
func explain(err error) *failure {
	f := &failure{code: exitUsage, what: err.Error()}
	if config, ok := errors.AsType[*app.ConfigError](err); ok {
		f.what, f.next = strings.TrimSuffix(f.what, ": "+config.Next), config.Next
		return f
	}
	_, network := errors.AsType[*net.OpError](err)
	for _, known := range []struct {
		is   bool
		next string
	}{
		{errors.Is(err, syscall.EADDRINUSE), "stop what listens there, or choose another address (port 0 picks a free one)"},
		{network, "choose an address of this machine that you may listen on, as 127.0.0.1:0"},
		{errors.Is(err, app.ErrInUse), "stop the other instance, or choose another folder with --data"},
		{errors.Is(err, app.ErrDamaged), "put the folder back from a copy, or start anew in another folder with --data"},
		{errors.Is(err, app.ErrKey), "put the key file back with mode 0600, or start anew in another folder with --data"},
		{errors.Is(err, app.ErrNewer), "use the newer program, or start anew in another folder with --data"},
		{errors.Is(err, app.ErrOlder), "start anew in another folder with --data, or go on there with the version that made it"},
		{errors.Is(err, app.ErrFull), "make room, or choose a folder on another disk with --data"},
		{errors.Is(err, app.ErrDataDir) || errors.Is(err, fs.ErrPermission), "choose a folder you can write with --data"},
		{errors.Is(err, fixtures.ErrBroken), "mend the file, or leave --fixtures out to use the ones inside"},
		{strings.HasPrefix(err.Error(), "unknown "), "see `countersign --help`"},
	} {
		if known.is {
			f.next = known.next
			return f
		}
	}
	f.next = "try again with --log-level debug, or in another folder with --data"
	return f
}

// oneLine keeps a text on one line.
func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "\n", "; ")), " ")
}
