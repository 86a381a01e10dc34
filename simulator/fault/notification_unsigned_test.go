package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestAnUnsignedNotificationIsOfItsVariant(t *testing.T) {
	t.Parallel()
	isVariant(t, simulator.FaultRule{Fault: "notification_unsigned"}, simulator.NoticeFault{Variant: simulator.VariantUnsigned})
	refused(t, map[string]simulator.FaultRule{"a parameter": {Fault: "notification_unsigned", Copies: 2}}, "copies")
}
