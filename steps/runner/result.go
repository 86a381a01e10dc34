package runner

// Schema names the version of the result model. It rises when a field changes
// its meaning or goes; new fields may come without.
const Schema = "countersign.result/1"

// Result is everything a run found out. All reports are rendered from it.
type Result struct {
	Schema string  `json:"schema"`
	Run    RunInfo `json:"run"`
	Totals Totals  `json:"totals"`
	// Verdict is proven, broken, could_not_judge or needs_review.
	Verdict Verdict `json:"verdict"`
	// Exit is the exit code that goes with the verdict.
	Exit int `json:"exit_code"`
	// Problems keep the run as a whole from being judged.
	Problems []string `json:"problems"`
	// Features lists files by path, also those without a selected scenario.
	Features []Feature `json:"features"`
	// Scenarios lists the selected ones by path and line.
	Scenarios []Scenario `json:"scenarios"`
	// Clauses follow the catalogue.
	Clauses      []ClauseResult `json:"clauses"`
	ClauseTotals ClauseTotals   `json:"clause_totals"`
}

// RunInfo describes how the result came to be.
type RunInfo struct {
	Seed int64 `json:"seed"`
	// Started is RFC 3339 in UTC.
	Started     string    `json:"started"`
	DurationUS  int64     `json:"duration_us"`
	Target      string    `json:"target"`
	Version     string    `json:"version"`
	Command     string    `json:"command"`
	Abilities   []Ability `json:"abilities"`
	Required    []Ability `json:"required"`
	Concurrency int       `json:"concurrency"`
	Filter      Filter    `json:"filter"`
}

// Totals count scenarios. Selected is the sum of the six outcomes.
type Totals struct {
	Selected int `json:"selected"`
	// Deselected scenarios exist but were left out by the filter.
	Deselected int `json:"deselected"`
	Pass       int `json:"pass"`
	Fail       int `json:"fail"`
	Warning    int `json:"warning"`
	Review     int `json:"review"`
	Skipped    int `json:"skipped"`
	Error      int `json:"error"`
}

// Feature is one feature file.
type Feature struct {
	Path     string `json:"path"`
	Name     string `json:"name"`
	Language string `json:"language"`
	// Status is the worst of its selected scenarios, not_tested without any.
	Status Status `json:"status"`
	Rules  []Rule `json:"rules,omitempty"`
}

// Rule is a Rule of a feature.
type Rule struct {
	Name   string `json:"name"`
	Line   int    `json:"line"`
	Status Status `json:"status"`
}

// Scenario is one scenario, or one row of an outline.
type Scenario struct {
	// Identity is stable between runs: a hash of clauses, file, name and row.
	Identity string    `json:"identity"`
	Name     string    `json:"name"`
	Path     string    `json:"path"`
	Line     int       `json:"line"`
	Rule     string    `json:"rule,omitempty"`
	Tags     []string  `json:"tags,omitempty"`
	Clauses  []string  `json:"clauses,omitempty"`
	Talk     []string  `json:"talk,omitempty"`
	Needs    []Ability `json:"needs,omitempty"`
	// Values are those of the outline row.
	Values []Value `json:"values,omitempty"`
	Status Status  `json:"status"`
	// Reason is set when the status is skipped.
	Reason     SkipReason `json:"reason,omitempty"`
	Message    string     `json:"message,omitempty"`
	DurationUS int64      `json:"duration_us"`
	Steps      []Step     `json:"steps"`
	// Rerun is the command that repeats this scenario.
	Rerun string `json:"rerun,omitempty"`
}

// Culprit is the first step that decided the outcome, if it was a step.
func (s Scenario) Culprit() (Step, bool) {
	for _, step := range s.Steps {
		bad := step.Status.scenarioStatus()
		if step.Status != StepNotRun && bad != StatusPass && (bad == s.Status || s.Status == StatusWarning) {
			return step, true
		}
	}
	return Step{}, false
}

// Value is one cell of an outline row under its heading.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	raw   string
}

// Step is one step of a scenario.
type Step struct {
	Keyword     string       `json:"keyword"`
	Text        string       `json:"text"`
	Line        int          `json:"line"`
	Hook        bool         `json:"hook,omitempty"`
	DocString   string       `json:"doc_string,omitempty"`
	Table       [][]string   `json:"table,omitempty"`
	Status      StepStatus   `json:"status"`
	Message     string       `json:"message,omitempty"`
	DurationUS  int64        `json:"duration_us"`
	Attachments []Attachment `json:"attachments,omitempty"`
	reason      SkipReason
}

// ClauseResult is what the run says about one clause.
type ClauseResult struct {
	Clause
	// Status is the worst of its scenarios, not_tested without any.
	Status Status `json:"status"`
	// Scenarios are the identities of the selected scenarios that name it.
	Scenarios []string `json:"scenarios,omitempty"`
}

// ClauseTotals count clauses. Proven ones had every scenario pass.
type ClauseTotals struct {
	Clauses   int `json:"clauses"`
	Proven    int `json:"proven"`
	NotTested int `json:"not_tested"`
}
