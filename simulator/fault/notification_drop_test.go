package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestADroppedNotificationIsNotSent(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{Fault: "notification_drop", When: simulator.When{OrderNo: "ord_1", Amount: 5}}
	if got := applied(t, rule); got != (simulator.Disposition{Notice: simulator.NoticeFault{Drop: true}}) {
		t.Errorf("got %+v", got)
	}
	if done := complete(t, rule); done.Point != simulator.PointNotifying {
		t.Errorf("got %+v", done)
	}
}
