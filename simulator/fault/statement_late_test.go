package fault_test

import (
	"testing"
	"time"

	"countersign/simulator"
)

func TestStatementLateKeepsTheFileBackForItsDelay(t *testing.T) {
	t.Parallel()
	got := applied(t, simulator.FaultRule{Fault: "statement_late", DelayMS: 7_200_000})
	if got != (simulator.Disposition{File: simulator.FileFault{Late: 2 * time.Hour}}) {
		t.Errorf("got %+v", got)
	}
	refused(t, map[string]simulator.FaultRule{
		"none": {Fault: "statement_late"}, "negative": {Fault: "statement_late", DelayMS: -1},
		"more than 30 days": {Fault: "statement_late", DelayMS: 2_592_000_001},
	}, "delay_ms")
}
