package runner

import "fmt"

// Verdict is the judgement over a whole run.
type Verdict string

// The four verdicts.
const (
	Proven        Verdict = "proven"
	Broken        Verdict = "broken"
	CouldNotTell  Verdict = "could_not_judge"
	ReviewPending Verdict = "needs_review"
)

// ExitCode is the code a program ends with: 0 all proven, 1 contract broken,
// 2 could not judge, 3 needs review. An error weighs more than a failure,
// since whatever broke the harness may have caused the failure too; a run in
// which every scenario was skipped has judged nothing.
func (r *Result) ExitCode() int {
	switch r.judge() {
	case Proven:
		return 0
	case Broken:
		return 1
	case ReviewPending:
		return 3
	default:
		return 2
	}
}

func (r *Result) judge() Verdict {
	t := r.Totals
	switch {
	case len(r.Problems) > 0, t.Error > 0, t.Selected == t.Skipped:
		return CouldNotTell
	case t.Fail > 0:
		return Broken
	case t.Review > 0:
		return ReviewPending
	}
	return Proven
}

// AddProblem notes something that keeps the run from being judged, such as a
// folder that could not be written, and makes the verdict say so.
func (r *Result) AddProblem(text string) {
	r.Problems = append(r.Problems, text)
	r.Verdict, r.Exit = r.judge(), r.ExitCode()
}

// Check answers an error unless the outcomes add up to the selection.
func (t Totals) Check() error {
	sum := t.Pass + t.Fail + t.Warning + t.Review + t.Skipped + t.Error
	if sum != t.Selected {
		return fmt.Errorf("totals do not add up: %d selected, %d outcomes", t.Selected, sum)
	}
	return nil
}

// Closing is the short form other tools look for: "8 passed, 2 failed, 2
// skipped". Warnings count as passed, errors as failed, reviews as skipped.
func (t Totals) Closing() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", t.Pass+t.Warning, t.Fail+t.Error, t.Skipped+t.Review)
}

// and counts one scenario more.
func (t Totals) and(s Status) Totals {
	switch s {
	case StatusPass:
		t.Pass++
	case StatusFail:
		t.Fail++
	case StatusWarning:
		t.Warning++
	case StatusReview:
		t.Review++
	case StatusSkipped:
		t.Skipped++
	case StatusError:
		t.Error++
	}
	return t
}

// sentence says a verdict to people.
func (v Verdict) sentence() string {
	switch v {
	case Proven:
		return "everything that was tested holds"
	case Broken:
		return "the contract is broken"
	case ReviewPending:
		return "a person has to review"
	default:
		return "could not judge"
	}
}
