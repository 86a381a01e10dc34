package simulator_test

import (
	"testing"
	"time"

	"countersign/internal/cardholder"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// smsTo is a message of the platform to the first person.
func smsTo(t *testing.T, number string) simulator.SendSMS {
	t.Helper()
	mobile, err := cardholder.NewMobile(sample.Mobile(1))
	if err != nil {
		t.Fatal(err)
	}
	return simulator.SendSMS{MessageNo: number, About: simulator.AboutPlatformCode, Mobile: mobile, Text: "验证码012345", Reference: "pay_1"}
}

func TestAnAnswerThatBreaksBeforeTheCommitIsThatOfAGateway(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]simulator.AnswerMessage{
		"truncate": simulator.MessageGatewayError, "gzip_bomb": simulator.MessageGatewayError, "reset": "",
	} {
		s := struck(t, simulator.FaultRule{Fault: name, Operation: simulator.OpLimits, Point: simulator.PointReceived})
		out := s.do(sample.AgreementBank, simulator.QueryLimits{})
		if out.Reply.Wire.Ending != simulator.Ending(name) || out.Reply.Answer.Message != want || out.Limits != nil {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

func TestAMessagePassesThePointsOfARequest(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule     simulator.FaultRule
		sent     int
		withheld bool
		result   string
	}{
		{simulator.FaultRule{Fault: "withhold_reply", Point: simulator.PointBeforeReceive}, 0, true, "lost"},
		{simulator.FaultRule{Fault: "withhold_reply", Point: simulator.PointReceived}, 0, true, "lost"},
		{simulator.FaultRule{Fault: "withhold_reply"}, 1, true, "arrived"},
		{simulator.FaultRule{Fault: "reset", Point: simulator.PointBeforeReceive}, 0, false, "lost"},
		{simulator.FaultRule{Fault: "reset"}, 1, false, "arrived"},
		{simulator.FaultRule{Fault: "hang", Point: simulator.PointReceived}, 0, true, "held"},
		{simulator.FaultRule{Fault: "gateway_error", Point: simulator.PointReceived}, 0, false, "gateway_error"},
		{simulator.FaultRule{Fault: "system_busy"}, 1, false, "arrived"},
	} {
		row.rule.Operation, row.rule.When = simulator.OpSendSMS, simulator.When{OrderNo: "pay_1"}
		s := struck(t, row.rule)
		out := s.w.Step(simulator.Input{Now: s.now, Command: smsTo(t, "msg_1")})
		if len(s.w.Messages(simulator.MessageFilter{})) != row.sent || out.Reply.Withheld != row.withheld || out.Problem != nil {
			t.Errorf("%+v: %+v", row.rule, out)
		}
		rows := s.w.Journal(out.Row-1, 1)
		if len(rows) != 1 || rows[0].Result != row.result || len(rows[0].Faults) != 1 || rows[0].Operation != simulator.OpSendSMS {
			t.Errorf("%+v: journal %+v", row.rule, rows)
		}
	}
}

func TestAHeldMessageIsSentWhenItGoesOn(t *testing.T) {
	t.Parallel()
	s := struck(t, simulator.FaultRule{Fault: "slow", Operation: simulator.OpSendSMS, Point: simulator.PointBeforeReceive, DelayMS: 1000})
	out := s.w.Step(simulator.Input{Now: s.now, Command: smsTo(t, "msg_1")})
	if out.Reply.Hold == nil || !out.Reply.Hold.Until.Equal(sample.Start.Add(time.Second)) || len(s.w.Messages(simulator.MessageFilter{})) != 0 {
		t.Fatalf("%+v", out)
	}
	out = s.w.Step(simulator.Input{Now: s.now, Command: smsTo(t, "msg_1"), Resumed: out.Reply.Deferred})
	if out.Reply.Hold != nil || len(s.w.Messages(simulator.MessageFilter{})) != 1 {
		t.Errorf("%+v", out)
	}
}
