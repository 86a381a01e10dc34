package orchestrator

import "time"

// BreakerState of a merchant at a channel.
type BreakerState string

// States of a breaker.
const (
	BreakerClosed   BreakerState = "closed"
	BreakerOpen     BreakerState = "open"      // no new work
	BreakerHalfOpen BreakerState = "half_open" // one try is allowed
)

// Breaker settings: so many calls for new work in a row without evidence open it, for so long.
const (
	BreakerThreshold = 5
	BreakerPause     = 60 * time.Second
)

// healthWindow is how many recent charges the success rate looks at.
const healthWindow = 64

// Health is how a channel has behaved for one merchant lately: a breaker over new work, and a window of
// charge results. Queries of unknown outcomes go on whatever the breaker says.
type Health struct {
	MerchantID  string
	ChannelID   string
	Misses      int // consecutive calls for new work without evidence
	OpenUntil   time.Time
	Trial       bool   // the one try of a half-open breaker is under way
	Window      uint64 // last charges, newest in bit 0; 1 = the channel did its work
	WindowCount int
	Version     int64
}

// State of the breaker at now.
func (h Health) State(now time.Time) BreakerState {
	switch {
	case h.OpenUntil.IsZero():
		return BreakerClosed
	case now.Before(h.OpenUntil):
		return BreakerOpen
	default:
		return BreakerHalfOpen
	}
}

// Begin notes that new work starts; in a half-open breaker it is the one trial. While that is open no other is
// let through, and when it never comes back the pause is simply over again.
func (h Health) Begin(now time.Time) Health {
	if h.State(now) == BreakerHalfOpen {
		h.Trial = true
		h.OpenUntil = now.Add(BreakerPause)
	}
	return h
}

// Observe notes the outcome of a call for new work: evidence closes the breaker, its absence counts.
func (h Health) Observe(evidence bool, now time.Time) Health {
	if evidence {
		h.Misses, h.OpenUntil, h.Trial = 0, time.Time{}, false
		return h
	}
	h.Misses++
	if h.Misses >= BreakerThreshold || h.Trial {
		h.OpenUntil, h.Trial = now.Add(BreakerPause), false
	}
	return h
}

// Charged notes how a charge ended: good when the channel did its work, a refusal of the payer included.
func (h Health) Charged(good bool) Health {
	h.Window <<= 1
	if good {
		h.Window |= 1
	}
	h.WindowCount = min(h.WindowCount+1, healthWindow)
	return h
}

// SuccessPermille is the share of good charges in the window; 1000 when nothing is known.
func (h Health) SuccessPermille() int {
	if h.WindowCount == 0 {
		return 1000
	}
	good := 0
	for i := range h.WindowCount {
		good += int(h.Window >> i & 1)
	}
	return good * 1000 / h.WindowCount
}
