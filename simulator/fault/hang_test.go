package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestAHangNeverAnswers(t *testing.T) {
	t.Parallel()
	if got := applied(t, simulator.FaultRule{Fault: "hang", Operation: simulator.OpCharge}); got != (simulator.Disposition{Hang: true}) {
		t.Errorf("got %+v", got)
	}
}
