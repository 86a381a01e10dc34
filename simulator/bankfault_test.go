package simulator_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// orderUnder pays once by agreement under a fault and returns the order and its answer.
func orderUnder(s *stage, rule simulator.FaultRule, amount money.Fen) (simulator.ApplyCharge, simulator.Outcome) {
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	if out := s.control(simulator.AddFault{Rule: rule}); out.Problem != nil {
		s.t.Fatal(out.Problem)
	}
	c := s.newCharge(no, "payer-1", amount)
	c.NotifyURL = "http://127.0.0.1/n"
	return c, s.do(sample.AgreementBank, c)
}

// query asks where an order stands.
func query(s *stage, c simulator.ApplyCharge) simulator.Outcome {
	return s.do(sample.AgreementBank, simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime})
}

// wantLedger holds the kinds of the ledger's rows for an order against those wanted.
func wantLedger(s *stage, c simulator.ApplyCharge, amount money.Fen, kinds ...simulator.LedgerKind) {
	s.t.Helper()
	rows := s.w.LedgerOf(c.OrderNo)
	if len(rows) != len(kinds) {
		s.t.Fatalf("ledger: %+v", rows)
	}
	for i, row := range rows {
		if row.Kind != kinds[i] || row.Amount != amount {
			s.t.Errorf("row %d: %+v", i, row)
		}
	}
}

// toldOf are the types of all events not acknowledged, those of signings left out.
func toldOf(s *stage) []simulator.EventType {
	var types []simulator.EventType
	for _, n := range s.w.Pending() {
		if n.Event.Type != simulator.EventSigningSigned {
			types = append(types, n.Event.Type)
		}
	}
	return types
}

func TestASilentBankLeavesTheChargeInProcessingForEver(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	before := s.balance(sample.Person(1))
	c, out := orderUnder(s, simulator.FaultRule{Fault: "bank_silent", Times: 1}, 100)
	wantCharge(t, out, simulator.ChargeProcessing, "")
	s.pass(40 * 24 * time.Hour)
	wantCharge(t, query(s, c), simulator.ChargeProcessing, "")
	wantLedger(s, c, 100)
	if len(toldOf(s)) != 0 || s.balance(sample.Person(1)) != before {
		t.Errorf("told %v, balance %d", toldOf(s), s.balance(sample.Person(1)))
	}
}

func TestASlowBankDecidesWhenItsDelayIsOver(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	c, out := orderUnder(s, simulator.FaultRule{Fault: "bank_slow", DelayMS: 60_000, Times: 1}, 100)
	wantCharge(t, out, simulator.ChargeProcessing, "")
	s.pass(59 * time.Second)
	wantCharge(t, query(s, c), simulator.ChargeProcessing, "")
	wantLedger(s, c, 100)
	s.pass(time.Second)
	wantCharge(t, query(s, c), simulator.ChargeSucceeded, "")
	wantLedger(s, c, 100, simulator.LedgerDebit)
}

func TestABankThatReversesDebitsAndGivesBackWithoutTheChannelEverLearning(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	before := s.balance(sample.Person(1))
	c, out := orderUnder(s, simulator.FaultRule{Fault: "bank_reverses", DelayMS: 60_000, Times: 1}, 100)
	wantCharge(t, out, simulator.ChargeProcessing, "")
	if out.Charge.ChannelRef != "" || !out.Charge.DebitedAt.IsZero() {
		t.Errorf("the channel knows of the debit: %+v", out.Charge)
	}
	wantLedger(s, c, 100, simulator.LedgerDebit)
	if got := s.balance(sample.Person(1)); got != before-100 {
		t.Errorf("balance %d", got)
	}
	wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeProcessing, "") // again: no second debit
	s.pass(time.Minute)
	wantLedger(s, c, 100, simulator.LedgerDebit, simulator.LedgerReversal)
	if got := s.balance(sample.Person(1)); got != before {
		t.Errorf("balance after the reversal %d", got)
	}
	wantCharge(t, query(s, c), simulator.ChargeProcessing, "")
	if len(toldOf(s)) != 0 {
		t.Errorf("told %v", toldOf(s))
	}
	refund := s.do(sample.AgreementBank, simulator.ApplyRefund{
		RefundNo: "rfd_1", OrderNo: c.OrderNo, OrderTime: c.OrderTime, Amount: 100, Currency: money.Currency,
	})
	if refund.Refund.Status != simulator.RefundDeclined {
		t.Errorf("a refund of what was reversed: %+v", refund.Refund)
	}
}

func TestAReversalGivesTheLimitsBackToo(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	daily := money.Fen(800_000) // by two orders of half the limit
	c, _ := orderUnder(s, simulator.FaultRule{Fault: "bank_reverses", DelayMS: 1000, Times: 1}, daily/2)
	second := s.newCharge(c.AgreementNo, "payer-1", daily/2)
	second.OrderNo = "ord_second"
	wantCharge(t, s.do(sample.AgreementBank, second), simulator.ChargeSucceeded, "")
	third := second
	third.OrderNo, third.Amount = "ord_third", 1
	wantCharge(t, s.do(sample.AgreementBank, third), simulator.ChargeDeclined, simulator.ReasonLimitDaily)
	s.pass(time.Second)
	third.OrderNo = "ord_fourth"
	third.ExpiresAt = time.Time{}
	wantCharge(t, s.do(sample.AgreementBank, third), simulator.ChargeSucceeded, "")
}

func TestALateDebitTurnsADeclinedOrderToSucceeded(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	before := s.balance(sample.Person(1))
	c, out := orderUnder(s, simulator.FaultRule{Fault: "late_debit", DelayMS: 60_000, Times: 1}, 100)
	wantCharge(t, out, simulator.ChargeDeclined, simulator.ReasonRiskRefused)
	wantLedger(s, c, 100)
	s.pass(time.Minute)
	wantCharge(t, query(s, c), simulator.ChargeSucceeded, "")
	wantLedger(s, c, 100, simulator.LedgerDebit)
	if got := s.balance(sample.Person(1)); got != before-100 {
		t.Errorf("balance %d", got)
	}
	if types := toldOf(s); len(types) != 2 || !slices.Contains(types, simulator.EventChargeSucceeded) || !slices.Contains(types, simulator.EventChargeDeclined) {
		t.Errorf("told %v", types)
	}
}

func TestALateDebitThatTheBankWouldRefuseByThenMovesNothing(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	c, _ := orderUnder(s, simulator.FaultRule{Fault: "late_debit", Reason: simulator.ReasonInsufficientBalance, Times: 1}, 100)
	lost := simulator.CardLost
	s.control(simulator.ChangeAccount{CardNumber: sample.Person(1).CardNumber, State: &lost})
	s.pass(time.Hour)
	wantCharge(t, query(s, c), simulator.ChargeDeclined, simulator.ReasonInsufficientBalance)
	wantLedger(s, c, 100)
}

func TestAPartialDebitIsAnsweredAndBookedWithTheOtherAmount(t *testing.T) {
	t.Parallel()
	for name, taken := range map[string]money.Fen{"less": 60, "more": 140} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setStage(t)
			before := s.balance(sample.Person(1))
			c, out := orderUnder(s, simulator.FaultRule{Fault: "partial_debit", Amount: taken, Times: 1}, 100)
			wantCharge(t, out, simulator.ChargeSucceeded, "")
			if out.Charge.Amount != taken || s.balance(sample.Person(1)) != before-taken {
				t.Errorf("answered %d, balance %d of %d", out.Charge.Amount, s.balance(sample.Person(1)), before)
			}
			wantLedger(s, c, taken, simulator.LedgerDebit)
			wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeSucceeded, "") // the same content still
			refund := simulator.ApplyRefund{RefundNo: "rfd_1", OrderNo: c.OrderNo, OrderTime: c.OrderTime, Amount: taken + 1, Currency: money.Currency}
			if got := s.do(sample.AgreementBank, refund); got.Refund.Reason != simulator.ReasonRefundExceeds {
				t.Errorf("more than was debited: %+v", got.Refund)
			}
			refund.RefundNo, refund.Amount = "rfd_2", taken
			if got := s.do(sample.AgreementBank, refund); got.Refund.Status != simulator.RefundSucceeded {
				t.Errorf("all that was debited: %+v", got.Refund)
			}
		})
	}
}

func TestAPartialDebitBeyondTheBalanceIsDeclinedWithTheAmountAsked(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	poor := money.Fen(150)
	s.control(simulator.ChangeAccount{CardNumber: sample.Person(1).CardNumber, Balance: &poor})
	_, out := orderUnder(s, simulator.FaultRule{Fault: "partial_debit", Amount: 151, Times: 1}, 100)
	wantCharge(t, out, simulator.ChargeDeclined, simulator.ReasonInsufficientBalance)
	if out.Charge.Amount != 100 {
		t.Errorf("amount %d", out.Charge.Amount)
	}
}

func TestARevokedAgreementDeclinesTheChargeAndIsNotified(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	withURL := simulator.AddFault{Rule: simulator.FaultRule{Fault: "agreement_revoked", Times: 1}}
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	s.control(withURL)
	c := s.newCharge(no, "payer-1", 100)
	wantCharge(t, s.do(sample.AgreementBank, c), simulator.ChargeDeclined, simulator.ReasonAgreementCancelled)
	wantLedger(s, c, 100)
	found := s.do(sample.AgreementBank, simulator.QueryAgreement{AgreementNo: no})
	if found.Agreement.Status != simulator.AgreementCancelledAtBank {
		t.Errorf("agreement %+v", found.Agreement)
	}
	s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 5)) // by elements: nothing to end
	if faults := s.w.Faults(); faults[0].Struck != 1 || faults[0].Matched != 1 {
		t.Errorf("%+v", faults[0])
	}
}

func TestAnUnrecordedCodeIsFoundByConfirmingOrApplyingAgain(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]func(*stage, string) simulator.Outcome{
		"confirm": func(s *stage, code string) simulator.Outcome {
			return s.do(sample.AgreementBank, simulator.ConfirmSigning{SignNo: "sgn_1", Code: code})
		},
		"apply": func(s *stage, _ string) simulator.Outcome { return s.do(sample.AgreementBank, apply("sgn_2")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setStage(t)
			if out := s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "code_unrecorded"}}); out.Problem != nil {
				t.Fatal(out.Problem)
			}
			s.do(sample.AgreementBank, apply("sgn_1"))
			code := s.code(simulator.AboutSigning)
			out := s.do(sample.AgreementBank, simulator.ConfirmSigning{SignNo: "sgn_1", Code: code})
			if !out.Reply.Withheld {
				t.Fatalf("answered: %+v", out.Signing)
			}
			wantSigning(t, s.do(sample.AgreementBank, simulator.QuerySigning{SignNo: "sgn_1"}), simulator.SigningCodeSent, "")
			made := s.w.Agreements()
			if len(made) != 1 || made[0].Status != simulator.AgreementActive {
				t.Fatalf("agreements %+v", made)
			}
			out = again(s, code)
			wantSigning(t, out, simulator.SigningSigned, "")
			if out.Reply.Withheld || out.Signing.Agreement.AgreementNo != made[0].AgreementNo || len(s.w.Agreements()) != 1 {
				t.Errorf("%+v", out)
			}
		})
	}
}

func TestTheStatementHasTheDebitAndTheReversal(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	orderUnder(s, simulator.FaultRule{Fault: "bank_reverses", DelayMS: 60_000, Times: 1}, 100)
	s.pass(24 * time.Hour)
	out := s.do(sample.AgreementBank, simulator.QueryStatement{Day: "2018-06-06"})
	if out.Problem != nil || out.File == nil {
		t.Fatalf("no statement: %+v", out.Problem)
	}
	text := string(out.File.Body)
	if strings.Count(text, "\ndebit,") != 1 || strings.Count(text, "\nreversal,") != 1 || !strings.Contains(text, "\ntotal,2,100,0,100,") {
		t.Errorf("statement:\n%s", text)
	}
}

func TestEveryAccountAddsUpUnderEveryFault(t *testing.T) {
	t.Parallel()
	kinds := map[simulator.LedgerKind]bool{}
	for seed := range uint64(150) {
		w := freshWorld(seed)
		sums := func() map[string]money.Fen {
			made := map[string]money.Fen{}
			for _, a := range w.Accounts() {
				made[a.MaskedCard] += a.Balance
			}
			for _, row := range w.Ledger() {
				kinds[row.Kind] = true
				if row.Kind == simulator.LedgerDebit {
					made[row.MaskedCard] += row.Amount
				} else {
					made[row.MaskedCard] -= row.Amount
				}
			}
			return made
		}
		before := sums()
		sample.NewPlayer(w, rand.New(rand.NewPCG(seed, 2)).IntN).Play(200)
		if after := sums(); !maps.Equal(before, after) {
			t.Fatalf("seed %d: %v became %v", seed, before, after)
		}
	}
	if len(kinds) != 3 {
		t.Errorf("the runs prove little: only %v", kinds)
	}
}
