package fault

import (
	"time"

	"countersign/simulator"
)

// usualPause is what Retry-After says when the rule says nothing.
const usualPause = 30 * time.Second

// rateLimit lets the channel refuse for the number of requests: a signed 429
// too_frequent with Retry-After (O15). Nothing was done. A client must back off, on
// queries too, and the state of no order may change for it. delay_ms is what
// Retry-After says, rounded up to seconds, 30 s when left out; status is 429 or 503.
// Ask for it with {"effect":"rate_limit","operation":"charge_query","times":3}.
func rateLimit() entry {
	return entry{
		Description: Description{
			Name:       "rate_limit",
			About:      "The channel answers 429 (or 503) too_frequent with Retry-After, signed; nothing is done.",
			Points:     []simulator.Point{simulator.PointReceived},
			Operations: answering(),
			Parameters: []string{paramStatus, paramDelay, paramJitter},
			Rows:       []string{"O15"},
			Example:    simulator.FaultRule{Fault: "rate_limit", Operation: simulator.OpChargeQuery, Times: 3},
		},
		kind: limited{},
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			if rule.DelayMS == 0 {
				rule.DelayMS = usualPause.Milliseconds()
			}
			rule, problem := needsDelay(rule)
			if problem != nil {
				return rule, problem
			}
			return needsStatus(429, 503)(rule)
		},
	}
}

// limited is the kind.
type limited struct{}

// Apply refuses and says when to come again.
func (limited) Apply(rule simulator.FaultRule, at simulator.Moment, to *simulator.Disposition) {
	if to.Answer.Message != "" {
		return
	}
	to.Answer.Say(simulator.MessageRateLimit, rule.Status)
	to.Answer.RetryAfter = delayAt(rule, at)
}
