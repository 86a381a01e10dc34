package messagingapi

import (
	"net/http"
	"testing"
	"time"

	"countersign/simulator"
)

// fault puts a rule in force.
func (g *gateway) fault(rule simulator.FaultRule) {
	g.t.Helper()
	out, err := g.engine.Do(g.t.Context(), g.world.ID, simulator.Input{Command: simulator.AddFault{Rule: rule}})
	if err != nil || out.Problem != nil {
		g.t.Fatal(err, out.Problem)
	}
}

func TestTheGatewayTakesWhatTheNetworkLosesOrDelays(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	g.fault(simulator.FaultRule{Fault: "sms_lose", Operation: simulator.OpSendSMS, When: simulator.When{Nth: 1}})
	g.fault(simulator.FaultRule{Fault: "sms_late", Operation: simulator.OpSendSMS, DelayMS: 5000, When: simulator.When{Nth: 2}})
	for _, no := range []string{"msg_0001", "msg_0002", "msg_0001"} { // the third is a repeat, and not sent again
		if status, body := g.post("/v1/sms", sms(no, "【小贷】验证码012345，5分钟内有效。")); status != http.StatusAccepted {
			t.Fatalf("%s: %d %s", no, status, body)
		}
	}
	if got := g.inbox(); len(got) != 0 {
		t.Fatalf("arrived: %+v", got)
	}
	if _, err := g.engine.SetClock(t.Context(), g.world.ID, time.Unix(1528284605, 0)); err != nil {
		t.Fatal(err)
	}
	if got := g.inbox(); len(got) != 1 || got[0].Code != "012345" || len(got[0].Faults) != 1 {
		t.Errorf("got %+v", got)
	}
}
