package fault

import (
	"time"

	"countersign/simulator"
)

// bankSlow lets the bank take its time over a charge (O13, but it ends): the channel says
// processing until delay_ms after it took the order in, a minute unless said otherwise,
// and the bank decides then by what it finds then. A client must keep the order open
// and take the end from a query or a notification. A bank that takes longer by itself is
// not made faster. Ask for it with {"effect":"bank_slow","delay_ms":60000}.
func bankSlow() entry {
	return entry{
		Description: Description{
			Name:       "bank_slow",
			About:      "The charge is in processing until delay_ms after the channel took it in; the bank decides then.",
			Points:     []simulator.Point{simulator.PointBank},
			Operations: []simulator.Operation{simulator.OpCharge},
			Parameters: []string{paramDelay},
			Rows:       []string{"O13"},
			Example:    simulator.FaultRule{Fault: "bank_slow", DelayMS: 60_000},
		},
		kind:     takingTime{},
		complete: usualDelay(time.Minute),
	}
}

// takingTime is the kind.
type takingTime struct{}

// Apply sets how long it takes; of several the longest counts.
func (takingTime) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Bank.After = max(to.Bank.After, delayOf(rule))
}
