package simulator_test

import (
	"bytes"
	"slices"
	"strconv"
	"testing"
	"time"

	"countersign/contract"
	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// verdicts are the names of what the client is found to have done by now.
func (s *stage) verdicts() []simulator.VerdictName {
	names := []simulator.VerdictName{}
	for _, v := range s.w.Verdicts(s.now) {
		names = append(names, v.Name)
	}
	return names
}

// query asks about an order.
func (s *stage) query(channelID string, c simulator.ApplyCharge) simulator.Outcome {
	return s.do(channelID, simulator.QueryCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime})
}

func TestWhatAClientIsFoundToHaveDone(t *testing.T) {
	t.Parallel()
	lose := simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge, Times: 1}
	const bank, raw = sample.AgreementBank, sample.WithholdingRaw
	for name, row := range map[string]struct {
		play func(*stage)
		want []simulator.VerdictName
	}{
		"charged anew while unknown": {func(s *stage) {
			s.control(simulator.AddFault{Rule: lose})
			s.do(raw, s.rawCharge(sample.Person(1), 100))
			s.do(raw, s.rawCharge(sample.Person(1), 100))
		}, []simulator.VerdictName{simulator.VerdictChargedAgain}},
		"charged anew elsewhere while unknown": {func(s *stage) {
			no := s.sign(bank, "payer-1", sample.Person(1))
			s.control(simulator.AddFault{Rule: lose})
			s.do(raw, s.rawCharge(sample.Person(1), 100))
			s.do(bank, s.newCharge(no, "payer-1", 100))
		}, nil}, // the members of the sample have no merchant in common
		"another payment meanwhile": {func(s *stage) {
			s.control(simulator.AddFault{Rule: lose})
			s.do(raw, s.rawCharge(sample.Person(1), 100))
			s.do(raw, s.rawCharge(sample.Person(1), 101))
			s.do(raw, s.rawCharge(sample.Person(2), 100))
		}, nil},
		"queried before the next one": {func(s *stage) {
			s.control(simulator.AddFault{Rule: lose})
			c := s.rawCharge(sample.Person(1), 100)
			s.do(raw, c)
			s.query(raw, c)
			s.do(raw, s.rawCharge(sample.Person(1), 100))
			s.pass(24 * time.Hour)
		}, nil},
		"not found proves nothing while something may be in flight": {func(s *stage) {
			early := lose
			early.Point = simulator.PointBeforeReceive
			s.control(simulator.AddFault{Rule: early})
			c := s.rawCharge(sample.Person(1), 100)
			s.do(raw, c)
			s.query(raw, c)
			s.do(raw, s.rawCharge(sample.Person(1), 100))
		}, []simulator.VerdictName{simulator.VerdictChargedAgain}},
		"not found when nothing can be in flight": {func(s *stage) {
			early := lose
			early.Point = simulator.PointBeforeReceive
			s.control(simulator.AddFault{Rule: early})
			c := s.rawCharge(sample.Person(1), 100)
			s.do(raw, c)
			s.pass(30 * time.Minute)
			s.query(raw, c)
			s.do(raw, s.rawCharge(sample.Person(1), 100))
		}, nil},
		"closed before the next one": {func(s *stage) {
			early := lose
			early.Point = simulator.PointReceived
			s.control(simulator.AddFault{Rule: early})
			c := s.rawCharge(sample.Person(1), 100)
			s.do(raw, c)
			s.do(raw, simulator.CloseCharge{OrderNo: c.OrderNo, OrderTime: c.OrderTime})
			s.do(raw, s.rawCharge(sample.Person(1), 100))
		}, nil},
		"the same number again": {func(s *stage) {
			s.control(simulator.AddFault{Rule: lose})
			c := s.rawCharge(sample.Person(1), 100)
			s.do(raw, c)
			s.do(raw, c)
			s.do(raw, s.rawCharge(sample.Person(1), 100))
		}, nil},
		"a slow answer came after all": {func(s *stage) {
			s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "slow", Operation: simulator.OpCharge, Times: 1, DelayMS: 3000}})
			s.do(raw, s.rawCharge(sample.Person(1), 100))
			s.pass(3 * time.Second)
			s.do(raw, s.rawCharge(sample.Person(1), 100))
			s.pass(24 * time.Hour)
		}, nil},
		"a slow answer was not waited for": {func(s *stage) {
			s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "slow", Operation: simulator.OpCharge, Times: 1, DelayMS: 3000}})
			s.do(raw, s.rawCharge(sample.Person(1), 100))
			s.pass(2 * time.Second)
			s.do(raw, s.rawCharge(sample.Person(1), 100))
		}, []simulator.VerdictName{simulator.VerdictChargedAgain}},
		"never asked": {func(s *stage) {
			s.control(simulator.AddFault{Rule: lose})
			s.do(raw, s.rawCharge(sample.Person(1), 100))
			s.pass(time.Hour)
		}, []simulator.VerdictName{simulator.VerdictNoQuery}},
		"still within its time": {func(s *stage) {
			s.control(simulator.AddFault{Rule: lose})
			s.do(raw, s.rawCharge(sample.Person(1), 100))
			s.pass(time.Hour - time.Second)
		}, nil},
		"charged what it had terminated": {func(s *stage) {
			no := s.sign(bank, "payer-1", sample.Person(1))
			s.do(bank, simulator.TerminateAgreement{AgreementNo: no})
			s.do(bank, s.newCharge(no, "payer-1", 100))
		}, []simulator.VerdictName{simulator.VerdictChargedAfterTermination}},
		"charged what the customer had cancelled": {func(s *stage) {
			no := s.sign(bank, "payer-1", sample.Person(1))
			s.control(simulator.CancelAtBank{AgreementNo: no})
			s.do(bank, s.newCharge(no, "payer-1", 100))
		}, nil},
		"an order made before the termination": {func(s *stage) {
			no := s.sign(bank, "payer-1", sample.Person(1))
			c := s.newCharge(no, "payer-1", 100)
			s.pass(2 * time.Second)
			s.do(bank, simulator.TerminateAgreement{AgreementNo: no})
			s.do(bank, c)
		}, nil},
		"other content under the same number": {func(s *stage) {
			c := s.rawCharge(sample.Person(1), 100)
			s.do(raw, c)
			c.Amount++
			s.do(raw, c)
			s.do(raw, simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)})
			s.do(raw, simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(2)})
		}, []simulator.VerdictName{simulator.VerdictOtherContent, simulator.VerdictOtherContent}},
		"a repeat where none is taken": {func(s *stage) {
			no := s.sign(sample.BankDirect, "payer-1", sample.Person(1))
			c := s.newCharge(no, "payer-1", 100)
			s.do(sample.BankDirect, c)
			s.do(sample.BankDirect, c)
		}, nil},
		"a jti twice": {func(s *stage) {
			in := simulator.Input{Now: s.now, Command: simulator.QueryLimits{}, Request: simulator.Request{ChannelID: raw, MemberNo: memberOf(raw), JTI: "jti-1"}}
			s.w.Step(in)
			s.w.Step(in)
		}, []simulator.VerdictName{simulator.VerdictJTIReused}},
		"a storm of queries": {func(s *stage) {
			c := s.rawCharge(sample.Person(1), 100)
			s.do(raw, c)
			for range 50 {
				s.query(raw, c)
			}
			s.pass(time.Second)
			for range 20 {
				s.query(raw, c)
			}
		}, []simulator.VerdictName{simulator.VerdictQueryStorm}},
		"a code asked for too soon": {func(s *stage) {
			s.do(bank, simulator.ApplySigning{SignNo: "sgn_x", PayerRef: "payer-1", Elements: sample.Person(1)})
			s.do(bank, simulator.ResendSigningCode{SignNo: "sgn_x"})
			s.pass(time.Minute)
			s.do(bank, simulator.ResendSigningCode{SignNo: "sgn_x"})
		}, []simulator.VerdictName{simulator.VerdictResendBeforeGap}},
		"a code after the last try": {func(s *stage) {
			s.do(bank, simulator.ApplySigning{SignNo: "sgn_x", PayerRef: "payer-1", Elements: sample.Person(1)})
			for range 4 {
				s.do(bank, simulator.ConfirmSigning{SignNo: "sgn_x", Code: "none"})
			}
		}, []simulator.VerdictName{simulator.VerdictConfirmExhausted}},
		"signing what is signed": {func(s *stage) {
			s.sign(bank, "payer-1", sample.Person(1))
			s.do(bank, simulator.ApplySigning{SignNo: "sgn_x", PayerRef: "payer-1", Elements: sample.Person(1)})
		}, []simulator.VerdictName{simulator.VerdictSignedAgain}},
		"signing again after a lost confirmation": {func(s *stage) {
			s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpSigningConfirm, Times: 1}})
			s.sign(bank, "payer-1", sample.Person(1))
			s.do(bank, simulator.ApplySigning{SignNo: "sgn_x", PayerRef: "payer-1", Elements: sample.Person(1)})
		}, nil},
		"a charge past its own expiry": {func(s *stage) {
			c := s.rawCharge(sample.Person(1), 100)
			s.pass(time.Hour)
			s.do(raw, c)
		}, []simulator.VerdictName{simulator.VerdictAfterExpiry}},
	} {
		s := setStage(t)
		row.play(s)
		if got := s.verdicts(); !slices.Equal(got, row.want) && len(got)+len(row.want) > 0 {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
		for _, v := range s.w.Verdicts(s.now) {
			if len(v.Evidence) == 0 || v.Evidence[0].Seq == 0 || v.Clause == "" || v.Text == "" || v.Level == "" {
				t.Errorf("%s: %+v", name, v)
			}
		}
	}
}

func TestEveryVerdictCitesAClauseThatExists(t *testing.T) {
	t.Parallel()
	for _, r := range simulator.VerdictRules() {
		if !bytes.Contains(contract.Clauses, []byte("{id: "+r.Clause+", ")) || r.Level != simulator.LevelMust && r.Level != simulator.LevelShould {
			t.Errorf("%s cites %s, level %s", r.Name, r.Clause, r.Level)
		}
	}
}

func TestAVerdictOutlivesTheJournal(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge, Times: 1}})
	first := s.rawCharge(sample.Person(1), 100)
	s.do(sample.WithholdingRaw, first)
	for range 2100 {
		s.do(sample.WithholdingRaw, simulator.QueryLimits{})
	}
	second := s.rawCharge(sample.Person(1), 100)
	s.do(sample.WithholdingRaw, second)
	for range 2100 {
		s.do(sample.WithholdingRaw, simulator.QueryLimits{})
	}
	found := s.w.Verdicts(s.now)
	if len(found) != 1 || found[0].Number != second.OrderNo || len(found[0].Evidence) != 2 || found[0].Evidence[0].Ref != first.OrderNo || found[0].Evidence[1].Ref != second.OrderNo {
		t.Fatalf("%+v", found)
	}
}

func TestVerdictsAreBounded(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	s.do(sample.WithholdingRaw, simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(1)})
	for range 1500 {
		s.do(sample.WithholdingRaw, simulator.ElementCheck{CheckNo: "chk_1", Elements: sample.Person(2)})
	}
	if got := len(s.w.Verdicts(s.now)); got != 1000 || s.w.OmittedVerdicts() != 500 {
		t.Errorf("%d kept, %d omitted", got, s.w.OmittedVerdicts())
	}
}

func TestTheJournalLetsBodiesGoAndKeepsRows(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	body := bytes.Repeat([]byte(`{"a":"b"} `), 64<<10/10)
	for i := range 300 {
		s.w.Step(simulator.Input{Now: s.now, Command: simulator.QueryLimits{}, Request: simulator.Request{
			ChannelID: sample.WithholdingRaw, MemberNo: memberOf(sample.WithholdingRaw), Body: body, JTI: strconv.Itoa(i),
		}})
	}
	bared := 0
	rows := s.w.Journal(0, 0)
	for i := range rows {
		if rows[i].Bared() {
			bared++
		}
		if rows[i].Bared() && i > 0 && !rows[i-1].Bared() {
			t.Fatalf("row %d lost its body before row %d", i, i-1)
		}
	}
	if len(rows) != 300 || bared != 300-8<<20/len(body) {
		t.Errorf("%d rows, %d without their bodies", len(rows), bared)
	}
}
