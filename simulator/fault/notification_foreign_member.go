package fault

import "countersign/simulator"

// notificationForeignMember names another member's number in the body, signed well
// with the right key of ours (N-7). A client must hold the number in the body against
// the one it is addressed to; it must not book for the other merchant. Refused in a
// world without another member. Ask for it with
// {"effect":"notification_foreign_member"}.
func notificationForeignMember() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_foreign_member"},
			"A notification names another member, signed with our right key.", "N-7",
		),
		kind: lies{simulator.VariantForeignMember},
	}
}
