package simulator_test

import (
	"testing"
	"time"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

func TestAChannelInMaintenanceDoesNothingNewButAnswersQueries(t *testing.T) {
	t.Parallel()
	s, c := codeCharge(t)
	code := s.code(simulator.AboutPayment)
	messages := len(s.w.Messages(simulator.MessageFilter{}))
	s.control(simulator.SwitchChannel{ChannelID: sample.CodeEveryPayment, Maintenance: new(true)})
	s.pass(time.Minute)
	for name, command := range map[string]simulator.Command{
		"element check": simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)},
		"signing":       apply("sgn_x"),
		"resend":        simulator.ResendSigningCode{SignNo: "sgn_1"},
		"charge":        s.newCharge(c.AgreementNo, "payer-1", 100),
		"repeat":        c,
		"confirm":       confirmCharge(c, code),
		"code again":    resendCharge(c),
		"refund":        refundOf(c, "rfd_1", 1),
	} {
		if out := s.do(sample.CodeEveryPayment, command); out.Problem == nil || out.Problem.Code != simulator.ProblemMaintenance {
			t.Errorf("%s: %+v", name, out.Problem)
		}
	}
	if len(s.w.Messages(simulator.MessageFilter{})) != messages || len(s.w.Ledger()) != 0 {
		t.Error("something was done")
	}
	for name, command := range map[string]simulator.Command{
		"charge query": simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}, "signing query": simulator.QuerySigning{SignNo: "sgn_1"},
		"agreement query": simulator.QueryAgreement{AgreementNo: c.AgreementNo}, "limits": simulator.QueryLimits{},
		"close": simulator.CloseCharge{OrderNo: "ord_other", OrderTime: s.now},
	} {
		if out := s.do(sample.CodeEveryPayment, command); out.Problem != nil {
			t.Errorf("%s: %+v", name, out.Problem)
		}
	}
	s.control(simulator.SwitchChannel{ChannelID: sample.CodeEveryPayment, Maintenance: new(false)})
	wantCharge(t, s.do(sample.CodeEveryPayment, confirmCharge(c, code)), simulator.ChargeSucceeded, "")
}

func TestMaintenanceOfOneChannelLeavesOthersOpen(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.control(simulator.SwitchChannel{ChannelID: sample.AgreementBank, Maintenance: new(true)})
	wantProblem(t, s.do(sample.AgreementBank, apply("sgn_1")), simulator.ProblemMaintenance)
	wantSigning(t, s.do(sample.AgreementThirdParty, apply("sgn_1")), simulator.SigningCodeSent, "")
}

func TestMaintenanceByTheClock(t *testing.T) {
	t.Parallel()
	u := sample.Universe()
	u.Channels[4].Maintenance = []simulator.Window{{From: "12:30", To: "12:45"}}
	template, err := simulator.Compile(u)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, now: sample.Start, w: simulator.NewWorld("wld_test", 7, sample.Start, template, nil)}
	s.control(simulator.AddMember{Member: simulator.Member{MemberNo: memberOf(sample.WithholdingRaw), ChannelID: sample.WithholdingRaw}})
	wantCharge(t, s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 1)), simulator.ChargeSucceeded, "")
	s.pass(30 * time.Minute)
	wantProblem(t, s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 1)), simulator.ProblemMaintenance)
	s.pass(15 * time.Minute)
	wantCharge(t, s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 1)), simulator.ChargeSucceeded, "")
}

func TestARetiredChannelChargesNoMoreButRefundsAndTells(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	c := s.rawCharge(sample.Person(1), 100)
	s.do(sample.WithholdingRaw, c)
	s.control(simulator.SwitchChannel{ChannelID: sample.WithholdingRaw, Retired: new(true)})
	wantProblem(t, s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 100)), simulator.ProblemChannelRetired)
	wantProblem(t, s.do(sample.WithholdingRaw, simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)}), simulator.ProblemChannelRetired)
	wantCharge(t, s.do(sample.WithholdingRaw, simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}), simulator.ChargeSucceeded, "")
	wantRefund(t, s.do(sample.WithholdingRaw, refundOf(c, "rfd_1", 100)), simulator.RefundSucceeded, "")
	for _, channel := range s.w.Channels() {
		if channel.Open == (channel.Profile.ChannelID == sample.WithholdingRaw) {
			t.Errorf("%s: open = %v", channel.Profile.ChannelID, channel.Open)
		}
	}
}

func TestLimitsAreAnsweredAsTheyAreNow(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.profile(sample.AgreementBank, func(p *simulator.Profile) { p.Banks[1].Limits.Single = 77 })
	out := s.do(sample.AgreementBank, simulator.QueryLimits{})
	if len(out.Limits) != 2 || out.Limits[0].Limits.Daily != 800_000 || out.Limits[1].Limits.Single != 77 {
		t.Errorf("got %+v", out.Limits)
	}
	if out := s.do(sample.AgreementThirdParty, simulator.QueryLimits{}); out.Limits[1].Limits.Single != 0 {
		t.Error("another channel's limits changed")
	}
}

func TestControlCommandsThatMakeNoSenseNameTheMember(t *testing.T) {
	t.Parallel()
	card := sample.Person(1).CardNumber
	for name, row := range map[string]struct {
		command simulator.Command
		field   string
	}{
		"unknown channel":       {simulator.SwitchChannel{ChannelID: "none"}, "channel_id"},
		"member of no channel":  {simulator.AddMember{Member: simulator.Member{MemberNo: "M1", ChannelID: "none"}}, "channel_id"},
		"member of no number":   {simulator.AddMember{Member: simulator.Member{ChannelID: sample.BankDirect}}, "member_no"},
		"unknown bank":          {simulator.ChangeBank{Bank: "NONE"}, "bank"},
		"settling before":       {simulator.ChangeBank{Bank: "CMB", SettleAfterSeconds: new(-1)}, "settle_after_seconds"},
		"texting before":        {simulator.ChangeBank{Bank: "CMB", SMSDelaySeconds: new(-1)}, "sms_delay_seconds"},
		"unknown card":          {simulator.ChangeAccount{CardNumber: sample.Person(99).CardNumber}, ""},
		"unknown state":         {simulator.ChangeAccount{CardNumber: card, State: new(simulator.CardState("melted"))}, "state"},
		"balance below zero":    {simulator.ChangeAccount{CardNumber: card, Balance: new(money.Fen(-1))}, "balance"},
		"account without parts": {simulator.PutAccount{}, "account"},
		"account below zero":    {simulator.PutAccount{Account: simulator.Account{Holder: sample.Person(9), Balance: -1}}, "account.balance"},
		"account of no state":   {simulator.PutAccount{Account: simulator.Account{Holder: sample.Person(9), State: "melted"}}, "account.state"},
		"no such notification":  {simulator.Redeliver{EventID: "evt_none"}, "event_id"},
		"no such delivery":      {simulator.Delivered{EventID: "evt_none"}, ""},
	} {
		s := setStage(t)
		out := s.w.Step(simulator.Input{Now: s.now, Command: row.command})
		if out.Problem == nil || out.Problem.Field != row.field {
			t.Errorf("%s: %+v", name, out.Problem)
		}
	}
}

func TestACardCanBeAddedAndReplaced(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	who := sample.Person(8)
	wantCharge(t, s.do(sample.WithholdingRaw, s.rawCharge(who, 1)), simulator.ChargeDeclined, simulator.ReasonElementsMismatch)
	s.control(simulator.PutAccount{Account: simulator.Account{Holder: who, Balance: 10}})
	wantCharge(t, s.do(sample.WithholdingRaw, s.rawCharge(who, 1)), simulator.ChargeSucceeded, "")
	s.control(simulator.PutAccount{Account: simulator.Account{Holder: who, Balance: 100}})
	if got := s.balance(who); got != 100 {
		t.Errorf("balance %d", got)
	}
	views := s.w.Accounts()
	if len(views) != 4 || views[3].Bank != "CMB" {
		t.Errorf("accounts: %+v", views)
	}
}
