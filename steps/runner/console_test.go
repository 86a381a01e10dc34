package runner

import (
	"bytes"
	"strings"
	"testing"
)

// told is the console report of a run over two clauses of two groups.
func told(t *testing.T, filter Filter) string {
	t.Helper()
	const feature = `Feature: Two groups
  @CH-SIGN-001
  Scenario: One
    Given it holds
  @PF-ROUTE-001
  Scenario: Other
    Given it holds
`
	r := mustRun(t, Options{
		Features: files("two.feature", feature), Steps: vocabulary, Seed: 1, Filter: filter,
		Clauses: []Clause{{ID: "CH-SIGN-001", Text: "One.", Level: Must}, {ID: "PF-ROUTE-001", Text: "Other.", Level: Must}},
	})
	var b bytes.Buffer
	if err := WriteConsole(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAReportSaysWhenNothingIsLeftToProve(t *testing.T) {
	t.Parallel()
	if text := told(t, Filter{}); !strings.Contains(text, "not proven: nothing\n") || !strings.Contains(text, "PF-ROUTE") {
		t.Errorf("%s", text)
	}
}

func TestAReportLeavesGroupsOutThatAFilterLeftAside(t *testing.T) {
	t.Parallel()
	text := told(t, Filter{Clauses: []string{"CH-SIGN-*"}})
	if strings.Contains(text, "0 of 1") || !strings.Contains(text, "1 of 1") || strings.Contains(text, "not proven: nothing") {
		t.Errorf("%s", text)
	}
}
