package fault

import "countersign/simulator"

// notificationLate sends a notification later by the world's clock (N-6): after
// the query that found the same out, after the order was closed, after another
// event. A client must take it for what it says and never go backward. Ask for it
// with {"effect":"notification_late","delay_ms":3600000}.
func notificationLate() entry {
	return entry{
		Description: Description{
			Name:       "notification_late",
			About:      "A notification is sent so many milliseconds later than due.",
			Points:     []simulator.Point{simulator.PointNotifying},
			Operations: []simulator.Operation{simulator.OpNotification},
			Rows:       []string{"N-6"},
			Example:    simulator.FaultRule{Fault: "notification_late", DelayMS: 3600000},
			Parameters: []string{paramDelay, paramJitter},
		},
		kind:     late{},
		complete: needsDelay,
	}
}

// late is the kind.
type late struct{}

// Apply delays the delivery; of several delays the longest counts.
func (late) Apply(rule simulator.FaultRule, at simulator.Moment, to *simulator.Disposition) {
	to.Notice.Late = max(to.Notice.Late, delayAt(rule, at))
}
