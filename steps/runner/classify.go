package runner

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/cucumber/godog"
)

// outcome is what a step or hook came to.
type outcome struct {
	status  StepStatus
	message string
	reason  SkipReason
}

// classify turns what godog says about a step into an outcome. The error
// decides before godog's status does, because hooks may have added to it.
func classify(status godog.StepResultStatus, err error) outcome {
	if err == nil {
		return outcomeWithoutError(status)
	}
	var skip *skipError
	var review *reviewError
	var judge *judgeError
	var panicked *panicError
	text := err.Error()
	switch {
	case errors.As(err, &panicked), errors.As(err, &judge):
		return outcome{status: StepError, message: text}
	case errors.As(err, &skip):
		return outcome{status: StepSkipped, message: skip.detail, reason: skip.reason}
	case errors.Is(err, godog.ErrSkip):
		return outcome{status: StepError, message: "skipped without a reason: return runner.Skip(reason, ...) instead of " + text}
	case errors.As(err, &review):
		return outcome{status: StepReview, message: review.detail}
	case errors.Is(err, godog.ErrUndefined):
		return outcome{status: StepUndefined, message: "no step definition matches this step"}
	case errors.Is(err, godog.ErrPending):
		return outcome{status: StepPending, message: "the step definition is not written yet"}
	case errors.Is(err, godog.ErrAmbiguous):
		return outcome{status: StepAmbiguous, message: text}
	}
	if stack, ok := godogPanic(err); ok {
		return outcome{status: StepError, message: "panic: " + text + stackSuffix(stack)}
	}
	if harnessFault(text) {
		return outcome{status: StepError, message: text}
	}
	return outcome{status: StepFail, message: text}
}

func outcomeWithoutError(status godog.StepResultStatus) outcome {
	switch status {
	case godog.StepPassed:
		return outcome{status: StepPass}
	case godog.StepSkipped:
		return outcome{status: StepSkipped}
	case godog.StepUndefined:
		return outcome{status: StepUndefined, message: "no step definition matches this step"}
	default:
		return outcome{status: StepError, message: "godog reports " + status.String() + " without an error"}
	}
}

// harnessFault recognises errors godog makes itself and does not export: step
// arguments that do not fit the function, and a Before hook that failed.
func harnessFault(text string) bool {
	for _, prefix := range []string{
		"func expected more arguments than given", "cannot convert argument",
		"func has unsupported parameter type", "before scenario hook failed",
	} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

// godogPanic finds the error godog makes of a panic in a step. Its type is not
// exported; its name and its %+v form (message, then frames) are what there is.
func godogPanic(err error) (stack string, ok bool) {
	for e := err; e != nil; e = errors.Unwrap(e) {
		if fmt.Sprintf("%T", e) == "*godog.traceError" {
			return fmt.Sprintf("%+v", e), true
		}
	}
	return "", false
}

var frameForm = regexp.MustCompile(`(?m)^\s+(/\S+|[A-Za-z]:\S+)\.go:(\d+)`)

// stackSuffix names the first frame outside Go's runtime, godog and this
// package, as " (at folder/file.go:12)". Whole paths would tell the machine.
func stackSuffix(stack string) string {
	for _, m := range frameForm.FindAllStringSubmatch(stack, -1) {
		file := strings.ReplaceAll(m[1], `\`, "/")
		if foreignFrame(file) {
			continue
		}
		return fmt.Sprintf(" (at %s/%s.go:%s)", path.Base(path.Dir(file)), path.Base(file), m[2])
	}
	return ""
}

func foreignFrame(file string) bool {
	switch {
	case strings.HasSuffix(file, "_test"):
		return false
	case strings.Contains(file, "/src/runtime/"), strings.Contains(file, "/src/reflect/"), strings.Contains(file, "/src/testing/"):
		return true
	case strings.Contains(file, "/cucumber/godog"), strings.HasSuffix(path.Dir(file), "/steps/runner"):
		return true
	}
	return false
}
