package simulator_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// keysOf makes keys out of a byte.
func keysOf(memberNo string, serial int, fill byte) simulator.MemberKeys {
	seed := bytes.Repeat([]byte{fill}, 32)
	return simulator.MakeKeys("HS256", memberNo, serial, seed, seed)
}

// keyed is a stage whose member has keys.
func keyed(t *testing.T) (*stage, string) {
	t.Helper()
	s := setStage(t)
	no := "M-keyed"
	s.control(simulator.AddMember{Member: simulator.Member{MemberNo: no, ChannelID: sample.AgreementBank, Keys: keysOf(no, 1, 1)}})
	return s, no
}

func TestRotatingKeysKeepsTheOldOneForTheOverlap(t *testing.T) {
	t.Parallel()
	s, no := keyed(t)
	s.control(simulator.RotateKeys{MemberNo: no, Keys: keysOf(no, 2, 2), OverlapSeconds: 60})
	m, _ := s.w.Member(no)
	if m.Keys.Request.KID != no+"-request-2" || m.Keys.Reply.KID != no+"-reply-2" || m.NextSerial() != 3 {
		t.Errorf("keys %s, %s, next %d", m.Keys.Request.KID, m.Keys.Reply.KID, m.NextSerial())
	}
	if len(m.OldKeys) != 1 || m.OldKeys[0].Key.KID != no+"-request-1" || !m.OldKeys[0].Until.Equal(sample.Start.Add(time.Minute)) {
		t.Errorf("old keys %+v", m.OldKeys)
	}
	before := m
	for serial := 3; serial < 20; serial++ {
		s.control(simulator.RotateKeys{MemberNo: no, Keys: keysOf(no, serial, byte(serial))})
	}
	if m, _ = s.w.Member(no); len(m.OldKeys) != 8 || m.OldKeys[0].Key.KID != no+"-request-18" || len(before.OldKeys) != 1 {
		t.Errorf("%d old keys, the newest %s", len(m.OldKeys), m.OldKeys[0].Key.KID)
	}
}

func TestWrongRotationsAreRefused(t *testing.T) {
	t.Parallel()
	s, no := keyed(t)
	other := keysOf(no, 2, 2)
	other.Alg = "EdDSA"
	for name, c := range map[string]simulator.RotateKeys{
		"overlap":     {MemberNo: no, Keys: keysOf(no, 2, 2), OverlapSeconds: -1},
		"algorithm":   {MemberNo: no, Keys: other},
		"the old kid": {MemberNo: no, Keys: keysOf(no, 1, 2)},
	} {
		out := s.w.Step(simulator.Input{Now: s.now, Command: c})
		if out.Problem == nil || out.Problem.Field == "" {
			t.Errorf("%s: %+v", name, out.Problem)
		}
	}
	out := s.w.Step(simulator.Input{Now: s.now, Command: simulator.RotateKeys{MemberNo: "M-nobody"}})
	wantProblem(t, out, simulator.ProblemNotFound)
}

func TestAFaultRotatesKeysByTheSeedAlone(t *testing.T) {
	t.Parallel()
	rotated := func(seed uint64) simulator.Member {
		w := freshWorld(seed)
		no := "M-keyed"
		steps := []simulator.Command{
			simulator.AddMember{Member: simulator.Member{MemberNo: no, ChannelID: sample.AgreementBank, Keys: keysOf(no, 1, 1)}},
			simulator.AddFault{Rule: simulator.FaultRule{Fault: "key_rotate", When: simulator.When{Every: 2}, DelayMS: 1000}},
		}
		for range 4 {
			steps = append(steps, simulator.QueryLimits{})
		}
		for _, c := range steps {
			w.Step(simulator.Input{Now: sample.Start, Command: c, Request: simulator.Request{ChannelID: sample.AgreementBank, MemberNo: no}})
		}
		m, _ := w.Member(no)
		return m
	}
	one, again, two := rotated(1), rotated(1), rotated(2)
	if !strings.HasSuffix(one.Keys.Request.KID, "-request-3") || len(one.OldKeys) != 2 {
		t.Errorf("kid %s, %d old", one.Keys.Request.KID, len(one.OldKeys))
	}
	if !bytes.Equal(one.Keys.Request.Private, again.Keys.Request.Private) || bytes.Equal(one.Keys.Request.Private, two.Keys.Request.Private) ||
		bytes.Equal(one.Keys.Request.Private, one.Keys.Reply.Private) {
		t.Error("keys are not those of the seed")
	}
}
