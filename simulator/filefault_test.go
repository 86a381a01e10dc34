package simulator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// fullDay is a stage at the end of a day with three charges of 101, 102 and 103 fen.
func fullDay(t *testing.T) (*stage, []simulator.ApplyCharge) {
	t.Helper()
	s := setStage(t)
	var made []simulator.ApplyCharge
	for i := range 3 {
		c := s.rawCharge(sample.Person(1), money.Fen(101+i))
		wantCharge(t, s.do(sample.WithholdingRaw, c), simulator.ChargeSucceeded, "")
		made = append(made, c)
		s.pass(time.Second)
	}
	s.pass(12 * time.Hour)
	return s, made
}

// numbersIn are the order numbers of a day's statement.
func (s *stage) numbersIn(t *testing.T, day string) []string {
	t.Helper()
	lines, _ := s.statement(t, sample.WithholdingRaw, day)
	var numbers []string
	for _, line := range lines {
		numbers = append(numbers, columnsOf(line)[1])
	}
	return numbers
}

func TestAMissingLineIsTheOneTheRuleNames(t *testing.T) {
	t.Parallel()
	s, made := fullDay(t)
	s.control(simulator.AddFault{Rule: simulator.FaultRule{
		Fault: "statement_missing_line", When: simulator.When{OrderNo: made[1].OrderNo},
	}})
	for range 2 {
		if got := s.numbersIn(t, firstDay); !slices.Equal(got, []string{made[0].OrderNo, made[2].OrderNo}) {
			t.Errorf("got %v", got)
		}
	}
	out := s.do(sample.WithholdingRaw, simulator.QueryStatement{Day: firstDay})
	if row := s.w.Journal(out.Row-1, 1)[0]; len(row.Faults) != 1 || row.Faults[0].Point != simulator.PointStatement {
		t.Errorf("journal %+v", row)
	}
	if rows := s.w.Ledger(); len(rows) != 3 {
		t.Errorf("the ledger has %d rows", len(rows))
	}
}

func TestALineIsSelectedByAmountOrDrawnByTheSeedAlwaysTheSame(t *testing.T) {
	t.Parallel()
	s, made := fullDay(t)
	rule := s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "statement_missing_line", When: simulator.When{Amount: 103}}})
	if got := s.numbersIn(t, firstDay); !slices.Equal(got, []string{made[0].OrderNo, made[1].OrderNo}) {
		t.Errorf("by amount: %v", got)
	}
	s.control(simulator.RemoveFault{ID: rule.FaultID})
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "statement_missing_line"}})
	first := s.numbersIn(t, firstDay)
	if len(first) != 2 || !slices.Equal(s.numbersIn(t, firstDay), first) {
		t.Errorf("by seed: %v, then another", first)
	}
}

func TestAnExtraLineNamesAnOrderThatNeverWas(t *testing.T) {
	t.Parallel()
	s, made := fullDay(t)
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "statement_extra_line", Amount: 77}})
	lines, totals := s.statement(t, sample.WithholdingRaw, firstDay)
	c := columnsOf(lines[len(lines)-1])
	if len(lines) != 4 || totals[0] != "383" || c[4] != "77" || len(s.w.LedgerOf(c[1])) != 0 {
		t.Errorf("lines %q, totals %v", lines, totals)
	}
	for i := range made {
		if made[i].OrderNo == c[1] {
			t.Error("a number of the member's own")
		}
	}
	lines, _ = s.statement(t, sample.WithholdingRaw, "2018-06-05")
	if len(lines) != 1 {
		t.Errorf("an empty day: %q", lines)
	}
}

func TestAWrongAmountGoesIntoTheTotals(t *testing.T) {
	t.Parallel()
	for want, amount := range map[string]money.Fen{"307": 0, "1205": 1000} {
		s, made := fullDay(t)
		s.control(simulator.AddFault{Rule: simulator.FaultRule{
			Fault: "statement_wrong_amount", Amount: amount, When: simulator.When{OrderNo: made[0].OrderNo},
		}})
		if lines, totals := s.statement(t, sample.WithholdingRaw, firstDay); len(lines) != 3 || totals[0] != want {
			t.Errorf("amount %d: totals %v, want %s", amount, totals, want)
		}
	}
}

func TestALateLineComesInTheNextDaysFileForGood(t *testing.T) {
	t.Parallel()
	s, made := fullDay(t)
	rule := s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "statement_late_line"}})
	s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 5))
	first := s.numbersIn(t, firstDay)
	if len(first) != 2 || !slices.Equal(s.numbersIn(t, firstDay), first) {
		t.Fatalf("first day: %v", first)
	}
	s.control(simulator.RemoveFault{ID: rule.FaultID})
	s.pass(24 * time.Hour)
	if again := s.numbersIn(t, firstDay); !slices.Equal(again, first) {
		t.Errorf("first day without the rule: %v", again)
	}
	next := s.numbersIn(t, secondDay)
	moved := slices.DeleteFunc([]string{made[0].OrderNo, made[1].OrderNo, made[2].OrderNo}, func(no string) bool { return slices.Contains(first, no) })
	if len(next) != 2 || next[0] != moved[0] {
		t.Errorf("moved %v, next day: %v", moved, next)
	}
}

func TestALateLineIsNotMadeLater(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "statement_late_line"}})
	c := s.rawCharge(sample.Person(1), 100)
	s.do(sample.WithholdingRaw, c)
	s.pass(24 * time.Hour)
	if first := s.numbersIn(t, firstDay); len(first) != 0 {
		t.Fatalf("first day: %v", first)
	}
	s.pass(24 * time.Hour)
	for range 2 {
		if next := s.numbersIn(t, secondDay); !slices.Equal(next, []string{c.OrderNo}) {
			t.Errorf("second day: %v", next)
		}
	}
}

func TestAFileIsSelectedByItsDay(t *testing.T) {
	t.Parallel()
	s, _ := fullDay(t)
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "statement_missing_line", When: simulator.When{OrderNo: "2018-06-08"}}})
	if got := s.numbersIn(t, firstDay); len(got) != 3 {
		t.Errorf("another day: %v", got)
	}
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "statement_missing_line", When: simulator.When{OrderNo: firstDay}}})
	if got := s.numbersIn(t, firstDay); len(got) != 2 {
		t.Errorf("its day: %v", got)
	}
}

func TestADuplicateLineIsCountedTwice(t *testing.T) {
	t.Parallel()
	s, made := fullDay(t)
	s.control(simulator.AddFault{Rule: simulator.FaultRule{
		Fault: "statement_duplicate_line", When: simulator.When{OrderNo: made[2].OrderNo},
	}})
	lines, totals := s.statement(t, sample.WithholdingRaw, firstDay)
	if len(lines) != 4 || lines[2] != lines[3] || totals[0] != "409" {
		t.Errorf("lines %q, totals %v", lines, totals)
	}
}

func TestAWrongDigestIsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	s, _ := fullDay(t)
	honest := s.do(sample.WithholdingRaw, simulator.QueryStatement{Day: firstDay})
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "statement_wrong_digest", Times: 1}})
	out := s.do(sample.WithholdingRaw, simulator.QueryStatement{Day: firstDay})
	read(t, out, strings.SplitN(string(honest.File.Body), "\n", 2)[0], true)
	if len(out.File.Body) != len(honest.File.Body) {
		t.Error("more than the digest differs")
	}
	s.statement(t, sample.WithholdingRaw, firstDay) // the budget is spent
}

func TestALateFileIsNotReadyForALittleLonger(t *testing.T) {
	t.Parallel()
	s, _ := fullDay(t) // 3 seconds past midnight
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "statement_late", DelayMS: 3_600_000, Operation: simulator.OpStatement}})
	out := s.do(sample.WithholdingRaw, simulator.QueryStatement{Day: firstDay})
	wantProblem(t, out, simulator.ProblemStatementNotReady)
	if out.Problem.RetryAfter != time.Hour-3*time.Second {
		t.Errorf("retry after %s", out.Problem.RetryAfter)
	}
	if out := s.do(sample.WithholdingRaw, simulator.QueryAgreementFile{Day: firstDay}); out.Problem != nil {
		t.Errorf("the agreement file: %+v", out.Problem)
	}
	s.pass(time.Hour - 3*time.Second)
	if got := s.numbersIn(t, firstDay); len(got) != 3 {
		t.Errorf("got %v", got)
	}
	if rule := s.w.Faults()[0]; rule.Struck != 1 {
		t.Errorf("struck %d times, a file that was there included", rule.Struck)
	}
}

func TestAFaultOfALineDoesNotStrikeWhereThereIsNone(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	for _, name := range []string{"statement_missing_line", "statement_wrong_amount", "statement_late_line", "statement_duplicate_line"} {
		s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: name}})
	}
	s.statement(t, sample.WithholdingRaw, "2018-06-05")
	for _, rule := range s.w.Faults() {
		if rule.Matched != 0 || rule.Struck != 0 {
			t.Errorf("%s: matched %d, struck %d", rule.Fault, rule.Matched, rule.Struck)
		}
	}
}

func TestAWholeFileIsStruckOnlyIfItHasTheLineThatTheRuleNames(t *testing.T) {
	t.Parallel()
	s, made := fullDay(t)
	for number, struck := range map[string]int{made[1].OrderNo: 1, "ord_nowhere1": 0} {
		for _, name := range []string{"statement_extra_line", "statement_wrong_digest"} {
			s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: name, When: simulator.When{OrderNo: number}}})
		}
		s.do(sample.WithholdingRaw, simulator.QueryStatement{Day: firstDay})
		for _, rule := range s.w.Faults() {
			if rule.Struck != struck {
				t.Errorf("%s with %s struck %d times, want %d", rule.Fault, number, rule.Struck, struck)
			}
			s.control(simulator.RemoveFault{ID: rule.ID})
		}
	}
}

func TestAFaultOfAnAgreementFile(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	s.pass(12 * time.Hour)
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "statement_missing_line", When: simulator.When{OrderNo: no}}})
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "statement_extra_line", Operation: simulator.OpAgreementFile}})
	lines, totals := read(t, s.do(sample.AgreementBank, simulator.QueryAgreementFile{Day: firstDay}),
		"event,agreement_no,sign_no,payer_ref,card,bank,status,at", false)
	if len(lines) != 1 || strings.Join(totals, " ") != "1 0" || columnsOf(lines[0])[1] == no {
		t.Errorf("lines %q, totals %v", lines, totals)
	}
}
