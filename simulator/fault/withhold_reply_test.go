package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestAReplyIsWithheldAfterTheCommitUnlessAnEarlierPointIsGiven(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge}
	if got := applied(t, rule); got != (simulator.Disposition{Withhold: true}) {
		t.Errorf("got %+v", got)
	}
	if got := complete(t, rule).Point; got != simulator.PointCommitted {
		t.Errorf("point %s", got)
	}
	for _, point := range []simulator.Point{simulator.PointReceived, simulator.PointBeforeReceive} {
		rule.Point = point
		if got := complete(t, rule).Point; got != point {
			t.Errorf("point %s", got)
		}
	}
}
