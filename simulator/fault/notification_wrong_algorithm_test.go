package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestANotificationOfAWrongAlgorithmIsOfItsVariant(t *testing.T) {
	t.Parallel()
	isVariant(t, simulator.FaultRule{Fault: "notification_wrong_algorithm"}, simulator.NoticeFault{Variant: simulator.VariantWrongAlgorithm})
	refused(t, map[string]simulator.FaultRule{"a parameter": {Fault: "notification_wrong_algorithm", Copies: 2}}, "copies")
}
