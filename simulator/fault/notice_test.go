package fault_test

import (
	"testing"

	"countersign/simulator"
	"countersign/simulator/fault"
)

// isVariant holds what a fault around a notification writes.
func isVariant(t *testing.T, rule simulator.FaultRule, want simulator.NoticeFault) {
	t.Helper()
	if got := applied(t, rule); got != (simulator.Disposition{Notice: want}) {
		t.Errorf("got %+v", got)
	}
	if done := complete(t, rule); done.Point != simulator.PointNotifying {
		t.Errorf("point %s", done.Point)
	}
	rule.Operation = simulator.OpCharge
	refused(t, map[string]simulator.FaultRule{"of a charge": rule}, "operation")
}

// selects asks a kind that is choosy about an event.
func selects(t *testing.T, rule simulator.FaultRule, at simulator.Moment) bool {
	t.Helper()
	kind, _ := fault.All().Kind(rule.Fault)
	choosy, is := kind.(simulator.SelectiveKind)
	if !is {
		t.Fatalf("%s is not selective", rule.Fault)
	}
	return choosy.Selects(complete(t, rule), at)
}
