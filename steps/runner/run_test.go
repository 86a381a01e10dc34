package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cucumber/godog"
)

func TestStepOutcomesDecideTheScenario(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, steps string
		status      Status
		reason      SkipReason
		message     string
		exit        int
	}{
		{"all steps hold", "Given it holds\nThen it holds", StatusPass, "", "", 0},
		{"a step fails", "Given it holds\nThen it does not hold\nAnd it holds", StatusFail, "", "expected declined", 1},
		{"a step is undefined", "Given it holds\nThen nobody wrote this", StatusError, "", "no step definition", 2},
		{"a step after the failing one is undefined", "Given it does not hold\nThen nobody wrote this", StatusError, "", "no step definition", 2},
		{"a step is pending", "Given it is pending", StatusError, "", "not written yet", 2},
		{"a step is ambiguous", "Given it is very ambiguous", StatusError, "", "ambiguous", 2},
		{"a step panics", "Given it panics\nThen it holds", StatusError, "", "panic: boom (at runner/steps_test.go:", 2},
		{"a step states a skip", "Given it holds\nWhen nobody can press the button\nThen it does not hold", StatusSkipped, SkipNeedsHuman, "no one at the phone", 2},
		{"a step skips without a reason", "Given it skips without a word", StatusError, "", "without a reason", 2},
		{"a person has to decide", "Given a person has to look\nThen it holds", StatusReview, "", "wording", 3},
		{"the surroundings fail", "Given the network is down", StatusError, "", "connection refused", 2},
		{"an argument does not fit", "Given it counts to three", StatusError, "", "cannot convert", 2},
		{"there are no steps", "", StatusError, "", "no steps", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := mustRun(t, options("Feature: f\nScenario: s\n"+c.steps+"\n"))
			s := r.Scenarios[0]
			if s.Status != c.status || s.Reason != c.reason || !strings.Contains(s.Message, c.message) {
				t.Errorf("got %s (%s) %q, want %s (%s) %q", s.Status, s.Reason, s.Message, c.status, c.reason, c.message)
			}
			if r.ExitCode() != c.exit || r.Exit != c.exit {
				t.Errorf("exit code %d and %d, want %d; problems %q", r.ExitCode(), r.Exit, c.exit, r.Problems)
			}
		})
	}
}

func TestStepsCarryStatusPlaceAndEvidence(t *testing.T) {
	t.Parallel()
	r := mustRun(t, options(`Feature: f
  Background:
    Given it holds
  Scenario: s
    When it shows "622202000000"
    And the table
      | a | b |
      | 1 | 2 |
    And the text
      """
      two
      lines
      """
    Then it does not hold
    And it holds
`))
	s := r.Scenarios[0]
	var got []string
	for _, step := range s.Steps {
		got = append(got, fmt.Sprintf("%d %s %s", step.Line, step.Keyword, step.Status))
	}
	want := []string{"3 Given pass", "5 When pass", "6 And pass", "9 And pass", "14 Then fail", "15 And skipped"}
	if !slices.Equal(got, want) {
		t.Errorf("steps %q, want %q", got, want)
	}
	if culprit, ok := s.Culprit(); !ok || culprit.Line != 14 {
		t.Errorf("culprit %+v", culprit)
	}
	evidence := s.Steps[1].Attachments
	if len(evidence) != 2 || evidence[0].Text != "622202000000" || evidence[1].Text != "" || evidence[1].Size != 3 {
		t.Errorf("attachments %+v", evidence)
	}
	if s.Steps[2].Table[1][1] != "2" || s.Steps[3].DocString != "two\nlines" {
		t.Errorf("arguments %+v %q", s.Steps[2].Table, s.Steps[3].DocString)
	}
}

func TestEveryTextIsMaskedOnItsWayIntoTheResult(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	o := options(`Feature: about hunter2
  Rule: never say hunter2
    Scenario Outline: say <word>
      Given it shows "<word>"
      And it counts to <word>
      Examples:
        | word    |
        | hunter2 |
    Scenario: skipped hunter2
      Given the text
        """
        hunter2
        """
      And the table
        | hunter2 |
`)
	o.Mask = func(s string) string { return strings.ReplaceAll(s, secret, "***") }
	o.Command = "verify --token hunter2"
	r := mustRun(t, o)
	var all strings.Builder
	for _, render := range []Renderer{WriteJSON, WriteJUnit, WriteConsole} {
		if err := render(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(all.String(), secret) || !strings.Contains(all.String(), "***") {
		t.Errorf("the secret is in the reports:\n%s", all.String())
	}
}

func TestPersonalDataIsMaskedUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	o := options("Feature: f\nScenario: card 6222020000000000011\nGiven it shows \"call 13800000001\"\nAnd it leaks\n")
	o.Mask = nil
	o.Steps = func(sc *godog.ScenarioContext) {
		vocabulary(sc)
		sc.Step(`^it leaks$`, func(ctx context.Context) error {
			Attach(ctx, "answer", "application/json", `{"id_number":"990000199001010016","name":"张三"}`)
			return errors.New("card 6222020000000000011 was declined")
		})
	}
	var b strings.Builder
	if err := WriteJSON(&b, mustRun(t, o)); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"6222020000000000011", "13800000001", "990000199001010016", "张三"} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("%s is in the result:\n%s", secret, b.String())
		}
	}
}

func TestHooksThatBreakAreErrorsOfTheirScenario(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		hook   func(*godog.ScenarioContext)
		status Status
		say    string
	}{
		{"before fails", func(sc *godog.ScenarioContext) {
			sc.Before(func(ctx context.Context, _ *godog.Scenario) (context.Context, error) {
				return ctx, errors.New("no world")
			})
		}, StatusError, "no world"},
		{"before panics", func(sc *godog.ScenarioContext) {
			sc.Before(func(context.Context, *godog.Scenario) (context.Context, error) { panic("before") })
		}, StatusError, "panic: before"},
		{"before skips with a reason", func(sc *godog.ScenarioContext) {
			sc.Before(func(ctx context.Context, _ *godog.Scenario) (context.Context, error) {
				return ctx, Skip(SkipBudget, "money is gone")
			})
		}, StatusSkipped, "money is gone"},
		{"after fails", func(sc *godog.ScenarioContext) {
			After(sc, func(ctx context.Context, _ *godog.Scenario, _ error) (context.Context, error) {
				return ctx, errors.New("books do not balance")
			})
		}, StatusFail, "books do not balance"},
		{"after panics", func(sc *godog.ScenarioContext) {
			After(sc, func(context.Context, *godog.Scenario, error) (context.Context, error) { panic("after") })
		}, StatusError, "panic: after (at runner/run_test.go:"},
		{"the initializer panics", func(*godog.ScenarioContext) { panic("register") }, StatusError, "panic: register"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := options("Feature: f\nScenario: s\nGiven it holds\nThen it holds\n")
			o.Steps = func(sc *godog.ScenarioContext) { vocabulary(sc); c.hook(sc) }
			s := mustRun(t, o).Scenarios[0]
			if s.Status != c.status || !strings.Contains(s.Message, c.say) {
				t.Errorf("got %s %q, want %s %q", s.Status, s.Message, c.status, c.say)
			}
		})
	}
}

func TestTheInvariantOfTheTotalsHolds(t *testing.T) {
	t.Parallel()
	r := mustRun(t, mixed())
	want := Totals{Selected: 13, Deselected: 0, Pass: 5, Fail: 2, Warning: 1, Review: 1, Skipped: 2, Error: 2}
	if r.Totals != want {
		t.Errorf("totals %+v, want %+v", r.Totals, want)
	}
	if err := (Totals{Selected: 2, Pass: 1}).Check(); err == nil {
		t.Error("totals that do not add up were accepted")
	}
	if got := r.Totals.Closing(); got != "6 passed, 4 failed, 3 skipped" {
		t.Errorf("closing line %q", got)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		totals   Totals
		problems []string
		want     int
	}{
		{"all pass", Totals{Selected: 2, Pass: 2}, nil, 0},
		{"a warning is no breach", Totals{Selected: 2, Pass: 1, Warning: 1}, nil, 0},
		{"a stated skip is no breach", Totals{Selected: 2, Pass: 1, Skipped: 1}, nil, 0},
		{"a failure", Totals{Selected: 2, Pass: 1, Fail: 1}, nil, 1},
		{"a failure beside a review", Totals{Selected: 2, Review: 1, Fail: 1}, nil, 1},
		{"a review", Totals{Selected: 2, Pass: 1, Review: 1}, nil, 3},
		{"an error beside a failure", Totals{Selected: 2, Error: 1, Fail: 1}, nil, 2},
		{"a problem of the run", Totals{Selected: 1, Pass: 1}, []string{"folder is read-only"}, 2},
		{"only skips", Totals{Selected: 2, Skipped: 2}, nil, 2},
		{"nothing", Totals{}, nil, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := &Result{Totals: c.totals, Problems: c.problems}
			if got := r.ExitCode(); got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
		})
	}
}

func TestTheSameSeedReplaysTheSameOrder(t *testing.T) {
	t.Parallel()
	order := func(seed int64, only ...string) []string {
		var texts []string
		for f := range 4 {
			var text strings.Builder
			fmt.Fprintf(&text, "Feature: f%d\n", f)
			for s := range 6 {
				fmt.Fprintf(&text, "Scenario: f%ds%d\nGiven it holds\n", f, s)
			}
			texts = append(texts, fmt.Sprintf("f%d.feature", f), text.String())
		}
		w := &watcher{}
		mustRun(t, Options{Features: files(texts...), Steps: vocabulary, Seed: seed, Concurrency: 1, Observer: w, Filter: Filter{Names: only}})
		if !slices.Equal(w.started, w.finished) {
			t.Errorf("finished %q after starting %q", w.finished, w.started)
		}
		return w.started
	}
	first := order(1)
	if !slices.Equal(first, order(1)) {
		t.Error("the same seed gave another order")
	}
	if slices.Equal(first, order(2)) {
		t.Error("another seed gave the same order")
	}
	var features []string
	for _, name := range first[:6] {
		features = append(features, name[:2])
	}
	if slices.Sort(features); len(slices.Compact(features)) < 2 {
		t.Errorf("features are not mixed: %q", first)
	}
	inFull := slices.DeleteFunc(first, func(name string) bool { return !strings.HasPrefix(name, "f1") })
	if part := order(1, "^f1"); !slices.Equal(part, inFull) {
		t.Errorf("order of a part %q differs from its order in the whole %q", part, inFull)
	}
}

func TestScenariosRunTogetherAndOnlyOnce(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("Feature: f\n")
	for i := range 40 {
		fmt.Fprintf(&text, "Scenario: s%d\nGiven it counts\n", i)
	}
	var runs, now, most atomic.Int64
	o := options(text.String())
	o.Concurrency = 8
	o.Steps = func(sc *godog.ScenarioContext) {
		sc.Step(`^it counts$`, func() {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			runs.Add(1)
			time.Sleep(time.Millisecond) //nolint:forbidigo // scenarios must overlap to be seen
			now.Add(-1)
		})
	}
	mustRun(t, o)
	if runs.Load() != 40 || most.Load() < 2 || most.Load() > 8 {
		t.Errorf("%d runs, at most %d together", runs.Load(), most.Load())
	}
}

func TestOverrunAndInterruptedScenariosAreErrors(t *testing.T) {
	t.Parallel()
	o := options("Feature: f\nScenario: s\nGiven it waits for the end\n")
	o.ScenarioTimeout = 5 * time.Millisecond
	if s := mustRun(t, o).Scenarios[0]; s.Status != StatusError || !strings.Contains(s.Message, "time limit") {
		t.Errorf("got %s %q", s.Status, s.Message)
	}
	o = options("Feature: f\nScenario: s\nGiven it holds\n")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted"))
	r, err := Run(ctx, o)
	if err != nil || r.Exit != 2 || !strings.Contains(r.Scenarios[0].Message, "interrupted") {
		t.Errorf("exit %d, error %v, %q", r.Exit, err, r.Scenarios[0].Message)
	}
}

func TestAStepThatEndsItsGoroutineIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ steps, say string }{
		"in the middle": {"Given it leaves\nThen it holds\n", "stopped before its last step: the step ended its goroutine"},
		"at the end":    {"Given it holds\nThen it leaves\n", "the step ended its goroutine"},
	} {
		o := options("Feature: f\nScenario: s\n" + c.steps)
		o.Steps = func(sc *godog.ScenarioContext) {
			vocabulary(sc)
			sc.Step(`^it leaves$`, func() { runtime.Goexit() })
		}
		if s := mustRun(t, o).Scenarios[0]; s.Status != StatusError || !strings.Contains(s.Message, c.say) {
			t.Errorf("%s: got %s %q", name, s.Status, s.Message)
		}
	}
}

func TestWhatRanIsComparedWithThePlan(t *testing.T) {
	t.Parallel()
	planned := func(line int) *Planned { return &Planned{Scenario: Scenario{Path: "a.feature", Line: line}} }
	got := compareRun([]*Planned{planned(1), planned(2), planned(3)}, []string{"a.feature:1", "a.feature:2", "a.feature:2", "b.feature:9"})
	want := []string{"a.feature:2: planned once, run 2 times", "a.feature:3: planned once, run 0 times", "b.feature:9: run, but not planned"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheEnvironmentStaysAsItWas(t *testing.T) {
	t.Setenv("GODOG_SEED", "5")
	mustRun(t, options("Feature: f\nScenario: s\nGiven it holds\n"))
	if got := os.Getenv("GODOG_SEED"); got != "5" {
		t.Errorf("GODOG_SEED is %q after a run", got)
	}
}

func TestConcurrencyDefaultsToFourAtLeast(t *testing.T) {
	t.Parallel()
	if got := (Options{}).withDefaults().Concurrency; got < 4 {
		t.Errorf("concurrency %d", got)
	}
	if (Options{}).withDefaults().Seed == 0 {
		t.Error("no seed was picked")
	}
}
