package simulator_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"
	"time"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// The days of the sample world: it begins at noon of the first.
const (
	firstDay  = "2018-06-06"
	secondDay = "2018-06-07"
)

// read splits a file into its lines and its last one, whose digest must be that of
// what stands before it unless lie is true.
func read(t testing.TB, out simulator.Outcome, columns string, lie bool) (lines, totals []string) {
	t.Helper()
	if out.Problem != nil || out.File == nil {
		t.Fatalf("no file: %+v", out.Problem)
	}
	text := string(out.File.Body)
	all := strings.Split(text, "\n")
	if len(all) < 3 || all[0] != columns || all[len(all)-1] != "" {
		t.Fatalf("not the form of a file:\n%s", text)
	}
	last := all[len(all)-2]
	sum := sha256.Sum256([]byte(strings.TrimSuffix(text, last+"\n")))
	totals = strings.Split(last, ",")
	if digest := hex.EncodeToString(sum[:]); (totals[len(totals)-1] == digest) == lie || len(totals[len(totals)-1]) != len(digest) {
		t.Errorf("digest %s, want it to lie: %v", totals[len(totals)-1], lie)
	}
	lines = all[1 : len(all)-2]
	if totals[0] != "total" || totals[1] != strconv.Itoa(len(lines)) || out.File.Lines != len(lines) {
		t.Errorf("%d lines, total %v", len(lines), totals)
	}
	return lines, totals[2 : len(totals)-1]
}

// statement reads the statement of a day.
func (s *stage) statement(t testing.TB, channelID, day string) (lines, totals []string) {
	t.Helper()
	return read(t, s.do(channelID, simulator.QueryStatement{Day: day}),
		"kind,order_no,order_time,refund_no,amount,currency,at,channel_ref,card", false)
}

// columnsOf are the columns of a line.
func columnsOf(line string) []string { return strings.Split(line, ",") }

func TestAStatementHasEachMovementOfItsDayOnce(t *testing.T) {
	t.Parallel()
	s, c := paid(t)
	s.pass(time.Minute)
	s.do(sample.AgreementBank, refundOf(c, "rfd_1", 60))
	s.do(sample.AgreementBank, c) // a repeat moves nothing
	declined := s.newCharge(c.AgreementNo, "payer-1", 500_001)
	s.do(sample.AgreementBank, declined)
	s.do(sample.WithholdingRaw, s.rawCharge(sample.Person(1), 7)) // another member's
	s.pass(12 * time.Hour)
	s.do(sample.AgreementBank, refundOf(c, "rfd_2", 40))
	s.pass(24 * time.Hour)

	lines, totals := s.statement(t, sample.AgreementBank, firstDay)
	if len(lines) != 2 || strings.Join(totals, " ") != "100 60 0" {
		t.Fatalf("lines %q, totals %v", lines, totals)
	}
	want := []string{
		"debit," + c.OrderNo + ",2018-06-06T04:00:00Z,,100,CNY,2018-06-06T04:00:00Z,dbt_00000001,622202*********0001",
		"refund," + c.OrderNo + ",2018-06-06T04:00:00Z,rfd_1,60,CNY,2018-06-06T04:01:00Z,ref_00000002,622202*********0001",
	}
	for i := range want {
		if lines[i] != want[i] {
			t.Errorf("line %d is\n%s, want\n%s", i, lines[i], want[i])
		}
	}
	lines, totals = s.statement(t, sample.AgreementBank, secondDay)
	if len(lines) != 1 || strings.Join(totals, " ") != "0 40 0" || columnsOf(lines[0])[3] != "rfd_2" {
		t.Errorf("next day: lines %q, totals %v", lines, totals)
	}
}

func TestTheDayOfAStatementEndsAtMidnightOfUTCPlus8(t *testing.T) {
	t.Parallel()
	s, c := paid(t)
	s.pass(12*time.Hour - time.Second)
	late := s.newCharge(c.AgreementNo, "payer-1", 5)
	s.do(sample.AgreementBank, late)
	out := s.do(sample.AgreementBank, simulator.QueryStatement{Day: firstDay})
	wantProblem(t, out, simulator.ProblemStatementNotReady)
	if out.Problem.RetryAfter != time.Second {
		t.Errorf("retry after %s", out.Problem.RetryAfter)
	}
	s.pass(time.Second)
	early := s.newCharge(c.AgreementNo, "payer-1", 6)
	s.do(sample.AgreementBank, early)
	if lines, _ := s.statement(t, sample.AgreementBank, firstDay); len(lines) != 2 || columnsOf(lines[1])[1] != late.OrderNo {
		t.Errorf("first day: %q", lines)
	}
	wantProblem(t, s.do(sample.AgreementBank, simulator.QueryStatement{Day: secondDay}), simulator.ProblemStatementNotReady)
	s.pass(24 * time.Hour)
	if lines, _ := s.statement(t, sample.AgreementBank, secondDay); len(lines) != 1 || columnsOf(lines[0])[1] != early.OrderNo {
		t.Errorf("second day: %q", lines)
	}
}

func TestADayWithoutMovementsIsAnEmptyFile(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	for _, day := range []string{"2018-06-05", "1970-01-01", "0001-01-01", "1600-02-29"} {
		if lines, totals := s.statement(t, sample.AgreementBank, day); len(lines) != 0 || strings.Join(totals, " ") != "0 0 0" {
			t.Errorf("%s: %q %v", day, lines, totals)
		}
	}
	wantProblem(t, s.do(sample.AgreementBank, simulator.QueryStatement{Day: "9999-12-31"}), simulator.ProblemStatementNotReady)
	for _, day := range []string{"", "2018-02-30", "yesterday", "2018-6-6"} {
		wantProblem(t, s.do(sample.AgreementBank, simulator.QueryStatement{Day: day}), simulator.ProblemInvalidRequest)
	}
}

func TestAnAgreementFileHasWhatWasMadeAndEnded(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	no := s.sign(sample.AgreementBank, "payer-1", sample.Person(1))
	other := s.sign(sample.AgreementBank, "payer-2", sample.Person(2))
	s.do(sample.AgreementBank, simulator.TerminateAgreement{AgreementNo: no})
	s.pass(12 * time.Hour)
	s.control(simulator.CancelAtBank{AgreementNo: other})
	s.pass(24 * time.Hour)
	const columns = "event,agreement_no,sign_no,payer_ref,card,bank,status,at"
	lines, totals := read(t, s.do(sample.AgreementBank, simulator.QueryAgreementFile{Day: firstDay}), columns, false)
	if len(lines) != 3 || strings.Join(totals, " ") != "2 1" {
		t.Fatalf("lines %q, totals %v", lines, totals)
	}
	seen := map[string]bool{}
	for _, line := range lines {
		c := columnsOf(line)
		seen[c[0]+" "+c[1]+" "+c[6]] = len(c) == 8
	}
	for _, want := range []string{"made " + no + " active", "made " + other + " active", "ended " + no + " terminated"} {
		if !seen[want] {
			t.Errorf("no line %q in %q", want, lines)
		}
	}
	lines, totals = read(t, s.do(sample.AgreementBank, simulator.QueryAgreementFile{Day: secondDay}), columns, false)
	if len(lines) != 1 || strings.Join(totals, " ") != "0 1" || columnsOf(lines[0])[6] != "cancelled_at_bank" {
		t.Errorf("next day: lines %q, totals %v", lines, totals)
	}
	wantProblem(t, s.do(sample.AgreementBank, simulator.QueryAgreementFile{Day: "2018-06-08"}), simulator.ProblemStatementNotReady)
}

// A year of other days must cost a statement nothing: rows are found by halving.
func BenchmarkStatement(b *testing.B) {
	s := setStage(b)
	for day := range 20 {
		for range 500 {
			s.do(sample.WithholdingRaw, s.rawCharge(sample.CMBPerson(3), money.Fen(1+day)))
		}
		s.pass(24 * time.Hour)
	}
	b.ResetTimer()
	for b.Loop() {
		s.do(sample.WithholdingRaw, simulator.QueryStatement{Day: secondDay})
	}
}
