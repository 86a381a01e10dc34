package fault

import "countersign/simulator"

// notificationIgnoreAck loses the acknowledgement on its way back (N-10): the channel
// goes on by its schedule as if nobody had answered. A client must acknowledge each
// time and act once. Ask for it with {"effect":"notification_ignore_ack"}.
func notificationIgnoreAck() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_ignore_ack"},
			"The acknowledgement of a notification is lost; the schedule goes on.", "N-10",
		),
		kind: ackLost{},
	}
}

// ackLost is the kind.
type ackLost struct{}

// Apply loses the acknowledgement.
func (ackLost) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Notice.IgnoreAck = true
}
