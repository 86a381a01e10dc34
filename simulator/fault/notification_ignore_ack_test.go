package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestAnIgnoredAcknowledgementIsLost(t *testing.T) {
	t.Parallel()
	isVariant(t, simulator.FaultRule{Fault: "notification_ignore_ack"}, simulator.NoticeFault{IgnoreAck: true})
}
