package fault

import "countersign/simulator"

// notificationDrop loses a delivery of a notification on its way (N-1). The
// schedule goes on, so with a budget of one the next repetition arrives; without
// a budget all are lost, and a client must find everything out by query: losing
// all notifications may cost time, never truth. Ask for it with
// {"effect":"notification_drop"}.
func notificationDrop() entry {
	return entry{
		Description: Description{
			Name:       "notification_drop",
			About:      "A delivery of a notification is lost; the schedule goes on.",
			Points:     []simulator.Point{simulator.PointNotifying},
			Operations: []simulator.Operation{simulator.OpNotification},
			Rows:       []string{"N-1"},
			Example:    simulator.FaultRule{Fault: "notification_drop"},
		},
		kind: dropped{},
	}
}

// dropped is the kind.
type dropped struct{}

// Apply drops the delivery.
func (dropped) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Notice.Drop = true
}
