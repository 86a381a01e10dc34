package fault_test

import (
	"slices"
	"testing"

	"countersign/simulator"
)

func TestStatementDuplicateLineWritesALineTwice(t *testing.T) {
	t.Parallel()
	got := applied(t, simulator.FaultRule{Fault: "statement_duplicate_line"})
	if got != (simulator.Disposition{File: simulator.FileFault{Duplicate: true}}) {
		t.Errorf("got %+v", got)
	}
	if done := complete(t, simulator.FaultRule{Fault: "statement_duplicate_line"}); done.Point != simulator.PointStatement ||
		!slices.Equal(done.Operations, []simulator.Operation{simulator.OpStatement, simulator.OpAgreementFile}) {
		t.Errorf("completed to %+v", done)
	}
	refused(t, map[string]simulator.FaultRule{"copies": {Fault: "statement_duplicate_line", Copies: 2}}, "copies")
}
