package simulator_test

import (
	"testing"
	"time"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// struck is a stage with a fault rule in force.
func struck(t *testing.T, rule simulator.FaultRule) *stage {
	t.Helper()
	s := setStage(t)
	s.control(simulator.AddFault{Rule: rule})
	return s
}

func TestAWithheldReplyComesAfterTheDebit(t *testing.T) {
	t.Parallel()
	s := struck(t, simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge, Times: 1})
	c := s.rawCharge(sample.Person(1), 100)
	out := s.do(sample.WithholdingRaw, c)
	if !out.Reply.Withheld || out.Reply.Hold != nil || len(s.w.LedgerOf(c.OrderNo)) != 1 {
		t.Fatalf("reply %+v, ledger %+v", out.Reply, s.w.Ledger())
	}
	rows := s.w.Journal(out.Row-1, 1)
	if len(rows) != 1 || !rows[0].Committed || len(rows[0].Faults) != 1 || rows[0].Faults[0].Point != simulator.PointCommitted {
		t.Errorf("journal: %+v", rows)
	}
	wantCharge(t, s.do(sample.WithholdingRaw, c), simulator.ChargeSucceeded, "")
	if len(s.w.LedgerOf(c.OrderNo)) != 1 {
		t.Error("debited twice")
	}
}

func TestAnEarlierPointLosesTheRequestWithoutEffect(t *testing.T) {
	t.Parallel()
	for _, point := range []simulator.Point{simulator.PointBeforeReceive, simulator.PointReceived} {
		s := struck(t, simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge, Point: point, Times: 1})
		c := s.rawCharge(sample.Person(1), 100)
		out := s.do(sample.WithholdingRaw, c)
		if !out.Reply.Withheld || out.Charge != nil || len(s.w.Ledger()) != 0 {
			t.Errorf("%s: %+v", point, out)
		}
		if row := s.w.Journal(out.Row-1, 1)[0]; row.Committed || row.Result != "lost" {
			t.Errorf("%s: journal %+v", point, row)
		}
		wantProblem(t, s.do(sample.WithholdingRaw, simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}), simulator.ProblemOrderNotFound)
	}
}

func TestOnlyAReceivedRequestUsesItsJTIUp(t *testing.T) {
	t.Parallel()
	for point, problem := range map[simulator.Point]bool{simulator.PointBeforeReceive: false, simulator.PointReceived: true} {
		s := struck(t, simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpLimits, Point: point, Times: 1})
		in := simulator.Input{Now: s.now, Command: simulator.QueryLimits{}, Request: simulator.Request{
			ChannelID: sample.BankDirect, MemberNo: memberOf(sample.BankDirect), JTI: "jti-1",
		}}
		s.w.Step(in)
		if out := s.w.Step(in); (out.Problem != nil) != problem {
			t.Errorf("%s: %+v", point, out.Problem)
		}
	}
}

func TestHangAndSlowHoldTheAnswer(t *testing.T) {
	t.Parallel()
	s := struck(t, simulator.FaultRule{Fault: "hang", Operation: simulator.OpCharge, Times: 1})
	out := s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 1))
	if out.Reply.Hold == nil || !out.Reply.Hold.Until.IsZero() || !out.Reply.Withheld || out.Charge == nil {
		t.Errorf("hang: %+v", out.Reply)
	}
	s = struck(t, simulator.FaultRule{Fault: "slow", Operation: simulator.OpCharge, DelayMS: 15000, Times: 1})
	out = s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 1))
	if out.Reply.Hold == nil || !out.Reply.Hold.Until.Equal(s.now.Add(15*time.Second)) || out.Reply.Withheld || out.Charge == nil {
		t.Errorf("slow: %+v", out.Reply)
	}
}

func TestASlowRequestIsCarriedOutWhenItIsResumed(t *testing.T) {
	t.Parallel()
	for _, point := range []simulator.Point{simulator.PointBeforeReceive, simulator.PointReceived} {
		s := struck(t, simulator.FaultRule{Fault: "slow", Operation: simulator.OpCharge, Point: point, DelayMS: 15000})
		c := s.rawCharge(sample.Person(1), 100)
		in := simulator.Input{Now: s.now, Command: c, Request: simulator.Request{
			ChannelID: sample.WithholdingRaw, MemberNo: memberOf(sample.WithholdingRaw), JTI: "jti-1",
		}}
		out := s.w.Step(in)
		if out.Reply.Deferred != point || out.Charge != nil || len(s.w.Ledger()) != 0 {
			t.Fatalf("%s: %+v", point, out)
		}
		query := simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}
		wantProblem(t, s.do(sample.WithholdingRaw, query), simulator.ProblemOrderNotFound)
		s.pass(15 * time.Second)
		in.Now, in.Resumed = s.now, out.Reply.Deferred
		wantCharge(t, s.w.Step(in), simulator.ChargeSucceeded, "")
	}
}

func TestMaintenanceByFaultDoesNothing(t *testing.T) {
	t.Parallel()
	s := struck(t, simulator.FaultRule{Fault: "maintenance", Operation: simulator.OpCharge, Times: 1})
	c := s.rawCharge(sample.Person(1), 100)
	wantProblem(t, s.do(sample.WithholdingRaw, c), simulator.ProblemMaintenance)
	wantCharge(t, s.do(sample.WithholdingRaw, c), simulator.ChargeSucceeded, "")
}

func TestTheBankDeclinesForTheReasonAsked(t *testing.T) {
	t.Parallel()
	for op, row := range map[simulator.Operation]struct {
		reason simulator.Reason
		do     func(*stage) simulator.Reason
	}{
		simulator.OpCharge: {simulator.ReasonRiskRefused, func(s *stage) simulator.Reason {
			return s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 1)).Charge.Reason
		}},
		simulator.OpElementCheck: {simulator.ReasonElementsMismatch, func(s *stage) simulator.Reason {
			return s.do(sample.WithholdingRaw, simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)}).Check.Reason
		}},
		simulator.OpSigningApply: {simulator.ReasonSMSNotSent, func(s *stage) simulator.Reason {
			return s.do(sample.AgreementBank, apply("sgn_1")).Signing.Reason
		}},
		simulator.OpSigningConfirm: {simulator.ReasonCardFrozen, func(s *stage) simulator.Reason {
			s.do(sample.AgreementBank, apply("sgn_1"))
			return s.do(sample.AgreementBank, confirm("sgn_1", s.code(simulator.AboutSigning))).Signing.Reason
		}},
		simulator.OpBind: {simulator.ReasonElementsMismatch, func(s *stage) simulator.Reason {
			return s.do(sample.BindingPlatform, legacy("sgn_1")).Signing.Reason
		}},
		simulator.OpRefund: {simulator.ReasonCardCancelled, func(s *stage) simulator.Reason {
			c := s.rawCharge(sample.Person(1), 1)
			s.do(sample.WithholdingRaw, c)
			return s.do(sample.WithholdingRaw, refundOf(c, "rfd_1", 1)).Refund.Reason
		}},
	} {
		s := struck(t, simulator.FaultRule{Fault: "decline", Operation: op, Reason: row.reason, Times: 1})
		if got := row.do(s); got != row.reason {
			t.Errorf("%s: %q, want %q", op, got, row.reason)
		}
		if f := s.w.Faults()[0]; f.Struck != 1 || !f.Spent {
			t.Errorf("%s: %+v", op, f)
		}
	}
}

func TestAChargeWithCodeMeetsTheBankOnlyAtItsConfirm(t *testing.T) {
	t.Parallel()
	s, c := codeCharge(t)
	s.control(simulator.AddFault{Rule: simulator.FaultRule{
		Fault: "decline", Operation: simulator.OpCharge, Reason: simulator.ReasonInsufficientBalance,
	}})
	out := s.do(sample.CodeEveryPayment, confirmCharge(c, s.code(simulator.AboutPayment)))
	wantCharge(t, out, simulator.ChargeDeclined, simulator.ReasonInsufficientBalance)
}

func TestAChargeHeldForRiskStaysInProcessing(t *testing.T) {
	t.Parallel()
	s := struck(t, simulator.FaultRule{
		Fault: "decline", Operation: simulator.OpCharge, Reason: simulator.ReasonRiskHeld, Times: 1,
	})
	c := s.rawCharge(sample.Person(1), 100)
	wantCharge(t, s.do(sample.WithholdingRaw, c), simulator.ChargeProcessing, simulator.ReasonRiskHeld)
	s.pass(48 * time.Hour)
	wantCharge(t, s.do(sample.WithholdingRaw, simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}), simulator.ChargeProcessing, simulator.ReasonRiskHeld)
}

func TestRulesStrikeWhatTheySelect(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		when  simulator.When
		times int
		want  []bool // of six charges of 1..6 fen by persons 1 and 2 in turn
	}{
		"everything":               {simulator.When{}, 0, []bool{true, true, true, true, true, true}},
		"a budget":                 {simulator.When{}, 2, []bool{true, true, false, false, false, false}},
		"the third":                {simulator.When{Nth: 3}, 0, []bool{false, false, true, false, false, false}},
		"every second":             {simulator.When{Every: 2}, 0, []bool{false, true, false, true, false, true}},
		"a card":                   {simulator.When{CardLast4: "0002"}, 0, []bool{false, true, false, true, false, true}},
		"a card's second":          {simulator.When{CardLast4: "0002", Nth: 2}, 0, []bool{false, false, false, true, false, false}},
		"an amount":                {simulator.When{Amount: 5}, 0, []bool{false, false, false, false, true, false}},
		"an order":                 {simulator.When{OrderNo: "ord_4"}, 0, []bool{false, false, false, true, false, false}},
		"the member":               {simulator.When{MemberNo: memberOf(sample.WithholdingRaw)}, 1, []bool{true, false, false, false, false, false}},
		"another member":           {simulator.When{MemberNo: memberOf(sample.BankDirect)}, 0, []bool{false, false, false, false, false, false}},
		"another channel":          {simulator.When{ChannelID: sample.BankDirect}, 0, []bool{false, false, false, false, false, false}},
		"a thousand of a thousand": {simulator.When{Permille: 1000}, 0, []bool{true, true, true, true, true, true}},
	} {
		s := struck(t, simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge, When: row.when, Times: row.times})
		for i, want := range row.want {
			c := s.rawCharge(sample.Person(1+i%2), 1)
			c.Amount += money.Fen(i)
			if got := s.do(sample.WithholdingRaw, c).Reply.Withheld; got != want {
				t.Errorf("%s: charge %d struck = %v", name, i+1, got)
			}
		}
	}
}

func TestARateIsDrawnFromTheSeedAndAboutRight(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) (pattern []bool, strikes int) {
		w := simulator.NewWorld("wld_test", seed, sample.Start, sample.Template(), fault.All())
		s := &stage{t: t, w: w, now: sample.Start}
		s.control(simulator.AddMember{Member: simulator.Member{MemberNo: memberOf(sample.BankDirect), ChannelID: sample.BankDirect}})
		s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpLimits, When: simulator.When{Permille: 200}}})
		for range 1000 {
			withheld := s.do(sample.BankDirect, simulator.QueryLimits{}).Reply.Withheld
			pattern = append(pattern, withheld)
			if withheld {
				strikes++
			}
		}
		return pattern, strikes
	}
	one, strikes := run(1)
	again, _ := run(1)
	two, _ := run(2)
	same, differs := true, false
	for i := range one {
		same = same && one[i] == again[i]
		differs = differs || one[i] != two[i]
	}
	if !same || !differs || strikes < 150 || strikes > 250 {
		t.Errorf("same seed same = %v, other seed differs = %v, strikes %d", same, differs, strikes)
	}
}

func TestARuleEndsWithItsExpiryAndCanBeRemoved(t *testing.T) {
	t.Parallel()
	s := struck(t, simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpLimits, ExpiresAt: sample.Start.Add(time.Minute)})
	withheld := func() bool { return s.do(sample.BankDirect, simulator.QueryLimits{}).Reply.Withheld }
	if !withheld() {
		t.Error("not in force")
	}
	s.pass(time.Minute)
	if withheld() || !s.w.Faults()[0].Spent {
		t.Error("in force after its expiry")
	}
	id := s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpLimits}}).FaultID
	if !withheld() {
		t.Error("the second rule is not in force")
	}
	s.control(simulator.RemoveFault{ID: id})
	if withheld() || len(s.w.Faults()) != 1 {
		t.Error("in force after its removal")
	}
	s.control(simulator.RemoveFault{})
	if len(s.w.Faults()) != 0 {
		t.Error("not all removed")
	}
	wantProblem(t, s.w.Step(simulator.Input{Now: s.now, Command: simulator.RemoveFault{ID: "flt_none"}}), simulator.ProblemNotFound)
}

func TestRulesThatCannotMatchThisWorldAreRefused(t *testing.T) {
	t.Parallel()
	for field, rule := range map[string]simulator.FaultRule{
		"fault":           {Fault: "gremlins"},
		"expires_at":      {Fault: "hang", ExpiresAt: sample.Start},
		"when.channel_id": {Fault: "hang", When: simulator.When{ChannelID: "none"}},
		"when.member_no":  {Fault: "hang", When: simulator.When{MemberNo: "M-none"}},
		"id":              {Fault: "hang", ID: "flt_mine"},
	} {
		s := setStage(t)
		s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "slow", DelayMS: 1000, ID: "flt_mine"}})
		out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.AddFault{Rule: rule}})
		wantProblem(t, out, simulator.ProblemInvalidRequest)
		if out.Problem.Field != field || len(s.w.Faults()) != 1 {
			t.Errorf("%s: field %q", field, out.Problem.Field)
		}
	}
}

func TestAWorldWithoutFaultsRefusesRules(t *testing.T) {
	t.Parallel()
	w := simulator.NewWorld("wld_test", 1, sample.Start, sample.Template(), nil)
	wantProblem(t, w.Step(simulator.Input{Now: sample.Start, Command: simulator.AddFault{}}), simulator.ProblemInvalidRequest)
}
