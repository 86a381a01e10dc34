package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestANotificationOfAForeignKeyIsOfItsVariant(t *testing.T) {
	t.Parallel()
	isVariant(t, simulator.FaultRule{Fault: "notification_foreign_key"}, simulator.NoticeFault{Variant: simulator.VariantForeignKey})
	refused(t, map[string]simulator.FaultRule{"a parameter": {Fault: "notification_foreign_key", Copies: 2}}, "copies")
}
