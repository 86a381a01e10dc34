package fault

import (
	"time"

	"countersign/simulator"
)

// keyRotate gives the member new keys after a request (K1): later answers and
// notifications are signed with the new reply key; the old request key is taken for
// delay_ms more by the world's clock, five minutes unless said otherwise, and
// refused afterwards with a finding that says so. The new keys are drawn from the
// world's seed; GET the world shows them. A client must choose the key by kid out of
// its configuration and take one it does not know for no answer at all. Ask for it
// with {"effect":"key_rotate","every":500}.
func keyRotate() entry {
	return entry{
		Description: Description{
			Name:       "key_rotate",
			About:      "After the request the member has new keys: answers are signed with the new one at once, the old request key is taken for delay_ms more.",
			Points:     []simulator.Point{simulator.PointCommitted},
			Operations: simulator.ChannelOperations(),
			Parameters: []string{paramDelay},
			Rows:       []string{"K1"},
			Example:    simulator.FaultRule{Fault: "key_rotate", When: simulator.When{Every: 500}},
		},
		kind:     rotating{},
		complete: usualDelay(5 * time.Minute),
	}
}

// rotating is the kind.
type rotating struct{}

// Apply rotates; of several overlaps the longest counts.
func (rotating) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Key.Rotate, to.Key.Overlap = true, max(to.Key.Overlap, delayOf(rule))
}
