package fault

import "countersign/simulator"

// bankSilent lets the bank never answer a charge (O13): the channel says processing,
// today and for ever, no notification comes, nothing is debited. A client must go
// on asking up to its bound, hand the order to a person then, and never send the
// money again under another number. Ask for it with {"effect":"bank_silent"}.
func bankSilent() entry {
	return entry{
		Description: Description{
			Name:       "bank_silent",
			About:      "The bank never answers: the charge stays in processing for ever and nothing is debited.",
			Points:     []simulator.Point{simulator.PointBank},
			Operations: []simulator.Operation{simulator.OpCharge},
			Rows:       []string{"O13"},
			Example:    simulator.FaultRule{Fault: "bank_silent"},
		},
		kind: silent{},
	}
}

// silent is the kind.
type silent struct{}

// Apply silences the bank.
func (silent) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Bank.Silent = true
}
