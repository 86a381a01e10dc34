package fault_test

import (
	"slices"
	"testing"

	"countersign/simulator"
)

func TestMaintenanceIsSaidAndQueriesAreSpared(t *testing.T) {
	t.Parallel()
	rule := simulator.FaultRule{Fault: "maintenance"}
	if got := applied(t, rule); got != (simulator.Disposition{Maintenance: true}) {
		t.Errorf("got %+v", got)
	}
	done := complete(t, rule)
	if done.Point != simulator.PointReceived || slices.Contains(done.Operations, simulator.OpChargeQuery) {
		t.Errorf("got %+v", done)
	}
}
