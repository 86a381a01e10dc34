package fault

import "countersign/simulator"

// fieldOrder writes the members of the answer in another order, with other white
// space (3.1). JSON has no order; whoever signs or compares bytes that it has
// written anew fails here. Ask for it with {"effect":"field_order","permille":100}.
func fieldOrder() entry {
	return entry{
		Description: Description{
			Name:       "field_order",
			About:      "The members of the answer come in another order and with other white space.",
			Points:     []simulator.Point{simulator.PointCommitted},
			Operations: jsonOperations(),
			Rows:       []string{"3.1"},
			Example:    simulator.FaultRule{Fault: "field_order", When: simulator.When{Permille: 100}},
		},
		kind: reordering{},
	}
}

// reordering is the kind.
type reordering struct{}

// Apply asks for another order.
func (reordering) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Answer.FieldOrder = true
}
