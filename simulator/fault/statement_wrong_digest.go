package fault

import "countersign/simulator"

// statementWrongDigest gives a digest in the last line that is not that of the file
// (K4); the lines are right, the signature of the answer holds. A client must refuse the
// whole file, book nothing of it, and ask again. Ask for it with
// {"effect":"statement_wrong_digest","times":1}.
func statementWrongDigest() entry {
	return entry{
		Description: fileFault("statement_wrong_digest",
			"The digest in the last line is not that of the file, which is right otherwise.", bothFiles()),
		kind: filing(func(_ simulator.FaultRule, to *simulator.FileFault) { to.WrongDigest = true }),
	}
}
