package simulator_test

import (
	"testing"
	"time"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

func TestAChargeByAgreementDebitsOnceAndWritesTheLedger(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	c := s.newCharge(no, "payer-1", 12_345)
	out := s.do(sample.AgreementBank, c)
	wantCharge(t, out, simulator.ChargeSucceeded, "")
	if out.Charge.ChannelRef != "dbt_00000001" || !out.Charge.DebitedAt.Equal(s.now) {
		t.Errorf("reference %q at %s", out.Charge.ChannelRef, out.Charge.DebitedAt)
	}
	if out.Charge.AgreementNo != no || !out.Charge.FinishedAt.Equal(s.now) || out.Charge.MaskedCard != sample.Person(1).CardNumber.Masked() {
		t.Errorf("view: %+v", out.Charge)
	}
	rows := s.w.LedgerOf(c.OrderNo)
	if len(rows) != 1 || rows[0].Amount != 12_345 || rows[0].Kind != simulator.LedgerDebit || rows[0].AgreementNo != no {
		t.Errorf("ledger: %+v", rows)
	}
	if got := s.balance(sample.Person(1)); got != 1_000_000-12_345 {
		t.Errorf("balance %d", got)
	}
}

func TestAgreementsThatDoNotPay(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		channel string
		spoil   func(*stage, string, *simulator.ApplyCharge)
		reason  simulator.Reason
	}{
		"unknown":           {sample.AgreementBank, func(_ *stage, _ string, c *simulator.ApplyCharge) { c.AgreementNo = "agr_none" }, simulator.ReasonAgreementMissing},
		"another payer":     {sample.AgreementBank, func(_ *stage, _ string, c *simulator.ApplyCharge) { c.PayerRef = "payer-2" }, simulator.ReasonAgreementMissing},
		"another channel's": {sample.AgreementThirdParty, func(*stage, string, *simulator.ApplyCharge) {}, simulator.ReasonAgreementMissing},
		"terminated": {sample.AgreementBank, func(s *stage, no string, _ *simulator.ApplyCharge) {
			s.do(sample.AgreementBank, simulator.TerminateAgreement{AgreementNo: no})
		}, simulator.ReasonAgreementTerminated},
		"cancelled at the bank": {sample.AgreementBank, func(s *stage, no string, _ *simulator.ApplyCharge) {
			s.control(simulator.CancelAtBank{AgreementNo: no})
		}, simulator.ReasonAgreementCancelled},
	} {
		s := setStage(t)
		no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
		c := s.newCharge(no, "payer-1", 100)
		row.spoil(s, no, &c)
		out := s.do(row.channel, c)
		if out.Charge == nil || out.Charge.Status != simulator.ChargeDeclined || out.Charge.Reason != row.reason {
			t.Errorf("%s: %+v %+v", name, out.Charge, out.Problem)
		}
		if len(s.w.Ledger()) != 0 {
			t.Errorf("%s: money moved", name)
		}
		if again := s.do(row.channel, c); again.Charge == nil || again.Charge.Reason != row.reason {
			t.Errorf("%s: the decline is not final: %+v", name, again)
		}
	}
}

func TestBanksDeclineByCardLimitAndBalance(t *testing.T) {
	t.Parallel()
	card := sample.Person(1).CardNumber
	state := func(v simulator.CardState) func(*stage, string) {
		return func(s *stage, _ string) { s.control(simulator.ChangeAccount{CardNumber: card, State: &v}) }
	}
	pay := func(amounts ...money.Fen) func(*stage, string) {
		return func(s *stage, no string) {
			for _, amount := range amounts {
				wantCharge(s.t, s.do(sample.AgreementBank, s.newCharge(no, "payer-1", amount)), simulator.ChargeSucceeded, "")
			}
		}
	}
	nothing := func(*stage, string) {}
	for name, row := range map[string]struct {
		before func(*stage, string)
		amount money.Fen
		reason simulator.Reason
	}{
		"lost":               {state(simulator.CardLost), 100, simulator.ReasonCardLost},
		"frozen":             {state(simulator.CardFrozen), 100, simulator.ReasonCardFrozen},
		"cancelled":          {state(simulator.CardCancelled), 100, simulator.ReasonCardCancelled},
		"expired":            {state(simulator.CardExpired), 100, simulator.ReasonCardExpired},
		"exactly the single": {nothing, 500_000, ""},
		"over the single":    {nothing, 500_001, simulator.ReasonLimitSingle},
		"exactly the daily":  {pay(500_000), 300_000, ""},
		"over the daily":     {pay(500_000), 300_001, simulator.ReasonLimitDaily},
		"over the count":     {pay(1, 1, 1, 1, 1), 1, simulator.ReasonLimitCount},
		"the count's last":   {pay(1, 1, 1, 1), 1, ""},
		"a limit before balance": {func(s *stage, _ string) {
			s.control(simulator.ChangeAccount{CardNumber: card, Balance: new(money.Fen(1))})
		}, 500_001, simulator.ReasonLimitSingle},
		"balance": {func(s *stage, _ string) {
			s.control(simulator.ChangeAccount{CardNumber: card, Balance: new(money.Fen(99))})
		}, 100, simulator.ReasonInsufficientBalance},
		"exactly the balance": {func(s *stage, _ string) {
			s.control(simulator.ChangeAccount{CardNumber: card, Balance: new(money.Fen(100))})
		}, 100, ""},
		"a limit changed by hand": {func(s *stage, _ string) {
			s.profile(sample.AgreementBank, func(p *simulator.Profile) { p.Banks[0].Limits = simulator.Limits{Single: 50} })
		}, 100, simulator.ReasonLimitSingle},
		"no number is too big to hold": {func(s *stage, no string) {
			pay(500_000)(s, no)
			s.profile(sample.AgreementBank, func(p *simulator.Profile) { p.Banks[0].Limits = simulator.Limits{Daily: 800_000} })
		}, money.Max, simulator.ReasonLimitDaily},
	} {
		s := setStage(t)
		no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
		row.before(s, no)
		status := simulator.ChargeSucceeded
		if row.reason != "" {
			status = simulator.ChargeDeclined
		}
		out := s.do(sample.AgreementBank, s.newCharge(no, "payer-1", row.amount))
		if out.Charge == nil || out.Charge.Status != status || out.Charge.Reason != row.reason {
			t.Errorf("%s: %+v", name, out.Charge)
		}
	}
}

func TestDailyLimitsEndAtMidnightInChinaAndMonthlyOnesLater(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	pay := func(amount money.Fen) simulator.Outcome {
		return s.do(sample.AgreementBank, s.newCharge(no, "payer-1", amount))
	}
	wantCharge(t, pay(500_000), simulator.ChargeSucceeded, "")
	wantCharge(t, pay(300_000), simulator.ChargeSucceeded, "")
	s.pass(12*time.Hour - time.Second) // 23:59:59 in China
	wantCharge(t, pay(1), simulator.ChargeDeclined, simulator.ReasonLimitDaily)
	s.pass(time.Second)
	wantCharge(t, pay(100_001), simulator.ChargeDeclined, simulator.ReasonLimitMonthly)
	wantCharge(t, pay(100_000), simulator.ChargeSucceeded, "")
	s.pass(25 * 24 * time.Hour) // July
	wantCharge(t, pay(100_000), simulator.ChargeSucceeded, "")
}

func TestLimitsAreCountedPerCardAndMember(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.control(simulator.ChangeAccount{CardNumber: sample.Person(2).CardNumber, Balance: new(money.Fen(900_000))})
	one := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	two := s.sign(sample.AgreementBank, "payer-2", sample.Person(2))
	third := s.sign(sample.AgreementThirdParty, "payer-1", sample.Person(1))
	for range 5 {
		wantCharge(t, s.do(sample.AgreementBank, s.newCharge(one, "payer-1", 1)), simulator.ChargeSucceeded, "")
	}
	wantCharge(t, s.do(sample.AgreementBank, s.newCharge(one, "payer-1", 1)), simulator.ChargeDeclined, simulator.ReasonLimitCount)
	wantCharge(t, s.do(sample.AgreementBank, s.newCharge(two, "payer-2", 1)), simulator.ChargeSucceeded, "")
	wantCharge(t, s.do(sample.AgreementThirdParty, s.newCharge(third, "payer-1", 1)), simulator.ChargeSucceeded, "")
}

func TestARepeatedOrderNumberNeverDebitsTwice(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		channel string
		change  func(*simulator.ApplyCharge)
		problem simulator.ProblemCode
	}{
		"idempotent, same content": {sample.AgreementBank, func(*simulator.ApplyCharge) {}, ""},
		"another expiry": {sample.AgreementBank, func(c *simulator.ApplyCharge) {
			c.ExpiresAt = c.ExpiresAt.Add(time.Hour)
		}, simulator.ProblemNumberReused},
		"another notify URL": {sample.AgreementBank, func(c *simulator.ApplyCharge) {
			c.NotifyURL = "http://127.0.0.1/n"
		}, simulator.ProblemNumberReused},
		"another amount":               {sample.AgreementBank, func(c *simulator.ApplyCharge) { c.Amount++ }, simulator.ProblemNumberReused},
		"another order time":           {sample.AgreementBank, func(c *simulator.ApplyCharge) { c.OrderTime = c.OrderTime.Add(1) }, simulator.ProblemNumberReused},
		"another payer":                {sample.AgreementBank, func(c *simulator.ApplyCharge) { c.PayerRef = "payer-2" }, simulator.ProblemNumberReused},
		"another summary":              {sample.AgreementBank, func(c *simulator.ApplyCharge) { c.Summary = "x" }, simulator.ProblemNumberReused},
		"not idempotent, same content": {sample.BankDirect, func(*simulator.ApplyCharge) {}, simulator.ProblemNumberReused},
	} {
		s := setStage(t)
		c := s.newCharge(s.sign(row.channel, "payer-1", sample.Person(1)), "payer-1", 100)
		wantCharge(t, s.do(row.channel, c), simulator.ChargeSucceeded, "")
		s.pass(400 * 24 * time.Hour) // for ever
		row.change(&c)
		out := s.do(row.channel, c)
		if row.problem != "" {
			wantProblem(t, out, row.problem)
		} else {
			wantCharge(t, out, simulator.ChargeSucceeded, "")
		}
		if len(s.w.Ledger()) != 1 {
			t.Errorf("%s: %d debits", name, len(s.w.Ledger()))
		}
	}
}

func TestOrderNumbersAreEachMembersOwn(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	one := s.newCharge(s.sign(sample.AgreementBank, "payer-1", sample.Person(1)), "payer-1", 100)
	two := one
	two.AgreementNo = s.sign(sample.AgreementThirdParty, "payer-1", sample.Person(1))
	wantCharge(t, s.do(sample.AgreementBank, one), simulator.ChargeSucceeded, "")
	wantCharge(t, s.do(sample.AgreementThirdParty, two), simulator.ChargeSucceeded, "")
}

func TestChargesOfTheWrongShapeLeaveNoTrace(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		channel string
		change  func(*simulator.ApplyCharge)
		code    simulator.ProblemCode
		field   string
	}{
		"another currency":         {sample.AgreementBank, func(c *simulator.ApplyCharge) { c.Currency = "USD" }, simulator.ProblemInvalidRequest, "currency"},
		"nothing":                  {sample.AgreementBank, func(c *simulator.ApplyCharge) { c.Amount = 0 }, simulator.ProblemInvalidRequest, "amount"},
		"less than nothing":        {sample.AgreementBank, func(c *simulator.ApplyCharge) { c.Amount = -1 }, simulator.ProblemInvalidRequest, "amount"},
		"both roads":               {sample.AgreementBank, func(c *simulator.ApplyCharge) { c.Elements = sample.Person(1) }, simulator.ProblemInvalidRequest, "elements"},
		"elements on an agreement": {sample.AgreementBank, func(c *simulator.ApplyCharge) { c.AgreementNo = ""; c.Elements = sample.Person(1) }, simulator.ProblemInvalidRequest, "agreement_no"},
		"agreement on a raw one":   {sample.WithholdingRaw, func(*simulator.ApplyCharge) {}, simulator.ProblemInvalidRequest, "elements"},
		"past its expiry":          {sample.AgreementBank, func(c *simulator.ApplyCharge) { c.ExpiresAt = sample.Start }, simulator.ProblemRequestExpired, ""},
	} {
		s := setStage(t)
		good := s.newCharge(s.sign(sample.AgreementBank, "payer-1", sample.Person(1)), "payer-1", 100)
		bad := good
		row.change(&bad)
		out := s.do(row.channel, bad)
		wantProblem(t, out, row.code)
		if out.Problem.Field != row.field {
			t.Errorf("%s: field %q", name, out.Problem.Field)
		}
		wantProblem(t, s.do(row.channel, simulator.QueryCharge{OrderNo: good.OrderNo, OrderTime: good.OrderTime}), simulator.ProblemOrderNotFound)
		wantCharge(t, s.do(sample.AgreementBank, good), simulator.ChargeSucceeded, "")
	}
}

func TestExpiryIsHonouredWhereTheProfileSaysSo(t *testing.T) {
	t.Parallel()
	for channel, honoured := range map[string]bool{sample.AgreementBank: true, sample.BankDirect: false} {
		s := setStage(t)
		c := s.newCharge(s.sign(channel, "payer-1", sample.Person(1)), "payer-1", 100)
		s.pass(time.Minute)
		if out := s.do(channel, c); (out.Problem != nil) != honoured {
			t.Errorf("%s: %+v", channel, out)
		}
	}
}

func TestAnOrderIsFoundByNumberAndTime(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	c := s.newCharge(s.sign(sample.AgreementBank, "payer-1", sample.Person(1)), "payer-1", 100)
	s.do(sample.AgreementBank, c)
	wantCharge(t, s.do(sample.AgreementBank, simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}), simulator.ChargeSucceeded, "")
	for name, q := range map[string]simulator.QueryCharge{
		"another time":   {OrderNo: c.OrderNo, OrderTime: c.OrderTime.Add(time.Second)},
		"another number": {OrderNo: "ord_none", OrderTime: c.OrderTime},
	} {
		if out := s.do(sample.AgreementBank, q); out.Problem == nil || out.Problem.Code != simulator.ProblemOrderNotFound {
			t.Errorf("%s: %+v", name, out)
		}
	}
	wantProblem(t, s.do(sample.BankDirect, simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}), simulator.ProblemOrderNotFound)
}

func TestClosingIsATombstone(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	c := s.newCharge(s.sign(sample.AgreementBank, "payer-1", sample.Person(1)), "payer-1", 100)
	closing := simulator.CloseCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}
	for range 2 {
		wantCharge(t, s.do(sample.AgreementBank, closing), simulator.ChargeClosed, "")
	}
	wantProblem(t, s.do(sample.AgreementBank, c), simulator.ProblemOrderClosed)
	c.OrderTime = c.OrderTime.Add(time.Second)
	wantProblem(t, s.do(sample.AgreementBank, c), simulator.ProblemOrderClosed)
	wantCharge(t, s.do(sample.AgreementBank, simulator.QueryCharge(closing)), simulator.ChargeClosed, "")
	if len(s.w.Ledger()) != 0 {
		t.Error("money moved after the close")
	}
}

func TestClosingWhatTheBankHasOrHadChangesNothing(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	closing := func(c simulator.ApplyCharge) simulator.Outcome {
		return s.do(sample.AgreementBank, simulator.CloseCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime})
	}
	paid := s.newCharge(no, "payer-1", 100)
	s.do(sample.AgreementBank, paid)
	wantCharge(t, closing(paid), simulator.ChargeSucceeded, "")
	declined := s.newCharge(no, "payer-1", 500_001)
	s.do(sample.AgreementBank, declined)
	wantCharge(t, closing(declined), simulator.ChargeDeclined, simulator.ReasonLimitSingle)
	s.control(simulator.ChangeBank{Bank: "ICBC", SettleAfterSeconds: new(10)})
	waiting := s.newCharge(no, "payer-1", 100)
	s.do(sample.AgreementBank, waiting)
	wantCharge(t, closing(waiting), simulator.ChargeProcessing, "")
	s.pass(10 * time.Second)
	wantCharge(t, closing(waiting), simulator.ChargeSucceeded, "")
	wrongTime := simulator.CloseCharge{OrderNo: paid.OrderNo, OrderTime: paid.OrderTime.Add(1)}
	wantProblem(t, s.do(sample.AgreementBank, wrongTime), simulator.ProblemOrderNotFound)
}

func TestAChannelWithoutCloseSaysSo(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	wantProblem(t, s.do(sample.BankDirect, simulator.CloseCharge{OrderNo: "ord_1", OrderTime: s.now}), simulator.ProblemCloseNotOffered)
}

func TestABankMaySettleLater(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	s.control(simulator.ChangeBank{Bank: "ICBC", SettleAfterSeconds: new(90)})
	c := s.newCharge(no, "payer-1", 100)
	query := simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime}
	wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeProcessing, "")
	if next, due := s.w.NextDue(); !due || !next.Equal(s.now.Add(90*time.Second)) {
		t.Errorf("next due %s %v", next, due)
	}
	s.pass(89 * time.Second)
	wantCharge(t, s.do(sample.AgreementBank, query), simulator.ChargeProcessing, "")
	wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeProcessing, "")
	out := s.pass(time.Second)
	if len(out.Effects) == 0 || out.Effects[0].Kind != simulator.EffectFired {
		t.Errorf("effects: %+v", out.Effects)
	}
	wantCharge(t, s.do(sample.AgreementBank, query), simulator.ChargeSucceeded, "")
	if rows := s.w.LedgerOf(c.OrderNo); len(rows) != 1 || !rows[0].At.Equal(sample.Start.Add(90*time.Second)) {
		t.Errorf("ledger: %+v", rows)
	}
}

func TestALateStepSettlesAtTheDueInstant(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	s.control(simulator.ChangeBank{Bank: "ICBC", SettleAfterSeconds: new(90)})
	c := s.newCharge(no, "payer-1", 100)
	s.do(sample.AgreementBank, c)
	s.now = s.now.Add(time.Hour)
	out := s.do(sample.AgreementBank, simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime})
	if out.Charge.Status != simulator.ChargeSucceeded || !out.Charge.FinishedAt.Equal(sample.Start.Add(90*time.Second)) {
		t.Errorf("got %+v", out.Charge)
	}
}

func TestTimeDoesNotRunBackward(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.pass(time.Hour)
	s.w.Advance(sample.Start)
	if !s.w.Now().Equal(s.now) {
		t.Errorf("it is %s", s.w.Now())
	}
}
