package fault

import "countersign/simulator"

// statementDuplicateLine writes a line of a file twice (K4); totals and digest count it
// twice. The line is one that the rule selects, else one by the seed. A client must take
// two lines of one number and one channel reference for one movement. Ask for it with
// {"effect":"statement_duplicate_line"}.
func statementDuplicateLine() entry {
	return entry{
		Description: fileFault("statement_duplicate_line",
			"A line of the file stands there twice; totals and digest count both.", bothFiles()),
		kind: filing(func(_ simulator.FaultRule, to *simulator.FileFault) { to.Duplicate = true }),
	}
}
