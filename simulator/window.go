package simulator

import (
	"errors"
	"fmt"
	"time"
)

// secondsPerDay and businessOffset turn an instant into seconds of a day in UTC+8.
const (
	secondsPerDay  = 24 * 60 * 60
	businessOffset = 8 * 60 * 60
	timeOfDay      = "15:04"
)

// window is a compiled Window: seconds of the day, or two instants.
type window struct {
	daily    bool
	from, to int64
}

// compileWindow reads the two forms of a Window.
func compileWindow(w Window) (window, error) {
	if from, err := time.Parse(timeOfDay, w.From); err == nil {
		to, err := time.Parse(timeOfDay, w.To)
		if err != nil {
			return window{}, fmt.Errorf("maintenance window: to must be a time of day like from: %w", err)
		}
		return window{daily: true, from: secondOfDay(from), to: secondOfDay(to)}, nil
	}
	from, err := time.Parse(time.RFC3339, w.From)
	if err != nil {
		return window{}, fmt.Errorf("maintenance window: from must be 15:04 or RFC 3339: %w", err)
	}
	to, err := time.Parse(time.RFC3339, w.To)
	if err != nil {
		return window{}, fmt.Errorf("maintenance window: to must be RFC 3339 like from: %w", err)
	}
	if !to.After(from) {
		return window{}, errors.New("maintenance window: to must be after from")
	}
	return window{from: from.Unix(), to: to.Unix()}, nil
}

// secondOfDay counts from midnight in the time's own zone.
func secondOfDay(t time.Time) int64 {
	return int64(t.Hour()*60*60 + t.Minute()*60 + t.Second())
}

// covers reports whether the instant lies in the window; the upper edge does not.
func (w window) covers(at time.Time) bool {
	second := at.Unix()
	if !w.daily {
		return second >= w.from && second < w.to
	}
	second = (second + businessOffset) % secondsPerDay
	if w.to > w.from {
		return second >= w.from && second < w.to
	}
	return second >= w.from || second < w.to
}
