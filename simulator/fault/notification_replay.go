package fault

import "countersign/simulator"

// notificationReplay sends the very bytes of a true notification once more, with its
// signature, its jti and its old instant, so many milliseconds after the first was
// answered, acknowledged or not (N-8): an attacker who has listened. Beyond five
// minutes a client must refuse it by its instant, before by its jti or as a known
// event; either way it has no effect. Ask for it with
// {"effect":"notification_replay","delay_ms":60000}.
func notificationReplay() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_replay", DelayMS: 60000},
			"The very bytes of a notification, signature and jti too, come again after delay_ms.", "N-8", paramDelay, paramJitter,
		),
		kind:     replayed{},
		complete: needsDelay,
	}
}

// replayed is the kind.
type replayed struct{}

// Apply asks for the replay; of several rules the longest delay counts.
func (replayed) Apply(rule simulator.FaultRule, at simulator.Moment, to *simulator.Disposition) {
	to.Notice.Replay = max(to.Notice.Replay, delayAt(rule, at))
}
