package fault

import "countersign/simulator"

// statementMissingLine leaves a line out of a file (K4). Totals and digest are those
// of the shorter file, so that only the books tell. The line is one that the rule
// selects by number, card, bank or amount, else one by the seed, the same at each
// asking. A client must never take the absence of a debit for proof that there was
// none: it asks again, and leaves the rest to a person. Ask for it with
// {"effect":"statement_missing_line","match":{"number":"ord_1"}}.
func statementMissingLine() entry {
	return entry{
		Description: fileFault("statement_missing_line",
			"A line is left out of the file; totals and digest are those of what is left.", bothFiles()),
		kind: filing(func(_ simulator.FaultRule, to *simulator.FileFault) { to.Missing = true }),
	}
}
