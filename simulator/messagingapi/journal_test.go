package messagingapi

import (
	"net/http"
	"testing"

	"countersign/simulator"
)

func TestEveryMessageThatWasAnsweredHasItsStatusInTheJournal(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	g.fault(simulator.FaultRule{Fault: "sms_lose", Operation: simulator.OpSendSMS, When: simulator.When{Nth: 2}})
	g.fault(simulator.FaultRule{Fault: "sms_late", Operation: simulator.OpSendSMS, DelayMS: 5000, When: simulator.When{Nth: 3}})
	g.fault(simulator.FaultRule{Fault: "sms_reorder", Operation: simulator.OpSendSMS, When: simulator.When{Nth: 4}})
	numbers := []string{"msg_0001", "msg_0002", "msg_0003", "msg_0004", "msg_0005", "msg_0001"} // the last is a repeat
	for _, no := range numbers {
		if status, body := g.post("/v1/sms", sms(no, "【小贷】验证码012345，5分钟内有效。")); status != http.StatusAccepted {
			t.Fatalf("%s: %d %s", no, status, body)
		}
	}
	answered := 0
	err := g.engine.Read(g.world.ID, func(w *simulator.World) {
		for _, row := range w.Journal(0, 0) {
			switch row.AnswerStatus() {
			case http.StatusAccepted:
				answered++
			case 0:
			default:
				t.Errorf("row %d says %d", row.Seq, row.AnswerStatus())
			}
		}
	})
	if err != nil || answered != len(numbers) {
		t.Errorf("%d of %d messages have their answer, %v", answered, len(numbers), err)
	}
}
