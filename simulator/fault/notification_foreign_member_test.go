package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestANotificationOfAForeignMemberIsOfItsVariant(t *testing.T) {
	t.Parallel()
	isVariant(t, simulator.FaultRule{Fault: "notification_foreign_member"}, simulator.NoticeFault{Variant: simulator.VariantForeignMember})
	refused(t, map[string]simulator.FaultRule{"a parameter": {Fault: "notification_foreign_member", Copies: 2}}, "copies")
}
