package runner

import (
	"errors"
	"fmt"

	"github.com/cucumber/godog"
)

// ErrConfig is wrapped by every error that means the run could not be set up:
// features that do not parse, unknown tags, a filter that matches nothing.
var ErrConfig = errors.New("configuration")

// errTimeLimit is the cause of a context ended by Options.ScenarioTimeout.
var errTimeLimit = errors.New("scenario took longer than its time limit")

// Skip makes the scenario end as skipped when a step or hook returns it.
func Skip(reason SkipReason, format string, args ...any) error {
	return &skipError{reason: reason, detail: fmt.Sprintf(format, args...)}
}

// Review makes the scenario end as review: a person has to decide, and the
// text says about what.
func Review(format string, args ...any) error {
	return &reviewError{detail: fmt.Sprintf(format, args...)}
}

// CouldNotJudge makes the scenario end as error: the surroundings failed, and
// nothing is said about the target. Nil stays nil.
func CouldNotJudge(err error) error {
	if err == nil {
		return nil
	}
	return &judgeError{err: err}
}

type skipError struct {
	reason SkipReason
	detail string
}

func (e *skipError) Error() string { return string(e.reason) + ": " + e.detail }

// Is tells godog to skip the remaining steps.
func (e *skipError) Is(target error) bool { return target == godog.ErrSkip }

type reviewError struct{ detail string }

func (e *reviewError) Error() string { return e.detail }

type judgeError struct{ err error }

func (e *judgeError) Error() string { return "could not judge: " + e.err.Error() }
func (e *judgeError) Unwrap() error { return e.err }

// panicError is a panic recovered by this package; godog has one of its own.
type panicError struct {
	value any
	stack string
}

func (e *panicError) Error() string {
	return fmt.Sprintf("panic: %v%s", e.value, stackSuffix(e.stack))
}
