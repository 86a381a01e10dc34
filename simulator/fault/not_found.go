package fault

import "countersign/simulator"

// notFound lets a query say that there is no such thing although there is: a signed
// 404 (O17). A client must not take one such answer for the end of an order while
// the request may still be on its way, or the replica behind. It strikes only
// queries of what is there. Ask for it with {"effect":"not_found","times_per_number":2}.
func notFound() entry {
	return entry{
		Description: Description{
			Name:       "not_found",
			About:      "A query of something that is there is answered 404, signed.",
			Points:     []simulator.Point{simulator.PointCommitted},
			Operations: queries(),
			Rows:       []string{"O17", "O18"},
			Example:    simulator.FaultRule{Fault: "not_found", Operation: simulator.OpChargeQuery, PerNumber: 2},
		},
		kind: saying{simulator.MessageNotFound},
	}
}

// queries are the operations that ask where something stands.
func queries() []simulator.Operation {
	return []simulator.Operation{
		simulator.OpSigningQuery, simulator.OpAgreementQuery, simulator.OpChargeQuery, simulator.OpRefundQuery,
	}
}
