package fault

import (
	"time"

	"countersign/simulator"
)

// slow answers late by the world's clock (O5), or, at received and before_receive,
// carries the request out late (O3): the answer "not found" to a query meanwhile
// is then no proof of anything. A client must not let go of an order whose answer
// is late. Ask for it with {"fault":"slow","operation":"charge","delay_ms":15000}.
func slow() entry {
	return entry{
		Description: Description{
			Name:       "slow",
			About:      "The answer comes so many milliseconds late; at an earlier point the command is carried out that late.",
			Points:     replyPoints(),
			Operations: simulator.ChannelOperations(),
			Parameters: []string{paramDelay},
		},
		kind:     slowed{},
		complete: needsDelay,
	}
}

// needsDelay wants a delay of a millisecond to a day, as the contract says.
func needsDelay(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
	const day = int64(24 * time.Hour / time.Millisecond)
	if rule.DelayMS < 1 || rule.DelayMS > day {
		return rule, wrong(paramDelay, "must be 1 to 86400000 milliseconds")
	}
	return rule, nil
}

// delayOf is a rule's delay.
func delayOf(rule simulator.FaultRule) time.Duration {
	return time.Duration(rule.DelayMS) * time.Millisecond
}

// slowed is the kind.
type slowed struct{}

// Apply delays; of several delays the longest counts.
func (slowed) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Slow = max(to.Slow, delayOf(rule))
}
