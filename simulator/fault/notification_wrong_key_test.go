package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestANotificationOfAWrongKeyIsOfItsVariant(t *testing.T) {
	t.Parallel()
	isVariant(t, simulator.FaultRule{Fault: "notification_wrong_key"}, simulator.NoticeFault{Variant: simulator.VariantWrongKey})
	refused(t, map[string]simulator.FaultRule{"a parameter": {Fault: "notification_wrong_key", Copies: 2}}, "copies")
}
