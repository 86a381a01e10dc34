package fault

import "countersign/simulator"

// notificationReorder holds a notification until the next one of its member was
// answered or has timed out (N-5), at the longest for delay_ms (a minute when left
// out). A client must take each for what it says and never go backward. Ask for it
// with {"effect":"notification_reorder","times":1}: were every one held, each would
// wait for its delay only.
func notificationReorder() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_reorder", Times: 1},
			"A notification is held until the next one of its member went out, or for delay_ms.", "N-5", paramDelay,
		),
		kind: reordered{},
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			const usual = 60_000
			if rule.DelayMS == 0 {
				rule.DelayMS = usual
			}
			return needsDelay(rule)
		},
	}
}

// reordered is the kind.
type reordered struct{}

// Apply holds it; of several rules the longest hold counts.
func (reordered) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Notice.Reorder = max(to.Notice.Reorder, delayOf(rule))
}
