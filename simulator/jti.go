package simulator

import "time"

// jtiWindow is how long a jti is remembered at least: twice the tolerance of the
// signature's time, so that a replay is either too old or known.
const jtiWindow = 10 * time.Minute

// jtiMemory remembers the jtis of accepted messages in two generations, so that
// forgetting costs nothing.
type jtiMemory struct {
	since     time.Time
	now, then map[shortDigest]struct{}
}

// accept remembers the jti of a member, by its stable name, and reports whether it is new.
func (m *jtiMemory) accept(member, jti string, at time.Time) bool {
	if m.now == nil || !at.Before(m.since.Add(jtiWindow)) {
		m.then = m.now
		if !at.Before(m.since.Add(2 * jtiWindow)) {
			m.then = nil
		}
		m.now, m.since = map[shortDigest]struct{}{}, at
	}
	key := fingerprint(member, jti).short()
	if _, known := m.now[key]; known {
		return false
	}
	if _, known := m.then[key]; known {
		return false
	}
	m.now[key] = struct{}{}
	return true
}
