package runner

import (
	"slices"
	"strings"
	"time"
)

// newResult is a result that knows its run, and nothing else yet.
func newResult(o Options, started time.Time) *Result {
	return &Result{
		Schema: Schema,
		Run: RunInfo{
			Seed: o.Seed, Started: started.UTC().Format(time.RFC3339), Target: o.Target, Version: o.Version,
			Command: o.Mask(o.Command), Abilities: sorted(o.Abilities), Required: sorted(o.Required),
			Concurrency: o.Concurrency, Filter: o.Filter,
		},
		Problems: []string{}, Features: []Feature{}, Scenarios: []Scenario{}, Clauses: []ClauseResult{},
	}
}

func sorted(list []Ability) []Ability {
	all := append([]Ability{}, list...)
	slices.Sort(all)
	return slices.Compact(all)
}

// conclude fills in everything that follows from the scenarios.
func (r *Result) conclude(o Options, plan *Plan, took time.Duration) {
	r.Run.DurationUS = took.Microseconds()
	if plan != nil {
		r.Totals.Deselected = len(plan.Scenarios) - len(r.Scenarios)
		r.Features = rollUpFeatures(plan.Features, r.Scenarios)
	}
	r.Totals.Selected = len(r.Scenarios)
	for _, s := range r.Scenarios {
		r.Totals = r.Totals.and(s.Status)
	}
	r.Clauses = rollUpClauses(catalogue(o, plan), r.Scenarios)
	for _, c := range r.Clauses {
		r.ClauseTotals.Clauses++
		switch c.Status {
		case StatusPass:
			r.ClauseTotals.Proven++
		case StatusNotTested:
			r.ClauseTotals.NotTested++
		}
	}
	if err := r.Totals.Check(); err != nil {
		r.Problems = append(r.Problems, err.Error())
	}
	if plan != nil && r.Totals.Selected == 0 {
		r.Problems = append(r.Problems, "no scenario was selected")
	}
	if r.Totals.Selected > 0 && r.Totals.Skipped == r.Totals.Selected {
		r.Problems = append(r.Problems, "every selected scenario was skipped")
	}
	r.Verdict, r.Exit = r.judge(), r.ExitCode()
}

func newFeature(o Options, s *source) Feature {
	f := Feature{Path: s.path, Name: o.Mask(s.doc.Feature.Name), Language: s.doc.Feature.Language, Status: StatusNotTested}
	for _, child := range s.doc.Feature.Children {
		if child.Rule != nil {
			f.Rules = append(f.Rules, Rule{Name: o.Mask(child.Rule.Name), Line: int(child.Rule.Location.Line), Status: StatusNotTested})
		}
	}
	return f
}

func rollUpFeatures(features []Feature, scenarios []Scenario) []Feature {
	list := []Feature{}
	for _, f := range features {
		f.Rules = slices.Clone(f.Rules)
		for _, s := range scenarios {
			if s.Path != f.Path {
				continue
			}
			f.Status = worst(f.Status, s.Status)
			for i := range f.Rules {
				if inRule(f.Rules, i, s) {
					f.Rules[i].Status = worst(f.Rules[i].Status, s.Status)
				}
			}
		}
		list = append(list, f)
	}
	return list
}

// inRule tells whether a scenario stands below the i-th rule of its feature.
// Scenarios outside rules come before the first one, as Gherkin wants it.
func inRule(rules []Rule, i int, s Scenario) bool {
	return s.Line > rules[i].Line && (i+1 == len(rules) || s.Line < rules[i+1].Line)
}

// catalogue is the one given, or what the tags name when there is none.
func catalogue(o Options, plan *Plan) []Clause {
	if len(o.Clauses) > 0 || plan == nil {
		return o.Clauses
	}
	var list []Clause
	seen := map[string]bool{}
	for _, p := range plan.Scenarios {
		for _, id := range p.Clauses {
			if !seen[id] {
				seen[id] = true
				list = append(list, Clause{ID: id, Level: Must})
			}
		}
	}
	slices.SortFunc(list, func(a, b Clause) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// rollUpClauses gives each clause the worst status of its scenarios. A clause
// that says "should" is never worse off than warned, even when a "must" of the
// same scenario makes that fail.
func rollUpClauses(clauses []Clause, scenarios []Scenario) []ClauseResult {
	list := []ClauseResult{}
	for _, c := range clauses {
		result := ClauseResult{Clause: c, Status: StatusNotTested}
		for _, s := range scenarios {
			if !slices.Contains(s.Clauses, c.ID) {
				continue
			}
			status := s.Status
			if status == StatusFail && c.Level == Should {
				status = StatusWarning
			}
			result.Status = worst(result.Status, status)
			result.Scenarios = append(result.Scenarios, s.Identity)
		}
		list = append(list, result)
	}
	return list
}
