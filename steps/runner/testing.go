package runner

import (
	"regexp"
	"strings"
	"sync"
	"testing"
)

// RunTest runs the scenarios below a Go test, each as a subtest named
// file.feature/scenario, and answers the result. `go test -run` and `-skip`
// select by that name, `-failfast` and timings work, and a failing subtest
// says which step of which file did not hold.
//
// godog's own TestingT is not used. It fails a subtest for whatever is not a
// pass, so warnings, reviews and stated skips would be failures, without the
// step or its place, and it takes a subtest that -run leaves out for a passed
// one. Here a scenario under way opens its subtest, which then waits for the
// outcome: names, timings and the list of running tests after a timeout are
// those of the real scenario.
func RunTest(t *testing.T, o Options) *Result {
	t.Helper()
	if o.Rerun == "" {
		o.Rerun = "go test -run '^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$/{test}'"
	}
	o = o.withDefaults()
	t.Logf("seed %d", o.Seed)
	started := o.Now()
	plan, err := NewPlan(o)
	if err != nil {
		t.Fatalf("%s", o.Mask(err.Error()))
	}
	selects := goTestSelection(t.Name())
	plan.restrict(func(p *Planned) bool { return selects(subtestName(p.Scenario)) }, "left out by go test -run or -skip")
	for _, p := range plan.Scenarios {
		p.Rerun = strings.ReplaceAll(p.Rerun, "{test}", subtestPattern(p.Scenario))
	}
	b := &subtests{t: t, next: o.Observer, open: map[string]*subtest{}}
	o.Observer = b
	res := execute(t.Context(), o, plan, started)
	b.settle(res)
	for _, text := range res.Problems {
		t.Errorf("%s", text)
	}
	t.Logf("%s (seed %d)", res.Totals.Closing(), o.Seed)
	return res
}

func subtestName(s Scenario) string { return s.Path + "/" + s.Name }

// subtestPattern is what -run needs to find the subtest again. Parts are
// anchored; quotes would end the shell's.
func subtestPattern(s Scenario) string {
	parts := strings.Split(goTestName(subtestName(s)), "/")
	for i, part := range parts {
		parts[i] = "^" + strings.ReplaceAll(regexp.QuoteMeta(part), "'", ".") + "$"
	}
	return strings.Join(parts, "/")
}

// subtests opens a subtest for every scenario and hands it the outcome.
type subtests struct {
	t    *testing.T
	next Observer
	wait sync.WaitGroup
	open map[string]*subtest // by identity; calls of an observer never overlap
}

type subtest struct {
	outcome chan Scenario // takes one without a reader, when -failfast skips it
	told    bool
	entered bool // read after wait
}

func (b *subtests) Began(selected int, seed int64) { b.next.Began(selected, seed) }

func (b *subtests) Started(s Scenario) {
	b.next.Started(s)
	b.start(s)
}

func (b *subtests) start(s Scenario) *subtest {
	st := &subtest{outcome: make(chan Scenario, 1)}
	b.open[s.Identity] = st
	b.wait.Go(func() {
		b.t.Run(subtestName(s), func(t *testing.T) {
			st.entered = true
			report(t, <-st.outcome)
		})
	})
	return st
}

func (b *subtests) Finished(s Scenario) {
	b.next.Finished(s)
	b.open[s.Identity].tell(s)
}

func (s *subtest) tell(outcome Scenario) {
	if !s.told {
		s.told = true
		s.outcome <- outcome
	}
}

// settle gives every scenario of the result its subtest, also those that were
// decided without running or never ended, and waits for all of them. What a
// subtest could not say, because go test left it out, the parent says.
func (b *subtests) settle(res *Result) {
	for _, s := range res.Scenarios {
		st := b.open[s.Identity]
		if st == nil {
			st = b.start(s)
		}
		st.tell(s)
	}
	b.wait.Wait()
	for _, s := range res.Scenarios {
		if !b.open[s.Identity].entered && (s.Status == StatusFail || s.Status == StatusError) {
			b.t.Errorf("%s\n%s", subtestName(s), failureText(s))
		}
	}
}

func report(t *testing.T, s Scenario) {
	t.Helper()
	switch s.Status {
	case StatusPass:
	case StatusWarning:
		t.Logf("warning, a clause that says should does not hold:\n%s", failureText(s))
	case StatusReview:
		t.Skipf("needs review:\n%s", failureText(s))
	case StatusSkipped:
		t.Skipf("%s: %s", s.Reason, s.Message)
	default:
		t.Errorf("%s", failureText(s))
	}
}

// failureText names scenario, step, places, message and how to run it again.
func failureText(s Scenario) string {
	lines := append([]string{place(s.Path, s.Line) + "  " + s.Name}, explain(s)...)
	if len(s.Clauses) > 0 {
		lines = append(lines, "clauses: "+strings.Join(s.Clauses, ", "))
	}
	if s.Rerun != "" {
		lines = append(lines, "again: "+s.Rerun)
	}
	return strings.Join(lines, "\n")
}
