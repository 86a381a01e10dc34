package runner

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const subjects = `@CH-SIGN-001
Feature: signing
  Background:
    Given it holds

  @CH-CODE-002 @T10
  Scenario: first
    Then it holds

  @needs-clock @needs-inbox @smoke
  Scenario: second
    Then it holds

  Rule: about codes
    Background:
      Given it holds
    # a comment, and a doc string that looks like Gherkin
    @CH-CODE-003
    Scenario Outline: row <n>
      Given it says <n>
      And the text
        """
        Scenario: not one
        @not-a-tag
        """
      Examples: small
        | n |
        | 1 |

        | 2 |
      @needs-faults
      Examples: large
        | n  |
        | 30 |

  @PF-ROUTE-001
  Rule: about routes
    Scenario: last
      Then it does not hold
`

func TestAbilitiesDecideBeforeAnythingRuns(t *testing.T) {
	t.Parallel()
	o := options(subjects)
	o.Abilities = []Ability{AbilityClock}
	w := &watcher{}
	o.Observer = w
	r := mustRun(t, o)
	if got, want := outcomes(r), "first=pass second=skipped row 1=pass row 2=pass row 30=skipped last=fail"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if s := r.Scenarios[1]; s.Reason != SkipNotSupported || s.Message != "needs inbox" {
		t.Errorf("skip is %q %q", s.Reason, s.Message)
	}
	if slices.Contains(w.started, "second") {
		t.Error("a scenario that is not supported was started")
	}
}

func TestARequiredAbilityThatIsMissingIsNoSkip(t *testing.T) {
	t.Parallel()
	o := options(subjects)
	o.Abilities, o.Required = []Ability{AbilityClock, AbilityFaults}, []Ability{AbilityInbox}
	r := mustRun(t, o)
	if s := r.Scenarios[1]; s.Status != StatusError || !strings.Contains(s.Message, "inbox") {
		t.Errorf("got %s %q", s.Status, s.Message)
	}
	if r.Exit != 2 || len(r.Problems) != 1 {
		t.Errorf("exit %d, problems %q", r.Exit, r.Problems)
	}
}

func TestRulesTagsAndRowsAreDescribed(t *testing.T) {
	t.Parallel()
	plan, err := NewPlan(options(subjects))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range plan.Scenarios {
		got = append(got, fmt.Sprintf("%d %s [%s] %v %v %v %v", p.Line, p.Name, p.Rule, p.Clauses, p.Talk, p.Needs, len(p.Steps)))
	}
	want := []string{
		"7 first [] [CH-CODE-002 CH-SIGN-001] [T10] [] 2",
		"11 second [] [CH-SIGN-001] [] [clock inbox] 2",
		"28 row 1 [about codes] [CH-CODE-003 CH-SIGN-001] [] [] 4",
		"30 row 2 [about codes] [CH-CODE-003 CH-SIGN-001] [] [] 4",
		"34 row 30 [about codes] [CH-CODE-003 CH-SIGN-001] [] [faults] 4",
		"38 last [about routes] [CH-SIGN-001 PF-ROUTE-001] [] [] 2",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if v := plan.Scenarios[2].Values[0]; v.Name != "n" || v.Value != "1" {
		t.Errorf("row values %+v", v)
	}
}

func TestRulesAndFeaturesAreAsBadAsTheirWorstScenario(t *testing.T) {
	t.Parallel()
	f := mustRun(t, options(subjects)).Features[0]
	if f.Status != StatusFail || f.Rules[0].Status != StatusSkipped || f.Rules[1].Status != StatusFail {
		t.Errorf("feature %s, rules %+v", f.Status, f.Rules)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	first := identities(t, options(subjects))["first"]
	for _, c := range []struct {
		name   string
		filter Filter
		want   string
	}{
		{"a clause with a star", Filter{Clauses: []string{"CH-CODE-*"}}, "first row 1 row 2 row 30"},
		{"two clauses", Filter{Clauses: []string{"CH-CODE-002", "PF-ROUTE-001"}}, "first last"},
		{"a tag", Filter{Tags: []string{"@smoke"}}, "second"},
		{"a talk number without @", Filter{Tags: []string{"T10"}}, "first"},
		{"without a tag", Filter{Tags: []string{"~needs-faults", "~smoke"}}, "first row 1 row 2 last"},
		{"a name", Filter{Names: []string{"^row [12]$"}}, "row 1 row 2"},
		{"kinds together", Filter{Clauses: []string{"CH-*"}, Names: []string{"st$"}}, "first last"},
		{"an identity's beginning", Filter{Scenarios: []string{first[:8]}}, "first"},
		{"a path with its root", Filter{Paths: []string{"features/a.feature"}}, "first second row 1 row 2 row 30 last"},
		{"a folder", Filter{Paths: []string{"features/"}, Names: []string{"last"}}, "last"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := options(subjects)
			o.Root, o.Filter = "features", c.filter
			r := mustRun(t, o)
			var names []string
			for _, s := range r.Scenarios {
				names = append(names, s.Name)
			}
			if got := strings.Join(names, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if r.Totals.Selected+r.Totals.Deselected != 6 {
				t.Errorf("totals %+v", r.Totals)
			}
		})
	}
}

func identities(t *testing.T, o Options) map[string]string {
	t.Helper()
	plan, err := NewPlan(o)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, p := range plan.Scenarios {
		ids[p.Name] = p.Identity
	}
	return ids
}

func TestIdentitySurvivesNewLinesAndOtherFiles(t *testing.T) {
	t.Parallel()
	before := identities(t, options(subjects))
	o := options("# moved\n\n" + subjects)
	o.Root = "elsewhere"
	after := identities(t, o)
	if len(before) != 6 || fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("identities changed from %v to %v", before, after)
	}
}

func TestTwinsAreToldApartAndBothRun(t *testing.T) {
	t.Parallel()
	twin := "Scenario: twin\nGiven it holds\n"
	o := options("Feature: f\n" + twin + twin + "Scenario Outline: twin\nGiven it says <x>\nExamples:\n|x|\n|1|\n|1|\n")
	o.Features = files("a.feature", "Feature: f\n"+twin+twin+"Scenario Outline: twin\nGiven it says <x>\nExamples:\n|x|\n|1|\n|1|\n",
		"b.feature", "Feature: f\n"+twin)
	r := mustRun(t, o)
	ids := map[string]bool{}
	for _, s := range r.Scenarios {
		ids[s.Identity] = true
	}
	if len(r.Scenarios) != 5 || len(ids) != 5 || r.Exit != 0 {
		t.Errorf("%d scenarios, %d identities, problems %q", len(r.Scenarios), len(ids), r.Problems)
	}
}

func TestChineseFeaturesRun(t *testing.T) {
	t.Parallel()
	o := options("")
	o.Features = files("zh/签约.feature", `# language: zh-CN
@CH-SIGN-001
功能: 签约
  背景:
    假如它成立
  规则: 首次签约
    场景: 银行发短信
      当它成立
      那么它成立
    场景大纲: 第 <行> 行
      那么它成立
      例子:
        | 行 |
        | 一 |
        | 二 |
`)
	r := mustRun(t, o)
	if got := outcomes(r); got != "银行发短信=pass 第 一 行=pass 第 二 行=pass" {
		t.Errorf("got %s; problems %q", got, r.Problems)
	}
	if r.Features[0].Language != "zh-CN" || r.Scenarios[0].Rule != "首次签约" || r.Scenarios[0].Steps[0].Keyword != "假如" {
		t.Errorf("described as %+v, %+v", r.Features[0], r.Scenarios[0])
	}
}

func TestConfigurationErrors(t *testing.T) {
	t.Parallel()
	good := "Feature: f\n@CH-SIGN-001\nScenario: s\nGiven it holds\n"
	for _, c := range []struct {
		name   string
		change func(*Options)
		say    string
	}{
		{"a feature does not parse", func(o *Options) { o.Features = files("x.feature", "Feature: f\nScenario: s\nGiven it holds\n  what\n") }, "x.feature:4:3: "},
		{"a file without a feature", func(o *Options) { o.Features = files("x.feature", "# nothing\n") }, "no Feature"},
		{"an outline without rows", func(o *Options) {
			o.Features = files("x.feature", "Feature: f\nScenario Outline: s\nGiven it says <n>\nExamples:\n|n|\n")
		}, "x.feature:4: examples without a row"},
		{"an unknown tag", func(o *Options) { o.Features = files("x.feature", "Feature: f\n@slow\nScenario: s\nGiven it holds\n") }, "x.feature:3: unknown tag @slow"},
		{"a misspelt ability", func(o *Options) {
			o.Features = files("x.feature", "Feature: f\n@needs-clok\nScenario: s\nGiven it holds\n")
		}, "unknown tag @needs-clok"},
		{"a clause with two digits", func(o *Options) {
			o.Features = files("x.feature", "@CH-SIGN-01\nFeature: f\nScenario: s\nGiven it holds\n")
		}, "unknown tag @CH-SIGN-01"},
		{"a clause outside the catalogue", func(o *Options) { o.Clauses = []Clause{{ID: "CH-SIGN-002", Level: Must}} }, "CH-SIGN-001 is not in the catalogue"},
		{"a clause twice in the catalogue", func(o *Options) {
			o.Clauses = []Clause{{ID: "CH-SIGN-001", Level: Must}, {ID: "CH-SIGN-001", Level: Must}}
		}, "appears twice"},
		{"a clause of no level", func(o *Options) { o.Clauses = []Clause{{ID: "CH-SIGN-001"}} }, "must or should"},
		{"an unknown ability", func(o *Options) { o.Abilities = []Ability{"telepathy"} }, "telepathy"},
		{"a name filter that is no expression", func(o *Options) { o.Filter.Names = []string{"("} }, "name filter"},
		{"a clause filter that is no pattern", func(o *Options) { o.Filter.Clauses = []string{"["} }, "filter pattern"},
		{"a filter that matches nothing", func(o *Options) { o.Filter.Clauses = []string{"CH-SIGN-*", "CH-SING-*"} }, "clause CH-SING-* matches no scenario"},
		{"no steps at all", func(o *Options) { o.Steps = nil }, "step definitions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := options(good)
			c.change(&o)
			r, err := Run(t.Context(), o)
			if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), c.say) {
				t.Errorf("error %v, want one about %q", err, c.say)
			}
			if r == nil || r.ExitCode() != 2 {
				t.Errorf("result %+v", r)
			}
		})
	}
}

func TestNothingSelectedIsNoSuccess(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"no features":        {Features: files("readme.txt", "x"), Steps: vocabulary},
		"no scenarios":       {Features: files("a.feature", "Feature: f\n"), Steps: vocabulary},
		"filters that clash": {Features: files("a.feature", subjects), Steps: vocabulary, Filter: Filter{Names: []string{"last"}, Tags: []string{"smoke"}}},
		"all unsupported":    {Features: files("a.feature", subjects), Steps: vocabulary, Filter: Filter{Tags: []string{"smoke"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := mustRun(t, o); r.Exit != 2 || len(r.Problems) == 0 {
				t.Errorf("exit %d, problems %q", r.Exit, r.Problems)
			}
		})
	}
}

func TestPlainTagsCanBeAllowed(t *testing.T) {
	t.Parallel()
	o := options("Feature: f\n@slow @smoke\nScenario: s\nGiven it holds\n")
	o.KnownTags = []string{"slow"}
	mustRun(t, o)
}

func TestEachScenarioIsCutOutAlone(t *testing.T) {
	t.Parallel()
	plan, err := NewPlan(options(subjects))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plan.Scenarios {
		o := options(string(p.content))
		alone, err := NewPlan(o)
		if err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
		if len(alone.Scenarios) != 1 {
			t.Fatalf("%s: %d scenarios in its cut", p.Name, len(alone.Scenarios))
		}
		got, want := alone.Scenarios[0], p
		if got.Line != want.Line || got.Rule != want.Rule || fmt.Sprint(got.Steps, got.Tags) != fmt.Sprint(want.Steps, want.Tags) {
			t.Errorf("cut %+v\nwant %+v", got.Scenario, want.Scenario)
		}
	}
}
