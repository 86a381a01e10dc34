// Package clock is where the time of day comes in. Rules never ask the machine
// for the time: they get an instant, or a Clock from whoever started them, so
// that "ten minutes pass" is one call in a test and nothing sleeps.
package clock

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// Clock tells the present instant. Implementations are safe for concurrent use.
type Clock interface {
	Now() time.Time
}

// System is the clock of the machine, in UTC and without a monotonic part: Go
// drops that part when the location changes, and an instant in local time would
// show on a wire. Measure spans of running time with time.Since, not with this.
type System struct{}

// Now returns the machine's time in UTC.
func (System) Now() time.Time { return time.Now().UTC() }

// ErrBackwards is matched (errors.Is) by the error of a Virtual clock that was
// told to go back.
var ErrBackwards = errors.New("clock cannot go back")

// BackwardsError says from where to where a clock was told to go back. Both
// instants are in UTC.
type BackwardsError struct {
	Now       time.Time
	Requested time.Time
}

// Error names both instants: an instant is no personal data.
func (e *BackwardsError) Error() string {
	return fmt.Sprintf("%v: it is %s, asked for %s", ErrBackwards,
		e.Now.Format(time.RFC3339Nano), e.Requested.Format(time.RFC3339Nano))
}

// Unwrap makes errors.Is(err, ErrBackwards) hold.
func (*BackwardsError) Unwrap() error { return ErrBackwards }

// Virtual is a clock that stands still until it is set. Use NewVirtual; a
// Virtual must not be copied.
type Virtual struct {
	mu  sync.RWMutex
	now time.Time
}

// NewVirtual returns a clock that stands at the given instant.
func NewVirtual(start time.Time) *Virtual { return &Virtual{now: wall(start)} }

// Now returns the instant the clock stands at, in UTC.
func (v *Virtual) Now() time.Time {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.now
}

// Set moves the clock forward to the instant; the present instant is accepted
// and changes nothing. An earlier instant is refused with a *BackwardsError and
// the clock stays where it is.
func (v *Virtual) Set(to time.Time) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	to = wall(to)
	if to.Before(v.now) {
		return &BackwardsError{Now: v.now, Requested: to}
	}
	v.now = to
	return nil
}

// wall drops the monotonic reading, which would make an instant taken from the
// machine compare by the machine's running time instead of by the date.
func wall(t time.Time) time.Time { return t.Round(0).UTC() }
