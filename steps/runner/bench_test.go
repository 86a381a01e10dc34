package runner

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/cucumber/godog"
)

// BenchmarkSuite runs 120 scenarios of 5 steps with 90 step definitions that do
// nothing: what is measured is the cost of running scenarios at all.
func BenchmarkSuite(b *testing.B) {
	var expressions []*regexp.Regexp
	for i := range 90 {
		expressions = append(expressions, regexp.MustCompile(fmt.Sprintf(`^the payer pays (\d+) yuan over channel %d$`, i)))
	}
	var pathsAndTexts []string
	for f := range 12 {
		var text strings.Builder
		fmt.Fprintf(&text, "Feature: feature %d\n", f)
		for s := range 10 {
			fmt.Fprintf(&text, "\n  @CH-SIGN-%03d\n  Scenario: scenario %d\n", s, s)
			for step := range 5 {
				fmt.Fprintf(&text, "    Given the payer pays 100 yuan over channel %d\n", (f*10+s+step*17)%90)
			}
		}
		pathsAndTexts = append(pathsAndTexts, fmt.Sprintf("f%d.feature", f), text.String())
	}
	o := Options{Features: files(pathsAndTexts...), Seed: 1, Steps: func(sc *godog.ScenarioContext) {
		for _, e := range expressions {
			sc.Step(e, func(int) error { return nil })
		}
	}}
	for b.Loop() {
		if r, err := Run(b.Context(), o); err != nil || r.Totals.Pass != 120 {
			b.Fatal(err, r.Totals, r.Problems)
		}
	}
}
