package simulator_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"countersign/simulator"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// played is a world with a history that follows from a seed, and who plays it.
func played(seed uint64, moves int) *sample.Player {
	w := simulator.NewWorld("wld_state", seed, sample.Start, sample.Template(), fault.All())
	p := sample.NewPlayer(w, rand.New(rand.NewPCG(seed, 9)).IntN)
	p.Play(moves)
	return p
}

// throughText writes a state as JSON and reads it back.
func throughText(t testing.TB, s simulator.State) simulator.State {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back simulator.State
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// exported is an export as text.
func exported(t testing.TB, w *simulator.World) []byte {
	t.Helper()
	text, err := json.MarshalIndent(w.Export(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestStateIsAWholeWorld(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		p := played(seed+1, 150)
		p.World.Advance(p.World.Now()) // ends the step under way
		before := exported(t, p.World)
		copied, err := simulator.Load(throughText(t, p.World.Save()), p.World.Template(), fault.All())
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if after := exported(t, copied); !bytes.Equal(before, after) {
			t.Fatalf("seed %d: the copy exports otherwise:\n%s", seed, firstDifference(before, after))
		}
		if !reflect.DeepEqual(throughText(t, p.World.Save()), throughText(t, copied.Save())) {
			t.Fatalf("seed %d: the copy saves otherwise", seed)
		}
		from := len(p.Inputs)
		p.Play(50)
		for i, in := range p.Inputs[from:] {
			copied.Step(in)
			_ = i
		}
		if one, two := exported(t, p.World), exported(t, copied); !bytes.Equal(one, two) {
			t.Fatalf("seed %d: after 50 more moves the copy differs:\n%s", seed, firstDifference(one, two))
		}
	}
}

// firstDifference shows where two texts part.
func firstDifference(one, two []byte) string {
	a, b := strings.Split(string(one), "\n"), strings.Split(string(two), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return strings.Join(a[max(0, i-6):i+1], "\n") + "\n--\n" + b[i]
		}
	}
	return "one is longer"
}

func TestStateNamesNobodyWhenItIsPrinted(t *testing.T) {
	t.Parallel()
	s := played(3, 40).World.Save()
	if text := strings.Join([]string{s.String(), s.LogValue().String()}, ""); strings.Contains(text, "000000") {
		t.Fatal(text)
	}
}

func TestAStateThatNoWorldIsInIsRefusedByName(t *testing.T) {
	t.Parallel()
	world := played(11, 400).World
	good := world.Save()
	memberWith := func(s *simulator.State, has func(*simulator.MemberState) bool) *simulator.MemberState {
		for i := range s.Members {
			if has(&s.Members[i]) {
				return &s.Members[i]
			}
		}
		t.Fatal("no member did that")
		return nil
	}
	charges := func(m *simulator.MemberState) bool { return len(m.Charges) > 0 }
	for name, spoil := range map[string]func(*simulator.State){
		"accounts[0].balance":            func(s *simulator.State) { s.Accounts[0].Balance = -1 },
		"accounts[0].state":              func(s *simulator.State) { s.Accounts[0].State = "melted" },
		"accounts[0].holder.card_number": func(s *simulator.State) { s.Accounts[0].Holder.CardNumber = "6222021234567890123" },
		"accounts[1].holder.card_number": func(s *simulator.State) { s.Accounts[1] = s.Accounts[0] },
		"agreements[0].member_no":        func(s *simulator.State) { s.Agreements[0].MemberNo = "M-nobody" },
		"agreements[0].card":             func(s *simulator.State) { s.Agreements[0].Card = "" },
		"agreements[0].status":           func(s *simulator.State) { s.Agreements[0].Status = "asleep" },
		"].status":                       func(s *simulator.State) { memberWith(s, charges).Charges[0].Status = "" },
		"].amount":                       func(s *simulator.State) { memberWith(s, charges).Charges[0].Amount = -5 },
		"].agreement":                    func(s *simulator.State) { memberWith(s, charges).Charges[0].Agreement = 1 << 30 },
		"].debit":                        func(s *simulator.State) { memberWith(s, charges).Charges[0].Debit = 1 << 40 },
		"].keys":                         func(s *simulator.State) { s.Members[0].Keys.Request.Private = nil },
		"channels":                       func(s *simulator.State) { s.Channels = s.Channels[1:] },
		"channels[0].channel_id":         func(s *simulator.State) { s.Channels[0].ChannelID = "elsewhere" },
		"inbox.last":                     func(s *simulator.State) { s.Inbox.Last = 0 },
		"inbox.messages[0].cursor":       func(s *simulator.State) { s.Inbox.Messages[0].Cursor = 77777 },
		"journal.rows[1].seq":            func(s *simulator.State) { s.Journal.Rows[1].Seq = 1 },
		"journal.last":                   func(s *simulator.State) { s.Journal.Last = 2 },
		"ledger[0].order_no":             func(s *simulator.State) { s.Ledger[0].OrderNo = "never" },
		"].seq":                          func(s *simulator.State) { s.Due.Seq = 0 },
		"now":                            func(s *simulator.State) { s.Now = s.Now.AddDate(90000, 0, 0) },
		"members[0].merchant_name":       func(s *simulator.State) { s.Members[0].MerchantName = strings.Repeat("x", 5000) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := throughText(t, good)
			spoil(&bad)
			_, err := simulator.Load(bad, world.Template(), fault.All())
			var wrong *simulator.StateError
			if !errors.As(err, &wrong) || !strings.Contains(wrong.Field, name) {
				t.Fatalf("%v", err)
			}
		})
	}
}

func TestARenamedStateNamesNoOldMember(t *testing.T) {
	t.Parallel()
	p := played(21, 400)
	p.World.Step(simulator.Input{Now: p.World.Now(), Command: simulator.AddFault{Rule: simulator.FaultRule{
		Fault: "withhold_reply", When: simulator.When{MemberNo: "M-" + sample.AgreementBank},
	}}})
	before := exported(t, p.World)
	members := map[string]simulator.Member{}
	for _, m := range p.World.Members() {
		no := m.MemberNo
		m.MemberNo = "N" + strings.TrimPrefix(no, "M-")
		m.Keys, m.OldKeys = simulator.MakeKeys("HS256", m.MemberNo, 1, bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)), nil
		members[no] = m
	}
	renamed := p.World.Save().Renamed("wld_other", members)
	text, err := json.Marshal(renamed)
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.Index(text, []byte(`"M-`)); at >= 0 {
		t.Fatalf("an old number is left: %.80s", text[max(0, at-40):])
	}
	if _, err := simulator.Load(renamed, p.World.Template(), fault.All()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, exported(t, p.World)) {
		t.Fatal("the world itself was changed")
	}
}

// FuzzLoadState feeds states that anybody may have written: an error or a world that
// goes on, never a panic.
func FuzzLoadState(f *testing.F) {
	for seed := range uint64(4) {
		text, err := json.Marshal(played(seed+1, 12).World.Save())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"id":"w","channels":[{"channel_id":"agreement-bank","profile":-1}],"profiles":[{}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var s simulator.State
		if json.Unmarshal(text, &s) != nil {
			return
		}
		w, err := simulator.Load(s, sample.Template(), fault.All())
		if err != nil {
			if !errors.Is(err, simulator.ErrState) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		exported(t, w)
		for _, d := range w.Due() {
			w.Advance(d.At)
		}
		for _, m := range w.Members() {
			for _, c := range w.Charges(m.MemberNo) {
				w.Step(simulator.Input{Now: w.Now(), Request: simulator.Request{ChannelID: m.ChannelID, MemberNo: m.MemberNo}, Command: simulator.QueryCharge{
					OrderNo: c.OrderNo, OrderTime: c.OrderTime,
				}})
			}
		}
		exported(t, w)
	})
}
