package fault

import (
	"time"

	"countersign/simulator"
)

// clockSkew lets the channel's clock be wrong where it signs (T2): the iat of answers
// and notifications is skew_ms ahead, or behind when negative. Beyond five minutes the signature is
// out of the tolerance, and a client must take the answer for none; within it must
// not mind. A rule is about answers, or with the operation notification (or the point
// notifying) about notifications. Ask for it with
// {"effect":"clock_skew","skew_ms":-400000}.
func clockSkew() entry {
	return entry{
		Description: Description{
			Name:       "clock_skew",
			About:      "The signature of the answer is so many milliseconds ahead of the clock, or behind it; with the operation notification, that of notifications.",
			Points:     []simulator.Point{simulator.PointCommitted, simulator.PointNotifying},
			Operations: append(simulator.ChannelOperations(), simulator.OpNotification),
			Parameters: []string{paramSkew},
			Rows:       []string{"T2"},
			Example:    simulator.FaultRule{Fault: "clock_skew", SkewMS: -400_000},
		},
		kind: skewed{},
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			const day = int64(24 * time.Hour / time.Millisecond)
			if rule.SkewMS == 0 || rule.SkewMS < -day || rule.SkewMS > day {
				return rule, wrong(paramSkew, "must be -86400000 to 86400000 milliseconds, and not 0")
			}
			if rule.SkewMS > -time.Second.Milliseconds() && rule.SkewMS < time.Second.Milliseconds() {
				return rule, wrong(paramSkew, "less than a second could have no effect: iat counts whole seconds")
			}
			return atItsPoint(rule)
		},
		fits: func(rule simulator.FaultRule, op simulator.Operation) bool {
			return (op == simulator.OpNotification) == (rule.Point == simulator.PointNotifying)
		},
	}
}

// atItsPoint holds point and operation together.
func atItsPoint(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
	switch rule.Operation {
	case simulator.OpNotification:
		rule.Point = simulator.PointNotifying
	case "", simulator.AnyOperation:
	default:
		if rule.Point == simulator.PointNotifying {
			return rule, wrong("operation", "only notifications pass that point")
		}
	}
	return rule, nil
}

// skewed is the kind.
type skewed struct{}

// Apply moves the clock; several rules add up.
func (skewed) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	skew := time.Duration(rule.SkewMS) * time.Millisecond
	if rule.Point == simulator.PointNotifying {
		to.Notice.Skew += skew
		return
	}
	to.Answer.Skew += skew
}
