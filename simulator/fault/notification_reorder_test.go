package fault_test

import (
	"testing"
	"time"

	"countersign/simulator"
)

func TestAReorderedNotificationIsHeldAMinuteAtTheLongest(t *testing.T) {
	t.Parallel()
	isVariant(t, simulator.FaultRule{Fault: "notification_reorder"}, simulator.NoticeFault{Reorder: time.Minute})
	isVariant(t, simulator.FaultRule{Fault: "notification_reorder", DelayMS: 5000}, simulator.NoticeFault{Reorder: 5 * time.Second})
	refused(t, map[string]simulator.FaultRule{"negative": {Fault: "notification_reorder", DelayMS: -1}}, "delay_ms")
}
