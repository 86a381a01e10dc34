package simulator

import "time"

// Earliest and Latest bound the clocks of all worlds, in UTC. Orders keep instants as
// nanoseconds since 1970 in 64 bits, which end in the year 2262; what a rule adds to
// the present (an agreement lives a hundred years at most) stays below that from every
// instant in between, or is capped at Latest.
//
//nolint:gochecknoglobals // constants that the language cannot write as such
var (
	Earliest = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	Latest   = time.Date(2199, 12, 31, 23, 59, 59, 0, time.UTC)
)

// WantedInstant tells people what InSpan takes.
const WantedInstant = "1970-01-01T00:00:00Z to 2199-12-31T23:59:59Z"

// InSpan reports an instant that a clock of a world can show.
func InSpan(at time.Time) bool { return !at.Before(Earliest) && !at.After(Latest) }

// CheckInstant is the problem of an instant that no clock of a world can show; nil
// where there is none.
func CheckInstant(field string, at time.Time) *Problem {
	if InSpan(at) {
		return nil
	}
	return &Problem{
		Code: ProblemInvalidRequest, Field: field, Detail: "no clock of a world shows this instant",
		Hint: "give an instant of " + WantedInstant + ", by UTC",
	}
}

// capped is an instant, or the last one of all clocks where it lies behind that.
func capped(at time.Time) time.Time {
	if at.After(Latest) {
		return Latest
	}
	return at
}
