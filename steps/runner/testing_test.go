package runner

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

const childMark = "COUNTERSIGN_RUNNER_CHILD"

// TestChild is run by the tests below in a process of its own, because most of
// its subtests fail on purpose.
func TestChild(t *testing.T) {
	if os.Getenv(childMark) == "" {
		t.Skip("only below the tests that start it")
	}
	o := mixed()
	o.Concurrency = 4
	r := RunTest(t, o)
	t.Logf("selected %d, left out %d", r.Totals.Selected, r.Totals.Deselected)
}

func child(t *testing.T, args ...string) (output string, failed bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], append([]string{"-test.v"}, args...)...)
	cmd.Env = append(os.Environ(), childMark+"=1")
	out, err := cmd.CombinedOutput()
	return string(out), err != nil
}

func contains(t *testing.T, output string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(output, want) {
			t.Errorf("output lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(output)
	}
}

func TestEveryScenarioIsASubtest(t *testing.T) {
	t.Parallel()
	output, failed := child(t, "-test.run=^TestChild$")
	if !failed {
		t.Error("the test passed")
	}
	contains(t, output, "seed 42", "6 passed, 4 failed, 3 skipped",
		"--- PASS: TestChild/features/signing.feature/The_bank_texts",
		"--- PASS: TestChild/features/zh/签约.feature/短信写明商户", "warning, a clause that says should",
		"--- FAIL: TestChild/features/signing.feature/Code_123456_is_declined",
		"fail: features/signing.feature:14  Then it does not hold", "expected declined",
		"again: go test -run '^TestChild$/^features$/^signing\\.feature$/^Code_123456_is_declined$'",
		"--- FAIL: TestChild/features/signing.feature/A_step_nobody_wrote", "undefined: features/signing.feature:22",
		"--- FAIL: TestChild/features/signing.feature/A_step_that_panics", "panic: boom (at runner/steps_test.go:",
		"--- SKIP: TestChild/features/signing.feature/Later", "not-supported: needs clock",
		"--- SKIP: TestChild/features/signing.feature/By_hand", "needs-human: no one at the phone",
		"--- SKIP: TestChild/features/signing.feature/By_eye", "needs review:")
	if got := strings.Count(output, "=== RUN   TestChild/"); got != 13 {
		t.Errorf("%d subtests, want 13", got)
	}
}

func TestGoTestFlagsSelectScenarios(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		args   []string
		failed bool
		wants  []string
	}{
		{"one by name", []string{"-test.run=^TestChild$/features/signing/The bank texts"}, false, []string{"selected 1, left out 12", "1 passed, 0 failed"}},
		{"as a failure says it", []string{`-test.run=^TestChild$/^features$/^signing\.feature$/^Code_123456_is_declined$`}, true, []string{"selected 1, left out 12"}},
		{"the features of a folder", []string{"-test.run=TestChild/features/zh"}, true, []string{"selected 5, left out 8"}},
		{"without some", []string{"-test.run=TestChild", "-test.skip=TestChild/features/signing|//zh/签约/短信"}, false, []string{"selected 3, left out 10"}},
		{"nothing", []string{"-test.run=TestChild/features/nowhere"}, true, []string{"no scenario was selected"}},
		{"until the first failure", []string{"-test.run=TestChild", "-test.failfast"}, true, []string{"6 passed, 4 failed, 3 skipped"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			output, failed := child(t, c.args...)
			if failed != c.failed {
				t.Errorf("failed: %v, want %v", failed, c.failed)
			}
			contains(t, output, c.wants...)
		})
	}
}

func TestPatternsAreMatchedAsGoTestDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, name string
		run, skip     bool
	}{
		{"", "TestX/a", true, false},
		{"X", "TestX/a", true, true},
		{"X/b", "TestX/a", false, false},
		{"X/a/c", "TestX/a", true, false},
		{"X/b|X/a", "TestX/a", true, true},
		{"X/(b|a)", "TestX/a", true, true},
		{"X/[/a]", "TestX/a", true, true},
		{`X/a\/b`, "TestX/a", false, false},
		{"X/say it", "TestX/say_it", true, true},
	} {
		name := strings.Split(c.name, "/")
		run := c.pattern == "" || matchesGoTest(c.pattern, name, false)
		skip := c.pattern != "" && matchesGoTest(c.pattern, name, true)
		if run != c.run || skip != c.skip {
			t.Errorf("%q on %q: run %v skip %v, want %v %v", c.pattern, c.name, run, skip, c.run, c.skip)
		}
	}
	if got := goTestName("支付 a\tb\x00"); got != `支付_a_b\x00` {
		t.Errorf("name %q", got)
	}
}

func TestRunTestPassesWhereEverythingHolds(t *testing.T) {
	w := &watcher{}
	r := RunTest(t, Options{Features: files("a.feature", "Feature: f\nScenario: s\nGiven it holds\n"), Steps: vocabulary, Observer: w})
	if (r.Totals.Selected == 1 && r.Totals.Pass != 1) || len(w.finished) != r.Totals.Pass {
		t.Errorf("totals %+v, observed %v", r.Totals, w.finished)
	}
}
