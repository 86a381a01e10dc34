package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestADuplicatedNotificationHasOneCopyMoreUnlessTold(t *testing.T) {
	t.Parallel()
	for copies, want := range map[int]int{0: 1, 1: 1, 3: 3} {
		rule := simulator.FaultRule{Fault: "notification_duplicate", Copies: copies}
		if got := applied(t, rule); got != (simulator.Disposition{Notice: simulator.NoticeFault{Copies: want}}) {
			t.Errorf("copies %d: got %+v", copies, got)
		}
	}
}

func TestCopiesAreBounded(t *testing.T) {
	t.Parallel()
	refused(t, map[string]simulator.FaultRule{
		"too many": {Fault: "notification_duplicate", Copies: 10001}, "negative": {Fault: "notification_duplicate", Copies: -1},
	}, "copies")
}
