package controlapi

import (
	"fmt"
	"strings"
	"testing"

	"countersign/contract/control"
	"countersign/simulator"
	"countersign/simulator/fault"
	universe "countersign/simulator/internal/sample"
)

// times is a count of the contract; -1 leaves a member out.
func times(exactly, least, most int) control.Count {
	var c control.Count
	for _, m := range []struct {
		n  int
		to **int
	}{{exactly, &c.Exactly}, {least, &c.AtLeast}, {most, &c.AtMost}} {
		if m.n >= 0 {
			n := m.n
			*m.to = &n
		}
	}
	return c
}

func TestACountIsSettledAsSoonAsItCanBe(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		count         control.Count
		found         int
		over          bool
		settled, held bool
	}{
		{times(-1, 2, -1), 1, false, false, false},
		{times(-1, 2, -1), 2, false, true, true},
		{times(-1, 2, -1), 1, true, true, false},
		{times(-1, 0, -1), 0, false, true, true},
		{times(-1, -1, 2), 2, false, false, false},
		{times(-1, -1, 2), 2, true, true, true},
		{times(-1, -1, 2), 3, false, true, false},
		{times(2, -1, -1), 2, false, false, false},
		{times(2, -1, -1), 2, true, true, true},
		{times(2, -1, -1), 3, false, true, false},
		{times(2, -1, -1), 1, true, true, false},
		{times(0, -1, -1), 0, false, false, false},
		{times(0, -1, -1), 0, true, true, true},
		{times(0, -1, -1), 1, false, true, false},
		{times(-1, 1, 2), 1, false, false, false},
		{times(-1, 1, 2), 1, true, true, true},
		{times(-1, 1, 2), 0, true, true, false},
		{times(-1, 1, 2), 3, false, true, false},
	} {
		b, wrong := boundsOf(row.count)
		if settled, held := b.judge(row.found, 0, row.over); wrong != "" || settled != row.settled || held != row.held {
			t.Errorf("%s, found %d, over %v: settled %v, held %v (%s)", b.words(), row.found, row.over, settled, held, wrong)
		}
	}
}

func TestACountThatSaysNothingOrTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		count control.Count
		wrong string
	}{
		{times(-1, -1, -1), "/count"},
		{times(1, 1, -1), "/count/exactly"},
		{times(1, -1, 1), "/count/exactly"},
		{times(-1, 3, 2), "/count/at_most"},
		{times(-1, 2, 2), ""},
		{times(0, -1, -1), ""},
	} {
		if _, wrong := boundsOf(row.count); wrong != row.wrong {
			t.Errorf("%+v: %q, want %q", row.count, wrong, row.wrong)
		}
	}
}

// shelf is a record of named values.
func shelf(cursor int64, values string) *record {
	return &record{cursor: cursor, value: func(name, _ string) string {
		for pair := range strings.FieldsSeq(values) {
			if rest, is := strings.CutPrefix(pair, name+"="); is {
				return rest
			}
		}
		return ""
	}}
}

func TestTheNearestThreeAreTold(t *testing.T) {
	t.Parallel()
	s := &search{criteria: []criterion{{"a", "1"}, {"b", "2"}, {"c", "3"}}}
	for i, values := range []string{"a=9 b=9 c=3", "a=1 b=2 c=3", "a=1 b=2 c=9", "a=9 b=9 c=9", "a=1 b=9 c=9", "a=1 b=9 c=3", "a=9 b=2 c=9"} {
		s.look(shelf(int64(i+1), values))
	}
	got := s.result("journal", bounds{least: 2, most: -1}, false, func(_, v string) string { return "<" + v + ">" })
	var near []string
	for _, n := range got.NearMisses {
		near = append(near, fmt.Sprint(n.Cursor, n.Differs))
	}
	want := "6 [{b <9> <2>}]|3 [{c <9> <3>}]|7 [{a <9> <1>} {c <9> <3>}]"
	if strings.Join(near, "|") != want || got.Found != 1 || len(got.Cursors) != 1 || got.Cursors[0] != 2 {
		t.Errorf("got %s %+v", strings.Join(near, "|"), got)
	}
	if got.Explanation != `journal: wanted at least 2, found 1; nearest is row 6, where b is "<9>", not "<2>"` {
		t.Error(got.Explanation)
	}
}

func TestNothingIsNearWhereEnoughWasFound(t *testing.T) {
	t.Parallel()
	s := &search{criteria: []criterion{{"a", "1"}, {"b", "2"}}}
	s.look(shelf(1, "a=1 b=2"))
	s.look(shelf(2, "a=1 b=9"))
	if got := s.result("ledger", bounds{least: 0, most: 0}, false, shown); len(got.NearMisses) != 0 || got.Explanation != "ledger: wanted none, found 1" {
		t.Errorf("%+v", got)
	}
}

func TestEverySubjectHasItsMembers(t *testing.T) {
	t.Parallel()
	all := map[string]bool{}
	word := "x"
	amount, status, committed := control.Fen(1), 1, true
	for _, c := range criteriaOf(&control.RecordMatch{
		About: new(control.MessageAbout), Amount: &amount, CardLast4: &word, Cause: &word, ChannelId: &word, Committed: &committed,
		Direction: new(control.Direction), EventId: &word, FaultId: &word, Kind: new(control.RecordMatchKind), Medium: new(control.Medium),
		MemberNo: &word, Number: &word, Operation: new(control.Operation), Outcome: &word, Reference: &word, Sender: new(control.Party),
		Signature: &word, Status: &status, To: &word,
	}) {
		all[c.name] = true
	}
	if len(all) != 20 {
		t.Errorf("%d criteria, want one for each member of RecordMatch", len(all))
	}
	for _, subject := range []control.VerifyRequestSubject{control.SubjectJournal, control.SubjectInbox, control.SubjectLedger, control.SubjectDeliveries} {
		for _, name := range membersOf(subject) {
			if !all[name] {
				t.Errorf("%s: %s is no member of a match", subject, name)
			}
		}
	}
}

func TestABoundFromAboveNeverHoldsWhereRecordsWereDropped(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		count         control.Count
		found         int
		settled, held bool
	}{
		{times(0, -1, -1), 0, true, false},
		{times(2, -1, -1), 2, true, false},
		{times(-1, -1, 3), 1, true, false},
		{times(-1, 1, 3), 2, true, false},
		{times(-1, 1, -1), 1, true, true},
		{times(-1, 2, -1), 1, false, false},
	} {
		b, wrong := boundsOf(row.count)
		if settled, held := b.judge(row.found, 5, false); wrong != "" || settled != row.settled || held != row.held {
			t.Errorf("%s, found %d: settled %v, held %v", b.words(), row.found, settled, held)
		}
		s := &search{found: row.found, dropped: 5}
		if made := s.result("journal", b, row.held, shown); made.Dropped == nil || *made.Dropped != 5 || !strings.Contains(made.Explanation, "no longer kept") {
			t.Errorf("%+v", made)
		}
	}
	s := &search{}
	if s.miss(10, 8); s.dropped != 0 {
		t.Errorf("after the drop: %d", s.dropped)
	}
	if s.miss(2, 8); s.dropped != 5 {
		t.Errorf("rows 3 to 7 are gone, not %d", s.dropped)
	}
	if s.miss(7, 8); s.dropped != 0 {
		t.Errorf("nothing after row 7 is gone, not %d", s.dropped)
	}
}

func TestTheJournalTellsWhatItHasLetGo(t *testing.T) {
	t.Parallel()
	world := simulator.NewWorld("w", 7, universe.Start, universe.Template(), fault.All())
	for range 6000 {
		world.Step(simulator.Input{Now: universe.Start, Command: simulator.RefuseRequest{Problem: simulator.Problem{Code: simulator.ProblemInvalidRequest}}})
	}
	if world.OldestRow() < 2 {
		t.Skip("the journal keeps more than this test makes")
	}
	s := &search{}
	if s.visit(world, control.SubjectJournal, 0); s.dropped != world.OldestRow()-1 {
		t.Errorf("%d dropped, the oldest is %d", s.dropped, world.OldestRow())
	}
	for _, subject := range []control.VerifyRequestSubject{control.SubjectInbox, control.SubjectLedger, control.SubjectDeliveries} {
		other := &search{}
		if other.visit(world, subject, 0); other.dropped != 0 {
			t.Errorf("%s: %d", subject, other.dropped)
		}
	}
}
