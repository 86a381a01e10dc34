package fault

import (
	"slices"

	"countersign/simulator"
)

// staleAnswer lets a query be answered by a replica that is behind (O18): processing
// after success, or not found. The answer is signed and well-formed, and not true any
// more. What a client has once known as succeeded may never go back for it. answer is
// processing, its usual one (struck are only orders and refunds that stand further),
// or not_found. Ask for it with
// {"effect":"stale_answer","operation":"charge_query","answer":"processing","nth":2}.
func staleAnswer() entry {
	return entry{
		Description: Description{
			Name:       "stale_answer",
			About:      "A query is answered with an earlier state: processing, or not found. Signed and well-formed.",
			Points:     []simulator.Point{simulator.PointCommitted},
			Operations: queries(),
			Parameters: []string{paramAnswer},
			Rows:       []string{"O18"},
			Example: simulator.FaultRule{
				Fault: "stale_answer", Operation: simulator.OpChargeQuery, Answer: simulator.AnswerProcessing, When: simulator.When{Nth: 2},
			},
		},
		kind: stale{},
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			if rule.Answer == "" {
				rule.Answer = simulator.AnswerProcessing
			}
			if rule.Answer != simulator.AnswerProcessing && rule.Answer != simulator.AnswerNotFound {
				return rule, wrong(paramAnswer, "must be processing or not_found: an answer from the past cannot be further")
			}
			return rule, nil
		},
		fits: func(rule simulator.FaultRule, op simulator.Operation) bool {
			hadProcessing := []simulator.Operation{simulator.OpChargeQuery, simulator.OpRefundQuery}
			return rule.Answer == simulator.AnswerNotFound || slices.Contains(hadProcessing, op)
		},
	}
}

// stale is the kind.
type stale struct{}

// Compile-time proof that the kind chooses its moments.
var _ simulator.SelectiveKind = stale{}

// Selects takes, for processing, what stands further than that.
func (stale) Selects(rule simulator.FaultRule, at simulator.Moment) bool {
	return rule.Answer != simulator.AnswerProcessing || at.Status != string(simulator.ChargeProcessing)
}

// Apply answers from the past, where the present is further.
func (stale) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	message := simulator.MessageProcessing
	if rule.Answer == simulator.AnswerNotFound {
		message = simulator.MessageNotFound
	}
	to.Answer.Say(message, 0)
}
