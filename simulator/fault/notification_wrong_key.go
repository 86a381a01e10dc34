package fault

import "countersign/simulator"

// notificationWrongKey signs with a key that nobody has, under the right kid (N-7). A
// client must refuse it with 401, change nothing and query if in doubt. Ask for it
// with {"effect":"notification_wrong_key"}.
func notificationWrongKey() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_wrong_key"},
			"A notification is signed with a key that is not the channel's, under the right kid.", "N-7",
		),
		kind: lies{simulator.VariantWrongKey},
	}
}
