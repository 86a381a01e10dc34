package orchestrator

import "fmt"

// cell says what an event does in a state. A pair that a table does not name is forbidden: it can only come
// from a mistake of ours, and the step answers ForbiddenError.
type cell[S ~string] struct {
	to       S
	stay     bool // known and harmless: nothing changes
	conflict bool // evidence against evidence: nothing changes but the flag
}

// table is a machine: what each event does in each state.
type table[S, E ~string] map[S]map[E]cell[S]

// move, stay and conflict make cells.
func move[S ~string](to S) cell[S] { return cell[S]{to: to} }
func stay[S ~string]() cell[S]     { return cell[S]{stay: true} }
func clash[S ~string]() cell[S]    { return cell[S]{stay: true, conflict: true} }
func (c cell[S]) next(from S) S {
	if c.stay {
		return from
	}
	return c.to
}

// look finds the cell, or says that the pair is forbidden.
func (t table[S, E]) look(subject string, from S, on E) (cell[S], error) {
	c, ok := t[from][on]
	if !ok {
		return c, &ForbiddenError{Subject: subject, State: string(from), Event: string(on)}
	}
	return c, nil
}

// ForbiddenError is a step that a table does not allow.
type ForbiddenError struct{ Subject, State, Event string }

// Error names the pair.
func (e *ForbiddenError) Error() string {
	return fmt.Sprintf("%s: event %s is forbidden in state %s", e.Subject, e.Event, e.State)
}
