package fault

import "countersign/simulator"

// statementLateLine moves a line from the statement of its day to that of the next
// (K4), where it stands first and with the instant at which it happened: what two
// parties with two cut-off times see every night. It is moved when the first
// statement that the rule strikes is asked for, once for a day, and stays moved when
// the rule is gone. A client must match lines by number and not by day, and must look at a
// later file before it raises an alarm. Ask for it with
// {"effect":"statement_late_line","match":{"number":"ord_1"}}.
func statementLateLine() entry {
	return entry{
		Description: fileFault("statement_late_line",
			"A line is missing in the statement of its day and stands in that of the next, for good.",
			[]simulator.Operation{simulator.OpStatement}),
		kind: filing(func(_ simulator.FaultRule, to *simulator.FileFault) { to.LateLine = true }),
	}
}
