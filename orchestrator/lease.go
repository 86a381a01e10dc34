package orchestrator

import "time"

// Lease says who works on a row, until when, and which number the work has. Every taking raises the
// fence, so that a stale worker is known by its number even when its clock is wrong.
type Lease struct {
	Owner string
	Until time.Time
	Fence int64
}

// Take is the lease after owner takes it until the given time.
func (l Lease) Take(owner string, until time.Time) Lease {
	return Lease{Owner: owner, Until: until, Fence: l.Fence + 1}
}

// Free is the lease given back; the fence stays.
func (l Lease) Free() Lease { return Lease{Fence: l.Fence} }

// Live says whether somebody holds the row at now.
func (l Lease) Live(now time.Time) bool { return l.Owner != "" && now.Before(l.Until) }

// earlier is the earlier of two due times; the zero time means none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
