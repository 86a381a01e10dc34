package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestStatementLateLineMovesALineOfAStatementOnly(t *testing.T) {
	t.Parallel()
	got := applied(t, simulator.FaultRule{Fault: "statement_late_line"})
	if got != (simulator.Disposition{File: simulator.FileFault{LateLine: true}}) {
		t.Errorf("got %+v", got)
	}
	refused(t, map[string]simulator.FaultRule{
		"an agreement file": {Fault: "statement_late_line", Operation: simulator.OpAgreementFile},
	}, "operation")
}
