package fault_test

import (
	"slices"
	"testing"

	"countersign/simulator"
)

func TestStatementMissingLineLeavesALineOut(t *testing.T) {
	t.Parallel()
	got := applied(t, simulator.FaultRule{Fault: "statement_missing_line"})
	if got != (simulator.Disposition{File: simulator.FileFault{Missing: true}}) {
		t.Errorf("got %+v", got)
	}
	if done := complete(t, simulator.FaultRule{Fault: "statement_missing_line"}); done.Point != simulator.PointStatement ||
		!slices.Equal(done.Operations, []simulator.Operation{simulator.OpStatement, simulator.OpAgreementFile}) {
		t.Errorf("completed to %+v", done)
	}
	refused(t, map[string]simulator.FaultRule{"an amount": {Fault: "statement_missing_line", Amount: 1}}, "amount")
	refused(t, map[string]simulator.FaultRule{"no file": {Fault: "statement_missing_line", Operation: simulator.OpCharge}}, "operation")
}
