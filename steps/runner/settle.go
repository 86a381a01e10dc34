package runner

import (
	"context"

	"github.com/cucumber/godog"
)

func (r *recorder) setCurrent(i int) {
	r.mu.Lock()
	r.current = i
	r.mu.Unlock()
}

// attach puts evidence beside the running step.
func (r *recorder) attach(a Attachment) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current < len(r.scenario.Steps) {
		s := &r.scenario.Steps[r.current]
		s.Attachments = append(s.Attachments, a)
	}
}

// collect takes over what steps and hooks gave to godog.Attach.
func (r *recorder) collect(ctx context.Context) {
	all := godog.Attachments(ctx)
	for _, a := range all[min(r.taken, len(all)):] {
		r.attach(r.run.attachment(a.FileName, a.MediaType, a.Body))
	}
	r.taken = len(all)
}

// close settles the scenario once all hooks and steps are through.
func (r *recorder) close() {
	if r.cancel != nil {
		r.cancel()
	}
	s := r.snapshot()
	settle(&s, r.run.levels)
	r.run.finish(r.planned.where(), s)
}

func (r *recorder) snapshot() Scenario {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.scenario
	s.Steps = append([]Step(nil), r.scenario.Steps...)
	s.DurationUS = r.run.options.Now().Sub(r.started).Microseconds()
	return s
}

// settle derives the outcome of a scenario from its steps: the worst of them;
// a stated skip if all that ran held; a warning if only clauses that say
// "should" were broken.
func settle(s *Scenario, levels map[string]Level) {
	status := StatusPass
	var skipped *Step
	for i := range s.Steps {
		status = worst(status, s.Steps[i].Status.scenarioStatus())
		if skipped == nil && s.Steps[i].reason != "" {
			skipped = &s.Steps[i]
		}
	}
	if status == StatusPass && skipped != nil {
		s.Status, s.Reason, s.Message = StatusSkipped, skipped.reason, skipped.Message
		return
	}
	s.Status = status
	if status == StatusPass {
		return
	}
	for _, step := range s.Steps {
		if step.Status.scenarioStatus() == status {
			s.Message = step.Message
			break
		}
	}
	if status == StatusFail && onlyShould(s.Clauses, levels) {
		s.Status = StatusWarning
	}
}

func onlyShould(ids []string, levels map[string]Level) bool {
	for _, id := range ids {
		if levels[id] != Should {
			return false
		}
	}
	return len(ids) > 0
}

func levels(clauses []Clause) map[string]Level {
	m := map[string]Level{}
	for _, c := range clauses {
		m[c.ID] = c.Level
	}
	return m
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// result is the outcome of a scenario after the engine has stopped, also of
// one that never ended or was never begun.
func (x *execution) result(p *Planned) Scenario {
	x.mu.Lock()
	defer x.mu.Unlock()
	if p.decided() {
		return p.Scenario
	}
	where := p.where()
	if s, ok := x.finished[where]; ok {
		return s
	}
	s := p.Scenario
	s.Status, s.Message = StatusError, "the scenario was not run"
	if r := x.begun[where]; r != nil {
		s = r.snapshot()
		s.Status = StatusError
		s.Message = "the scenario stopped before its last step"
		if step, ok := s.Culprit(); ok {
			s.Message += ": " + step.Message
		}
	}
	return s
}
