package runner

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

var update = flag.Bool("update", false, "write the golden files anew")

// mixed is a run with every outcome in it. One scenario at a time and a clock
// that ticks when read make its reports the same every time.
func mixed() Options {
	return Options{
		Root: "features", Steps: vocabulary, Seed: 42, Concurrency: 1, Now: ticking(), Mask: plain,
		Abilities: []Ability{AbilityInbox}, Target: "in-process", Version: "0.1.0", Command: "countersign verify",
		Features: files("signing.feature", mixedSigning, "zh/签约.feature", mixedChinese),
		Clauses: []Clause{
			{ID: "CH-SIGN-001", Text: "The bank sends the signing SMS.", Level: Must, Talk: []string{"T6"}, Since: "1.0"},
			{ID: "CH-SIGN-002", Text: "The SMS names the merchant.", Level: Should, Since: "1.0", Profile: "agreement_bank"},
			{ID: "CH-CODE-001", Text: "A wrong code counts as a try.", Level: Must},
			{ID: "CH-CODE-002", Text: "A code works once.", Level: Must},
			{ID: "PF-ROUTE-001", Text: "A silent channel is preferred.", Level: Must, Talk: []string{"T12", "T13"}},
		},
	}
}

const mixedSigning = `@CH-SIGN-001
Feature: Signing

  @T6 @smoke
  Scenario: The bank texts
    Given it holds
    When it shows "from <bank> & \u001b[31mred"
    Then it holds

  Rule: Codes
    @CH-CODE-001
    Scenario Outline: Code <code> is declined
      When it says <code>
      Then it <outcome>
      Examples:
        | code   | outcome       |
        | 000000 | holds         |
        | 123456 | does not hold |

    Scenario: A step nobody wrote
      Given it holds
      When something new happens

    Scenario: A step that panics
      Given it panics

  Rule: Odds and ends
    @needs-clock
    Scenario: Later
      Given it holds
    Scenario: By hand
      Given nobody can press the button
    Scenario: By eye
      Given a person has to look
`

const mixedChinese = `# language: zh-CN
功能: 签约
  @CH-SIGN-002
  场景: 短信写明商户
    那么it does not hold
  @CH-SIGN-002 @CH-CODE-001
  场景: 短信和验证码
    那么it does not hold
  场景大纲: 第<行>行
    假如它成立
    例子:
      | 行 |
      | 一 |
      | 二 |
      | 三 |
`

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update writes it anew); got:\n%s", name, got)
	}
}

// noLineNumbers hides where in the test sources a panic happened.
func noLineNumbers(b []byte) []byte {
	const mark = "steps_test.go:"
	var out bytes.Buffer
	for {
		i := bytes.Index(b, []byte(mark))
		if i < 0 {
			out.Write(b)
			return out.Bytes()
		}
		out.Write(b[:i+len(mark)])
		out.WriteString("N")
		b = bytes.TrimLeft(b[i+len(mark):], "0123456789")
	}
}

func TestReportsMatchTheirGoldenFiles(t *testing.T) {
	t.Parallel()
	r := mustRun(t, mixed())
	for name, render := range map[string]Renderer{"result.json": WriteJSON, "junit.xml": WriteJUnit, "console.txt": WriteConsole} {
		var b bytes.Buffer
		if err := render(&b, r); err != nil {
			t.Fatal(err)
		}
		golden(t, name, noLineNumbers(b.Bytes()))
	}
}

func TestTheOrderOfARunDoesNotShowInTheReport(t *testing.T) {
	t.Parallel()
	render := func(seed int64, concurrency int) string {
		o := mixed()
		o.Seed, o.Concurrency = seed, concurrency
		var b bytes.Buffer
		if err := WriteConsole(&b, mustRun(t, o)); err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(b.String(), "13 selected")
		return strings.ReplaceAll(text, fmt.Sprintf("--seed %d", seed), "--seed")
	}
	if one, other := render(1, 1), render(2, 8); one != other {
		t.Errorf("reports differ:\n%s\n%s", one, other)
	}
}

func TestTheResultFollowsItsSchema(t *testing.T) {
	t.Parallel()
	var schema openapi3.Schema
	if err := json.Unmarshal(ResultSchema, &schema); err != nil {
		t.Fatal(err)
	}
	closed := false
	forbidOthers(&schema, openapi3.AdditionalProperties{Has: &closed})
	failed, _ := Run(t.Context(), Options{})
	for name, r := range map[string]*Result{"a mixed run": mustRun(t, mixed()), "a run that could not begin": failed} {
		var b bytes.Buffer
		if err := WriteJSON(&b, r); err != nil {
			t.Fatal(err)
		}
		var value any
		if err := json.Unmarshal(b.Bytes(), &value); err != nil {
			t.Fatal(err)
		}
		if err := schema.VisitJSON(value, openapi3.MultiErrors()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// forbidOthers makes a schema refuse fields it does not name. The published
// one lets new fields be added without a new version.
func forbidOthers(s *openapi3.Schema, closed openapi3.AdditionalProperties) {
	if len(s.Properties) > 0 {
		s.AdditionalProperties = closed
	}
	for _, p := range s.Properties {
		forbidOthers(p.Value, closed)
	}
	if s.Items != nil {
		forbidOthers(s.Items.Value, closed)
	}
}

func TestJUnitCountsAreThoseOfItsCases(t *testing.T) {
	t.Parallel()
	r := mustRun(t, mixed())
	r.AddProblem("the report folder is \x00 read-only\nand full")
	var b bytes.Buffer
	if err := WriteJUnit(&b, r); err != nil {
		t.Fatal(err)
	}
	var suites junitSuites
	if err := xml.Unmarshal(b.Bytes(), &suites); err != nil {
		t.Fatalf("not valid XML: %v", err)
	}
	tests, failures, errs, skipped := 0, 0, 0, 0
	for _, s := range suites.Suites {
		for _, c := range s.Cases {
			tests++
			failures += count(c.Failure)
			errs += count(c.Error)
			skipped += count(c.Skipped)
			if c.Name == "" || c.Classname == "" || c.Time == "" {
				t.Errorf("case without name, class or time: %+v", c)
			}
		}
	}
	got := fmt.Sprint(tests, failures, errs, skipped)
	if want := fmt.Sprint(suites.Tests, suites.Failures, suites.Errors, suites.Skipped); got != want || got != "14 2 3 3" {
		t.Errorf("cases %s, counts %s", got, want)
	}
	if strings.ContainsAny(b.String(), "\x00\x1b") || !strings.Contains(b.String(), `\x00`) {
		t.Error("control characters are not escaped")
	}
}

func count(p *junitProblem) int {
	if p == nil {
		return 0
	}
	return 1
}

func TestTextForXML(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain 中文\n\ttext": "plain 中文\n\ttext",
		"a\x00b\x1b\r":     `a\x00b\x1b\x0d`,
		"bad \xff byte":    `bad \xff byte`,
		"\uffff\u0085":     `\uffff\x85`,
		"\ufffd stays":     "\ufffd stays",
	} {
		if got := xmlText(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestClausesHaveTheWorstOfTheirScenarios(t *testing.T) {
	t.Parallel()
	r := mustRun(t, mixed())
	want := map[string]Status{
		"CH-SIGN-001": StatusError, "CH-SIGN-002": StatusWarning, "CH-CODE-001": StatusFail,
		"CH-CODE-002": StatusNotTested, "PF-ROUTE-001": StatusNotTested,
	}
	for _, c := range r.Clauses {
		if c.Status != want[c.ID] {
			t.Errorf("%s is %s, want %s", c.ID, c.Status, want[c.ID])
		}
	}
	if want := (ClauseTotals{Clauses: 5, Proven: 0, NotTested: 2}); r.ClauseTotals != want {
		t.Errorf("totals %+v, want %+v", r.ClauseTotals, want)
	}
}

func TestTheClosingLineStandsAloneAtTheEnd(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := WriteConsole(&b, mustRun(t, mixed())); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if last := lines[len(lines)-1]; last != "6 passed, 4 failed, 3 skipped" {
		t.Errorf("last line %q", last)
	}
}

func TestReportsAreSavedWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	r := mustRun(t, mixed())
	dir := filepath.Join(t.TempDir(), "new", "folder")
	extra := map[string]Renderer{"console.txt": WriteConsole}
	if err := Save(dir, r, extra); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("saved %v, %v", entries, err)
	}
	bad := func(io.Writer, *Result) error { return errors.New("no") }
	if err := Save(dir, r, map[string]Renderer{"bad.html": bad}); err == nil {
		t.Error("a renderer that fails was not noticed")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 3 {
		t.Errorf("half a report stayed: %v", entries)
	}
	if err := Save(filepath.Join(dir, "junit.xml"), r, nil); err == nil {
		t.Error("a folder that cannot be made was not noticed")
	}
}

func TestAProblemAfterwardsChangesTheVerdict(t *testing.T) {
	t.Parallel()
	r := mustRun(t, options("Feature: f\nScenario: s\nGiven it holds\n"))
	if r.Exit != 0 || r.Verdict != Proven {
		t.Fatalf("exit %d, %s", r.Exit, r.Verdict)
	}
	r.AddProblem("disk full")
	if r.Exit != 2 || r.Verdict != CouldNotTell {
		t.Errorf("exit %d, %s", r.Exit, r.Verdict)
	}
}

func TestProgressTellsEveryOutcome(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	p := NewProgress(&b, true)
	o := mixed()
	o.Observer = p
	mustRun(t, o)
	p.Close()
	if got := strings.Count(b.String(), "\n"); got != 13 { // a heading and the twelve that were run
		t.Errorf("%d lines:\n%s", got, b.String())
	}
	if IsTerminal(&b) {
		t.Error("a buffer is no terminal")
	}
}
