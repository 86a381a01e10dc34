package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestStatementWrongAmountChangesALine(t *testing.T) {
	t.Parallel()
	got := applied(t, simulator.FaultRule{Fault: "statement_wrong_amount", Amount: 5})
	if got != (simulator.Disposition{File: simulator.FileFault{Altered: true, Amount: 5}}) {
		t.Errorf("got %+v", got)
	}
	refused(t, map[string]simulator.FaultRule{"a negative one": {Fault: "statement_wrong_amount", Amount: -1}}, "amount")
	refused(t, map[string]simulator.FaultRule{
		"no amounts there": {Fault: "statement_wrong_amount", Operation: simulator.OpAgreementFile},
	}, "operation")
}
