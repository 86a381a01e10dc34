package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestAnEarlyNotificationStrikesAtTheCommit(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{Fault: "notification_early"}
	if got := applied(t, rule); got != (simulator.Disposition{Notice: simulator.NoticeFault{Early: true}}) {
		t.Errorf("got %+v", got)
	}
	if done := complete(t, rule); done.Point != simulator.PointCommitted {
		t.Errorf("point %s", done.Point)
	}
	rule.Point = simulator.PointNotifying
	refused(t, map[string]simulator.FaultRule{"too late": rule}, "point")
}
