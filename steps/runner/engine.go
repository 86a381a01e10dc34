package runner

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"

	"github.com/cucumber/godog"
	messages "github.com/cucumber/messages/go/v21"
)

// engineMu lets one godog suite run at a time in the process: godog writes
// GODOG_SEED and GODOG_TESTED_PACKAGE into the environment of the process, and
// its formatters are registered process-wide.
var (
	engineMu     sync.Mutex
	registerOnce sync.Once
	// heard is the formatter of the suite under way, guarded by engineMu.
	heard *silent
)

const formatName = "countersign-silent"

// silent is the formatter given to godog. It prints nothing and only keeps
// which scenarios godog took up; outcomes come from hooks, because formatters
// hear neither attachments nor the beginning of a step.
type silent struct {
	mu  sync.Mutex
	ran []string
}

func (s *silent) Pickle(p *messages.Pickle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ran = append(s.ran, p.Uri)
}

type (
	gPickle = *messages.Pickle
	gStep   = *messages.PickleStep
	gDef    = *godog.StepDefinition
)

func (*silent) TestRunStarted()                                   {}
func (*silent) Feature(*messages.GherkinDocument, string, []byte) {}
func (*silent) Defined(gPickle, gStep, gDef)                      {}
func (*silent) Failed(gPickle, gStep, gDef, error)                {}
func (*silent) Passed(gPickle, gStep, gDef)                       {}
func (*silent) Skipped(gPickle, gStep, gDef)                      {}
func (*silent) Undefined(gPickle, gStep, gDef)                    {}
func (*silent) Pending(gPickle, gStep, gDef)                      {}
func (*silent) Ambiguous(gPickle, gStep, gDef, error)             {}
func (*silent) Summary()                                          {}

// runGodog runs the scenarios, each a feature of its own, in the given order.
// It answers where the scenarios godog took up are, and godog's exit code.
func runGodog(ctx context.Context, scenarios []*Planned, init Initializer, concurrency int) (ran []string, code int, err error) {
	if len(scenarios) == 0 {
		return nil, 0, nil // godog would look for a folder named features
	}
	engineMu.Lock()
	defer engineMu.Unlock()
	registerOnce.Do(func() {
		godog.Format(formatName, "collects for the result model", func(string, io.Writer) godog.Formatter { return heard })
	})
	heard = &silent{}
	defer restoreEnvironment("GODOG_SEED", "GODOG_TESTED_PACKAGE")()
	defer func() {
		ran = heard.ran
		if v := recover(); v != nil {
			err = &panicError{value: v, stack: string(debug.Stack())}
		}
	}()
	contents := make([]godog.Feature, len(scenarios))
	for i, p := range scenarios {
		contents[i] = godog.Feature{Name: p.where(), Contents: p.content}
	}
	code = godog.TestSuite{
		Name:                "countersign",
		ScenarioInitializer: init,
		Options: &godog.Options{
			Format: formatName, Output: io.Discard, NoColors: true, Strict: true,
			Concurrency: concurrency, FeatureContents: contents, DefaultContext: ctx,
		},
	}.Run()
	return nil, code, nil // ran is set on the way out
}

func restoreEnvironment(names ...string) func() {
	type saved struct {
		value string
		set   bool
	}
	before := map[string]saved{}
	for _, n := range names {
		v, set := os.LookupEnv(n)
		before[n] = saved{v, set}
	}
	return func() {
		for n, s := range before {
			if s.set {
				_ = os.Setenv(n, s.value)
			} else {
				_ = os.Unsetenv(n)
			}
		}
	}
}

// compareRun answers how what godog ran differs from what was planned.
func compareRun(scenarios []*Planned, ran []string) []string {
	var problems []string
	count := map[string]int{}
	for _, where := range ran {
		count[where]++
	}
	for _, p := range scenarios {
		if n := count[p.where()]; n != 1 {
			problems = append(problems, fmt.Sprintf("%s: planned once, run %d times", p.where(), n))
		}
		delete(count, p.where())
	}
	for where := range count {
		problems = append(problems, where+": run, but not planned")
	}
	return problems
}
