package fault

import "countersign/simulator"

// openEnum gives the status of an order or a refund that is not final a word of its
// own, which no list has (3.1: the contract says that the states before the final
// ones are open). A client must take it for processing and ask again. Answers about
// final states are left alone, and neither matched nor struck. Ask for it with
// {"effect":"open_enum","operation":"charge_query"}.
func openEnum() entry {
	return entry{
		Description: Description{
			Name:   "open_enum",
			About:  "An order or refund in processing has a status that no list has; a client takes it for processing.",
			Points: []simulator.Point{simulator.PointCommitted},
			Operations: []simulator.Operation{
				simulator.OpCharge, simulator.OpChargeQuery, simulator.OpChargeConfirm, simulator.OpRefund, simulator.OpRefundQuery,
			},
			Rows:    []string{"3.1"},
			Example: simulator.FaultRule{Fault: "open_enum", Operation: simulator.OpChargeQuery},
		},
		kind: opening{},
	}
}

// opening is the kind.
type opening struct{}

// Compile-time proof that the kind chooses its moments.
var _ simulator.SelectiveKind = opening{}

// Selects takes answers about what is in processing.
func (opening) Selects(_ simulator.FaultRule, at simulator.Moment) bool {
	return at.Status == string(simulator.ChargeProcessing) || at.Status == string(simulator.RefundProcessing)
}

// Apply asks for another word.
func (opening) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Answer.OpenEnum = true
}
