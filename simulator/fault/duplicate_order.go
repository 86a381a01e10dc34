package fault

import "countersign/simulator"

// duplicateOrder lets the channel say of a number that is new that it was used: a
// signed 409 number_reused (O14). At committed, its usual point, the order was taken,
// by this very request; at received somebody else's hand is pretended, and the order
// does not exist. A client must query by its number, and never take a new one. Ask
// for it with {"effect":"duplicate_order","operation":"charge","times":1}.
func duplicateOrder() entry {
	return entry{
		Description: Description{
			Name:   "duplicate_order",
			About:  "The channel answers 409 number_reused to a number that is new, signed. The order was taken, unless the point is received.",
			Points: spoken(simulator.PointCommitted, simulator.PointReceived),
			Operations: []simulator.Operation{
				simulator.OpElementCheck, simulator.OpSigningApply, simulator.OpBind, simulator.OpCharge, simulator.OpRefund,
			},
			Rows:    []string{"O14"},
			Example: simulator.FaultRule{Fault: "duplicate_order", Operation: simulator.OpCharge, Times: 1},
		},
		kind: saying{simulator.MessageDuplicate},
	}
}
