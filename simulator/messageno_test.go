package simulator_test

import (
	"fmt"
	"testing"

	"countersign/simulator"
)

func TestAGatewayMessageOfAKnownNumberIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	sms := simulator.SendSMS{MessageNo: "msg_0001", About: simulator.AboutPlatformCode, Template: "t", Mobile: mobile(t, 1), Text: "验证码012345", Reference: "pay_1"}
	first, again := s.control(sms), s.control(sms)
	if first.MessageID == "" || again.MessageID != first.MessageID || s.w.LastCursor() != 1 {
		t.Errorf("sent again: %+v %+v", first, again)
	}
	if rows := s.w.Journal(0, 0); len(rows) != 2 || rows[0].Result != "arrived" || rows[1].Committed || again.Row != rows[1].Seq {
		t.Errorf("journal: %+v", rows)
	}
	for name, change := range map[string]func(*simulator.SendSMS){
		"text":     func(c *simulator.SendSMS) { c.Text = "验证码543210" },
		"mobile":   func(c *simulator.SendSMS) { c.Mobile = mobile(t, 2) },
		"about":    func(c *simulator.SendSMS) { c.About = simulator.AboutPlatformNotice },
		"template": func(c *simulator.SendSMS) { c.Template = "u" },
		"ref":      func(c *simulator.SendSMS) { c.Reference = "pay_2" },
	} {
		other := sms
		change(&other)
		out := s.w.Step(simulator.Input{Now: s.now, Command: other})
		if out.Problem == nil || out.Problem.Code != simulator.ProblemNumberReused || out.Problem.Field != "message_no" {
			t.Errorf("another %s: %+v", name, out.Problem)
		}
	}
	weChat := simulator.SendWeChat{MessageNo: "msg_0001", About: sms.About, OpenID: "wx-1", Text: sms.Text}
	wantProblem(t, s.w.Step(simulator.Input{Now: s.now, Command: weChat}), simulator.ProblemNumberReused)
	if s.w.LastCursor() != 1 {
		t.Errorf("%d messages", s.w.LastCursor())
	}
}

func TestMessageNumbersAreForgottenInTheEnd(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	send := func(n int) simulator.Outcome {
		return s.control(simulator.SendWeChat{
			MessageNo: fmt.Sprintf("msg_%05d", n), About: simulator.AboutPlatformNotice, OpenID: "wx-1", Text: "已扣款",
		})
	}
	const kept = 10_000
	for n := range 3*kept + 1 {
		send(n)
	}
	if numbers := s.w.Export().MessageNos; numbers > 2*kept {
		t.Errorf("%d numbers are kept", numbers)
	}
	before := s.w.LastCursor()
	send(2*kept + 1) // a recent one
	if s.w.LastCursor() != before {
		t.Error("a recent number was forgotten")
	}
	send(0)
	if s.w.LastCursor() != before+1 {
		t.Error("the oldest number is still known")
	}
}
