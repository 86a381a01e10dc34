package fault_test

import (
	"testing"
	"time"

	"countersign/simulator"
)

func TestALateNotificationTakesTheDelay(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{Fault: "notification_late", DelayMS: 3600000}
	if got := applied(t, rule); got != (simulator.Disposition{Notice: simulator.NoticeFault{Late: time.Hour}}) {
		t.Errorf("got %+v", got)
	}
	refused(t, map[string]simulator.FaultRule{"no delay": {Fault: "notification_late"}}, "delay_ms")
}
