package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestAStaleNotificationIsOfItsVariant(t *testing.T) {
	t.Parallel()
	isVariant(t, simulator.FaultRule{Fault: "notification_stale"}, simulator.NoticeFault{Variant: simulator.VariantStale})
	refused(t, map[string]simulator.FaultRule{"a parameter": {Fault: "notification_stale", Copies: 2}}, "copies")
}
