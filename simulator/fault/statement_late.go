package fault

import (
	"time"

	"countersign/simulator"
)

// statementLate keeps a file back (K4) until delay_ms after the end of its day: until
// then it answers 425 statement_not_ready with Retry-After, as before the day's end. A
// file that is there already stays. A client must ask again and must conclude nothing
// from a file that is not there. Ask for it with
// {"effect":"statement_late","delay_ms":7200000}.
func statementLate() entry {
	d := fileFault("statement_late",
		"The file is there only delay_ms after the end of its day; until then it answers 425 statement_not_ready.", bothFiles(), paramDelay)
	d.Example.DelayMS = 7_200_000
	return entry{
		Description: d,
		kind:        filing(func(rule simulator.FaultRule, to *simulator.FileFault) { to.Late = delayOf(rule) }),
		complete: func(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
			if _, err := time.Parse(time.DateOnly, rule.When.OrderNo); err != nil && rule.When.OrderNo != "" {
				return rule, wrong("when.order_no", "a file is late as a whole: give its business day, as 2018-06-06")
			}
			return needsDelay(rule)
		},
	}
}
