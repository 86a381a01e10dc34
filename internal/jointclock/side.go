package jointclock

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Side is one of the clocks and what lives by it.
type Side interface {
	// Read looks at the clock without moving anything.
	Read(ctx context.Context) (Reading, error)
	// Set moves the clock to an instant that is not before the present one, begins
	// what is due and says what that was, in words.
	Set(ctx context.Context, to time.Time) ([]string, error)
}

// Reading is one side at one moment.
type Reading struct {
	Name string // of the side, for messages
	Now  time.Time
	Next *time.Time // when something happens by itself; nil: never
	// Activity rises with every piece of work begun or ended.
	Activity int64
	// Busy counts pieces of work that run and wait for nobody.
	Busy int
	// Open counts calls of this side that wait for the other's answer; Parked counts
	// calls that this side holds, on purpose, until a due time or for ever.
	Open, Parked int
}

// Joint is all sides at one moment.
type Joint struct {
	// Now is the first side's instant, and Next the earliest due time of all.
	Now  time.Time
	Next *time.Time
	// Busy, Open and Parked are sums.
	Busy, Open, Parked int
	Sides              []Reading
}

// joined sums readings up. Now is the latest of all: no clock is ever set back.
func joined(sides []Reading) Joint {
	j := Joint{Sides: sides}
	for _, side := range sides {
		if side.Now.After(j.Now) {
			j.Now = side.Now
		}
		if side.Next != nil && (j.Next == nil || side.Next.Before(*j.Next)) {
			j.Next = side.Next
		}
		j.Busy += side.Busy
		j.Open += side.Open
		j.Parked += side.Parked
	}
	return j
}

// String says in one line why the sides are not settled.
func (j Joint) String() string {
	parts := make([]string, 0, len(j.Sides))
	for _, side := range j.Sides {
		parts = append(parts, fmt.Sprintf("%s: busy %d, open calls %d, parked %d", side.Name, side.Busy, side.Open, side.Parked))
	}
	return strings.Join(parts, "; ")
}

// sameAs reports whether no side has shown a sign of life since.
func (j Joint) sameAs(before Joint) bool {
	if len(j.Sides) != len(before.Sides) || j.Parked != before.Parked || before.Busy != 0 {
		return false
	}
	for i, side := range j.Sides {
		if side.Activity != before.Sides[i].Activity {
			return false
		}
	}
	return true
}
