package runner

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// WriteConsole renders the result for people: what failed, what was proven,
// what was not, the totals. The last line is the closing line alone.
func WriteConsole(w io.Writer, r *Result) error {
	p := &printer{w: w}
	p.failures(r)
	p.problems(r)
	p.proven(r)
	p.notProven(r)
	p.totals(r)
	return p.err
}

// printer keeps the first write error, so that the lines stay readable.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) linef(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) failures(r *Result) {
	for _, group := range []struct {
		title    string
		statuses []Status
	}{
		{"WARNINGS", []Status{StatusWarning}},
		{"TO REVIEW", []Status{StatusReview}},
		{"FAILED", []Status{StatusFail, StatusError}},
	} {
		var list []Scenario
		for _, s := range r.Scenarios {
			if slices.Contains(group.statuses, s.Status) {
				list = append(list, s)
			}
		}
		if len(list) == 0 {
			continue
		}
		p.linef("%s (%d)\n", group.title, len(list))
		for _, s := range list {
			p.linef("  %s  %s", place(s.Path, s.Line), plainText(s.Name))
			for _, l := range explain(s) {
				p.linef("    %s", plainText(l))
			}
			if len(s.Clauses) > 0 {
				p.linef("    clauses: %s", strings.Join(s.Clauses, ", "))
			}
			if s.Rerun != "" {
				p.linef("    again:   %s", plainText(s.Rerun))
			}
			p.linef("")
		}
	}
}

// explain says in lines what went wrong in a scenario, and where.
func explain(s Scenario) []string {
	var lines []string
	if step, ok := s.Culprit(); ok {
		lines = append(lines, fmt.Sprintf("%s: %s  %s %s", step.Status, place(s.Path, step.Line), step.Keyword, step.Text))
	} else {
		lines = append(lines, fmt.Sprintf("%s: %s", s.Status, place(s.Path, s.Line)))
	}
	for l := range strings.SplitSeq(strings.TrimRight(s.Message, "\n"), "\n") {
		lines = append(lines, "  "+l)
	}
	return lines
}

func (p *printer) problems(r *Result) {
	if len(r.Problems) == 0 {
		return
	}
	p.linef("THE RUN COULD NOT BE JUDGED\n")
	for _, text := range r.Problems {
		for l := range strings.SplitSeq(text, "\n") {
			p.linef("  %s", plainText(l))
		}
	}
	p.linef("")
}

func (p *printer) proven(r *Result) {
	if r.ClauseTotals.Clauses == 0 {
		return
	}
	p.linef("PROVEN: %d of %d clauses\n", r.ClauseTotals.Proven, r.ClauseTotals.Clauses)
	var groups []string
	all, proven := map[string]int{}, map[string]int{}
	for _, c := range r.Clauses {
		g := clauseGroup(c.ID)
		if all[g] == 0 {
			groups = append(groups, g)
		}
		all[g]++
		if c.Status == StatusPass {
			proven[g]++
		}
	}
	for _, g := range groups {
		if proven[g] == 0 && !r.Run.Filter.Empty() {
			continue // the filter has left it aside
		}
		p.linef("  %-16s %3d of %d", g, proven[g], all[g])
	}
	p.linef("")
}

// notProven lists clauses that are not proven, and scenarios skipped by
// reason. Clauses a filter left aside are only counted.
func (p *printer) notProven(r *Result) {
	var lines []string
	aside := 0
	for _, c := range r.Clauses {
		switch {
		case c.Status == StatusPass:
		case c.Status == StatusNotTested && (!r.Run.Filter.Empty() || r.Totals.Selected == 0):
			aside++
		default:
			lines = append(lines, fmt.Sprintf("%-11s %s (%s) %s", c.Status.label(), c.ID, c.Level, c.Text))
		}
	}
	if aside > 0 {
		lines = append(lines, fmt.Sprintf("%-11s %d clauses without a selected scenario", "not tested", aside))
	}
	lines = append(lines, skippedLines(r.Scenarios)...)
	if len(lines) == 0 {
		if r.ClauseTotals.Clauses > 0 && r.ClauseTotals.Proven == r.ClauseTotals.Clauses {
			p.linef("not proven: nothing\n")
		}
		return
	}
	p.linef("NOT PROVEN\n")
	for _, l := range lines {
		p.linef("  %s", strings.TrimRight(plainText(l), " "))
	}
	p.linef("")
}

func skippedLines(scenarios []Scenario) []string {
	byReason := map[SkipReason][]Scenario{}
	var reasons []SkipReason
	for _, s := range scenarios {
		if s.Status != StatusSkipped {
			continue
		}
		if byReason[s.Reason] == nil {
			reasons = append(reasons, s.Reason)
		}
		byReason[s.Reason] = append(byReason[s.Reason], s)
	}
	slices.Sort(reasons)
	var lines []string
	for _, reason := range reasons {
		lines = append(lines, fmt.Sprintf("skipped, %s: %d", reason, len(byReason[reason])))
		for _, s := range byReason[reason] {
			lines = append(lines, fmt.Sprintf("  %s  %s: %s", place(s.Path, s.Line), s.Name, s.Message))
		}
	}
	return lines
}

func (p *printer) totals(r *Result) {
	t := r.Totals
	took := (time.Duration(r.Run.DurationUS) * time.Microsecond).Round(time.Millisecond)
	left := ""
	if t.Deselected > 0 {
		left = fmt.Sprintf(", %d left out by the filter", t.Deselected)
	}
	p.linef("%d selected: %d pass, %d fail, %d warning, %d review, %d skipped, %d error in %s%s",
		t.Selected, t.Pass, t.Fail, t.Warning, t.Review, t.Skipped, t.Error, took, left)
	p.linef("verdict: %s (exit code %d)", r.Verdict.sentence(), r.Exit)
	p.linef("seed: %d", r.Run.Seed)
	p.linef("%s", t.Closing())
}

// plainText keeps a message of the tested side from steering the terminal.
func plainText(s string) string {
	return strings.ReplaceAll(xmlText(s), "\t", "    ")
}
