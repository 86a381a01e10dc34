package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"countersign/contract/control"
)

// controlState is what a scenario about the control plane itself remembers; [Note] keeps it.
type controlState struct {
	// refused is the problem of the last call that may be refused; nil when it was done.
	refused *control.Problem
	// other is a second world, with otherID even after it was deleted or never made.
	other   *control.World
	otherID string
	// file is the world as it was exported; snapshot one that was taken at takenAt.
	file     []byte
	snapshot string
	takenAt  time.Time
	// moved is the clock as the last move showed it; begun is when the scenario began.
	moved *control.ClockState
	// rule is the last rule added.
	rule *control.Fault
	// judged is the last verification, cursor where a record stood, story the last one as text.
	judged *control.Verification
	cursor int64
	story  string
	// codes are those texted, world by world.
	codes []string
	// people is how many cards the world had.
	people int
}

// note gives the scenario's world and what it remembers of the control plane.
func note(ctx context.Context) (*World, *controlState) {
	w := From(ctx)
	return w, Note[controlState](w)
}

// ask keeps how the control plane answered a call that may be refused. It errs only when there is no
// answer at all, or one that is neither a success nor a problem.
func (s *controlState) ask(r reply, err error) error {
	if err != nil {
		return fmt.Errorf("no answer: %w", err)
	}
	s.refused = nil
	if r.StatusCode() < http.StatusBadRequest {
		return nil
	}
	var p control.Problem
	if err := json.Unmarshal(r.GetBody(), &p); err != nil || p.Code == "" || p.Status != r.StatusCode() {
		return refusal(r)
	}
	s.refused = &p
	return nil
}

// controlProblemSteps are about what the control plane does not do.
func controlProblemSteps() []Step {
	return []Step{
		{`the control plane refuses it`, controlRefuses},
		{`the control plane refuses it with ` + reWord, controlRefusesWith},
		{`the control plane refuses it and names "([^"]*)"`, controlRefusesNaming},
		{`the control plane refuses it with ` + reWord + ` and names "([^"]*)"`, controlRefusesWithNaming},
		{`the refusal gives a hint`, refusalHints},
	}
}

var errDone = errors.New("it was done, not refused")

func controlRefuses(ctx context.Context) error {
	if _, s := note(ctx); s.refused == nil {
		return errDone
	}
	return nil
}

func controlRefusesWith(ctx context.Context, code string) error {
	_, s := note(ctx)
	switch {
	case s.refused == nil:
		return errDone
	case s.refused.Code != code:
		return fmt.Errorf("it was refused with %s, not %s", s.refused.Code, code)
	}
	return nil
}

// controlRefusesNaming wants the member among the names of the pointer.
func controlRefusesNaming(ctx context.Context, field string) error {
	_, s := note(ctx)
	if s.refused == nil {
		return errDone
	}
	if !slices.Contains(strings.Split(word(s.refused.Field), "/"), field) {
		return fmt.Errorf("the refusal names %q, not %s", word(s.refused.Field), field)
	}
	return nil
}

func controlRefusesWithNaming(ctx context.Context, code, field string) error {
	if err := controlRefusesWith(ctx, code); err != nil {
		return err
	}
	return controlRefusesNaming(ctx, field)
}

func refusalHints(ctx context.Context) error {
	_, s := note(ctx)
	if s.refused == nil {
		return errDone
	}
	if word(s.refused.Hint) == "" {
		return errors.New("the refusal gives no hint")
	}
	return nil
}
