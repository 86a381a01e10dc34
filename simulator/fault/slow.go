package fault

import "countersign/simulator"

// slow answers late by the world's clock (O5), or, at received and before_receive,
// carries the request out late (O3): the answer "not found" to a query meanwhile
// is then no proof of anything. A client must not let go of an order whose answer
// is late. Ask for it with {"effect":"slow","operation":"charge","delay_ms":15000}.
func slow() entry {
	return entry{
		Description: Description{
			Name:       "slow",
			About:      "The answer comes so many milliseconds late; at an earlier point the command is carried out that late.",
			Points:     replyPoints(),
			Operations: answering(),
			Parameters: []string{paramDelay, paramJitter},
			Rows:       []string{"O3", "O5"},
			Example:    simulator.FaultRule{Fault: "slow", Operation: simulator.OpCharge, DelayMS: 15000, Times: 1},
		},
		kind:     slowed{},
		complete: needsDelay,
	}
}

// slowed is the kind.
type slowed struct{}

// Apply delays; of several delays the longest counts.
func (slowed) Apply(rule simulator.FaultRule, at simulator.Moment, to *simulator.Disposition) {
	to.Slow = max(to.Slow, delayAt(rule, at))
}
