package runner

import "strings"

// Status is the outcome of a scenario, a rule, a feature or a clause.
type Status string

// The lattice of outcomes. A parent has the worst status of its children.
const (
	// StatusPass: every step held.
	StatusPass Status = "pass"
	// StatusSkipped: not judged, for a stated reason.
	StatusSkipped Status = "skipped"
	// StatusWarning: a clause that says "should" was broken.
	StatusWarning Status = "warning"
	// StatusReview: a person has to decide.
	StatusReview Status = "review"
	// StatusFail: the contract was broken.
	StatusFail Status = "fail"
	// StatusError: the harness or the surroundings failed, so nothing is said
	// about the target. Worse than fail, because it puts failures in doubt too.
	StatusError Status = "error"
	// StatusNotTested is the status of a clause without a selected scenario.
	StatusNotTested Status = "not_tested"
)

func (s Status) rank() int {
	switch s {
	case StatusPass:
		return 1
	case StatusSkipped:
		return 2
	case StatusWarning:
		return 3
	case StatusReview:
		return 4
	case StatusFail:
		return 5
	case StatusError:
		return 6
	default:
		return 0
	}
}

// label is the status in words for people.
func (s Status) label() string { return strings.ReplaceAll(string(s), "_", " ") }

func worst(a, b Status) Status {
	if b.rank() > a.rank() {
		return b
	}
	return a
}

// StepStatus is the outcome of one step.
type StepStatus string

// Outcomes of a step. Undefined, pending and ambiguous are faults of the
// harness, as is error.
const (
	StepPass      StepStatus = "pass"
	StepFail      StepStatus = "fail"
	StepReview    StepStatus = "review"
	StepSkipped   StepStatus = "skipped"
	StepUndefined StepStatus = "undefined"
	StepPending   StepStatus = "pending"
	StepAmbiguous StepStatus = "ambiguous"
	StepError     StepStatus = "error"
	// StepNotRun is the status before the step was reached.
	StepNotRun StepStatus = "not_run"
)

// scenarioStatus says what a step's outcome means for its scenario. A skipped
// step means nothing by itself: it mostly follows a step that did not hold.
func (s StepStatus) scenarioStatus() Status {
	switch s {
	case StepPass, StepSkipped:
		return StatusPass
	case StepFail:
		return StatusFail
	case StepReview:
		return StatusReview
	default:
		return StatusError
	}
}

// SkipReason says why a scenario was not judged.
type SkipReason string

// Reasons for a skip.
const (
	// SkipNotSupported: the target lacks an ability the scenario needs.
	SkipNotSupported SkipReason = "not-supported"
	// SkipDisabled: switched off by configuration.
	SkipDisabled SkipReason = "disabled"
	// SkipPrerequisite: something the scenario builds on does not hold.
	SkipPrerequisite SkipReason = "prerequisite-failed"
	// SkipNeedsHuman: a person would have to act, and none is there.
	SkipNeedsHuman SkipReason = "needs-human"
	// SkipBudget: a limit on calls, time or amounts was used up.
	SkipBudget SkipReason = "budget"
)
