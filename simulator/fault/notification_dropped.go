package fault

import "countersign/simulator"

// notificationDropped loses a sending of a notification on its way (N-1). The
// schedule goes on, so with a budget of one the next repetition arrives; without
// a budget all are lost, and a client must find everything out by query: losing
// all notifications may cost time, never truth. Ask for it with
// {"fault":"notification_dropped"}.
func notificationDropped() entry {
	return entry{
		Description: Description{
			Name:       "notification_dropped",
			About:      "A sending of a notification is lost; the schedule goes on.",
			Points:     []simulator.Point{simulator.PointNotifying},
			Operations: []simulator.Operation{simulator.OpNotification},
		},
		kind: dropped{},
	}
}

// dropped is the kind.
type dropped struct{}

// Apply drops the sending.
func (dropped) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Drop = true
}
