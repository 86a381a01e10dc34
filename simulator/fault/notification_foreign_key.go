package fault

import "countersign/simulator"

// notificationForeignKey signs with the valid key and kid of another member, of the
// same channel if it has one (N-7). A client that looks a key up by kid alone takes
// it for good; it must hold the kid against the member the message is addressed to.
// Refused in a world without another member. Ask for it with
// {"effect":"notification_foreign_key"}.
func notificationForeignKey() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_foreign_key"},
			"A notification is signed with another member's valid key.", "N-7",
		),
		kind: lies{simulator.VariantForeignKey},
	}
}
