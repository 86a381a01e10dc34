package fault

import "countersign/simulator"

// notificationWrongAlgorithm signs with another algorithm than was agreed (N-7; RFC
// 8725 section 2.1): where EdDSA is agreed, HS256 with the public key as its secret,
// which a client that believes the header's alg takes for good; else EdDSA. A client
// must take the algorithm from its configuration. Ask for it with
// {"effect":"notification_wrong_algorithm"}.
func notificationWrongAlgorithm() entry {
	return entry{
		Description: notice(
			simulator.FaultRule{Fault: "notification_wrong_algorithm"},
			"A notification is signed with another algorithm than was agreed, made of the known key.", "N-7",
		),
		kind: lies{simulator.VariantWrongAlgorithm},
	}
}
