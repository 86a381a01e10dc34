package fault_test

import (
	"testing"

	"countersign/simulator"
)

func TestAnAlteredNotificationTakesAnAmount(t *testing.T) {
	t.Parallel()
	isVariant(t, simulator.FaultRule{Fault: "notification_altered", Amount: 7}, simulator.NoticeFault{Variant: simulator.VariantAltered, Amount: 7})
	complete(t, simulator.FaultRule{Fault: "notification_altered", When: simulator.When{EventType: simulator.EventAgreementEnded}})
	refused(t, map[string]simulator.FaultRule{
		"no amount there": {Fault: "notification_altered", Amount: 7, When: simulator.When{EventType: simulator.EventAgreementEnded}},
	}, "when.event_type")
}
