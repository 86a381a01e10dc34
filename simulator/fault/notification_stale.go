package fault

import "countersign/simulator"

// notificationStale tells of an earlier state of the order (N-5): still processing, a
// code just sent, an agreement alive. The message is signed well and has an event id
// of its own, as another event about the same order has; the true one follows by the
// schedule. A client must acknowledge both and go forward only, whichever comes
// first. Ask for it with {"effect":"notification_stale"}.
func notificationStale() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_stale"},
			"An earlier state of the order is told, signed well; the true notification follows by the schedule.", "N-5",
		),
		kind: lies{simulator.VariantStale},
	}
}
