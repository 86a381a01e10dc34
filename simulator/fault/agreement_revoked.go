package fault

import "countersign/simulator"

// agreementRevoked lets the bank end the agreement by itself right before it looks at
// a charge, as when a card is reported lost (B5): the charge is declined as
// agreement_cancelled, and a notification tells of the end. A client must stop
// using the agreement, offer to sign again, and take this payment for failed. A
// charge by elements has no agreement and is not struck. Ask for it with
// {"effect":"agreement_revoked","times":1}.
func agreementRevoked() entry {
	return entry{
		Description: Description{
			Name:       "agreement_revoked",
			About:      "The bank ends the agreement right before the charge: declined as agreement_cancelled, and agreement.ended is notified. Charges by elements pass.",
			Points:     []simulator.Point{simulator.PointBank},
			Operations: []simulator.Operation{simulator.OpCharge},
			Rows:       []string{"B5"},
			Example:    simulator.FaultRule{Fault: "agreement_revoked", Times: 1},
		},
		kind: revoking{},
	}
}

// revoking is the kind.
type revoking struct{}

// Selects reports whether there is an agreement to end.
func (revoking) Selects(_ simulator.FaultRule, at simulator.Moment) bool { return at.ByAgreement }

// Apply ends the agreement.
func (revoking) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Bank.Revoke = true
}
