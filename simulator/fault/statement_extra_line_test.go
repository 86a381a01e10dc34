package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestStatementExtraLineAddsALineOfTheAmount(t *testing.T) {
	t.Parallel()
	got := applied(t, simulator.FaultRule{Fault: "statement_extra_line", Amount: 77})
	if got != (simulator.Disposition{File: simulator.FileFault{Extra: true, Amount: 77}}) {
		t.Errorf("got %+v", got)
	}
	complete(t, simulator.FaultRule{Fault: "statement_extra_line", Operation: simulator.OpAgreementFile})
	refused(t, map[string]simulator.FaultRule{
		"a negative one":            {Fault: "statement_extra_line", Amount: -1},
		"where nothing has amounts": {Fault: "statement_extra_line", Amount: 1, Operation: simulator.OpAgreementFile},
	}, "amount")
}
