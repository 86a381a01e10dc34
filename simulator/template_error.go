package simulator

import (
	"errors"
	"strconv"
)

// What may be wrong with a part of a universe.
var (
	errMissingOrTwice = errors.New("code or id missing, or listed twice")
	errNotListed      = errors.New("is not listed")
	errNoTestCard     = errors.New("not a test card")
	errListedTwice    = errors.New("listed twice")
)

// universeError is a mistake in a universe and the member it stands in.
type universeError struct {
	field string // with dots and indexes: "channels[0].code.tries"
	err   error
}

// Error tells the mistake in the words of whoever found it.
func (e *universeError) Error() string { return e.err.Error() }

// Unwrap gives the mistake.
func (e *universeError) Unwrap() error { return e.err }

// inUniverse says in which item of which list a mistake is.
func inUniverse(list string, index int, field string, err error) error {
	at := list + "[" + strconv.Itoa(index) + "]"
	if profile, found := errors.AsType[*profileError](err); found {
		field = profile.field
	}
	if field != "" {
		at += "." + field
	}
	return &universeError{field: at, err: err}
}

// stateErrorOf names the member of a universe that could not be compiled, and why in
// words without any value of it.
func stateErrorOf(err error) *StateError {
	made := &StateError{Field: "universe", Why: "is no universe that could be compiled"}
	found, named := errors.AsType[*universeError](err)
	if !named {
		return made
	}
	made.Field, made.Why = "universe."+found.field, "is not what a universe may have"
	for _, known := range []error{errMissingOrTwice, errNotListed, errNoTestCard, errListedTwice, errBINPrefix, errBINCardType} {
		if errors.Is(found.err, known) {
			made.Why = known.Error()
		}
	}
	if profile, is := errors.AsType[*profileError](found.err); is && profile.plain() {
		made.Why = profile.what
	}
	return made
}
