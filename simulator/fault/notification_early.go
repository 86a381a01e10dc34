package fault

import "countersign/simulator"

// notificationEarly sends the notification before the answer of the call that caused
// it (N-2): the answer waits until the notification was answered or has timed out
// (ten seconds of real time, whatever the clock). A client must take it, since its
// order is stored before the call; the answer then changes nothing. Strikes at the
// commit, and only events that a call causes at once. Ask for it with
// {"effect":"notification_early"}.
func notificationEarly() entry {
	e := entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_early"},
			"A notification arrives before the answer of the call that caused it.", "N-2",
		),
		kind: early{},
	}
	e.Points = []simulator.Point{simulator.PointCommitted}
	return e
}

// early is the kind.
type early struct{}

// Apply has it go out at once.
func (early) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Notice.Early = true
}
