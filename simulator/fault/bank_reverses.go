package fault

import (
	"time"

	"countersign/simulator"
)

// bankReverses lets the bank debit without the channel ever learning of it, and give
// the money back by itself after delay_ms, an hour unless said otherwise (B1). The
// charge stays in processing for ever; no notification comes. Only the statement
// tells how it ended: it has the debit and the reversal, each once. A client must
// keep the order open until it has read that, and must not debit a second time
// meanwhile. A payer who subscribed to debit notices is texted. Ask for it with
// {"effect":"bank_reverses","delay_ms":3600000}.
func bankReverses() entry {
	return entry{
		Description: Description{
			Name: "bank_reverses",
			About: "The bank debits, the channel never learns of it (processing for ever), and the bank gives the money back by itself delay_ms later. " +
				"Ledger and statement show both movements.",
			Points:     []simulator.Point{simulator.PointBank},
			Operations: []simulator.Operation{simulator.OpCharge},
			Parameters: []string{paramDelay},
			Rows:       []string{"B1"},
			Example:    simulator.FaultRule{Fault: "bank_reverses", DelayMS: 3_600_000},
		},
		kind:     reversing{},
		complete: usualDelay(time.Hour),
	}
}

// reversing is the kind.
type reversing struct{}

// Apply sets when the money comes back.
func (reversing) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Bank.Reverse = max(to.Bank.Reverse, delayOf(rule))
}

// usualDelay fills in a delay where none is given.
func usualDelay(usual time.Duration) func(simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
	return func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
		if rule.DelayMS == 0 {
			rule.DelayMS = usual.Milliseconds()
		}
		return needsDelay(rule)
	}
}
