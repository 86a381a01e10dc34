package fault_test

import (
	"testing"
	"time"

	"countersign/simulator"
)

func TestAReplayTakesADelay(t *testing.T) {
	t.Parallel()
	isVariant(t, simulator.FaultRule{Fault: "notification_replay", DelayMS: 60000}, simulator.NoticeFault{Replay: time.Minute})
	refused(t, map[string]simulator.FaultRule{"no delay": {Fault: "notification_replay"}}, "delay_ms")
}
