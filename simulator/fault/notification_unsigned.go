package fault

import "countersign/simulator"

// notificationUnsigned sends without any signature (N-7). A client must refuse it
// with 401 and change nothing: what anybody could have sent is no evidence. Ask for
// it with {"effect":"notification_unsigned"}.
func notificationUnsigned() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_unsigned"},
			"A notification goes out without a signature.", "N-7",
		),
		kind: lies{simulator.VariantUnsigned},
	}
}
