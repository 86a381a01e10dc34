package clock

import "time"

// Restore makes the clock stand at an instant, earlier or later. Only putting a
// whole world back to a snapshot may do so: everything that was due goes back with it.
func (v *Virtual) Restore(to time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.now = wall(to)
}
