package engine_test

import (
	"errors"
	"testing"

	"countersign/internal/cardholder"
	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// tape is a Recorder in memory that can fail.
type tape struct {
	inputs     []simulator.Input
	failAppend error
	failWait   error
}

// Append remembers.
func (p *tape) Append(in simulator.Input) (func() error, error) {
	if p.failAppend != nil {
		return nil, p.failAppend
	}
	p.inputs = append(p.inputs, in)
	return func() error { return p.failWait }, nil
}

// mustID reads an ID number.
func mustID(t *testing.T, text string) cardholder.IDNumber {
	t.Helper()
	id, err := cardholder.NewIDNumber(text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// durable is a stage whose world is recorded.
func durable(t *testing.T, p *tape, notifier engine.Notifier) *stage {
	t.Helper()
	e := engine.New(engine.Options{Notifier: notifier, Drain: soon})
	t.Cleanup(e.Close)
	info, err := e.CreateWorld(t.Context(), engine.NewWorld{
		ID: "wld_up", Seed: 7, Virtual: true, Start: sample.Start, Template: sample.Template(), Recorder: p,
	})
	if err != nil || !info.Durable {
		t.Fatal(err)
	}
	s := &stage{t: t, e: e, world: info.ID}
	s.member = s.addMember(sample.WithholdingRaw)
	return s
}

func TestEveryInputIsRecordedBeforeItsAnswer(t *testing.T) {
	t.Parallel()
	p := &tape{}
	s := durable(t, p, &recorder{})
	s.must(s.charge())
	if _, err := s.e.NextClock(t.Context(), s.world); err != nil {
		t.Fatal(err)
	}
	var names []simulator.Operation
	for _, in := range p.inputs {
		names = append(names, in.Command.Operation())
	}
	want := []simulator.Operation{simulator.OpControl, simulator.OpCharge, simulator.OpTick, simulator.OpNotification}
	if len(names) != len(want) {
		t.Fatalf("recorded %v", names)
	}
	for i := range want {
		if names[i] != want[i] {
			t.Errorf("recorded %v", names)
		}
	}
}

func TestAWorldWhoseLogFailsRefusesEverything(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*tape){
		"at append": func(p *tape) { p.failAppend = errors.New("disk full") },
		"at flush":  func(p *tape) { p.failWait = errors.New("disk full") },
	} {
		p := &tape{}
		s := durable(t, p, nil)
		spoil(p)
		if _, err := s.do(t.Context(), s.charge()); !errors.Is(err, engine.ErrNotDurable) {
			t.Errorf("%s: %v", name, err)
		}
		p.failAppend, p.failWait = nil, nil
		if _, err := s.do(t.Context(), s.charge()); !errors.Is(err, engine.ErrNotDurable) {
			t.Errorf("%s, afterwards: %v", name, err)
		}
		if v, err := s.e.Clock(s.world); err != nil || v.Busy != 0 {
			t.Errorf("%s: clock %+v %v", name, v, err)
		}
	}
}

func TestAnAdoptedWorldGoesOnAndSendsWhatWasUnderWayAgain(t *testing.T) {
	t.Parallel()
	old := simulator.NewWorld("wld_up", 7, sample.Start, sample.Template(), fault.All())
	step := func(c simulator.Command, m string) simulator.Outcome {
		return old.Step(simulator.Input{Now: sample.Start, Command: c, Request: simulator.Request{ChannelID: sample.WithholdingRaw, MemberNo: m}})
	}
	step(simulator.AddMember{Member: simulator.Member{
		MemberNo: "M1", ChannelID: sample.WithholdingRaw, NotifyURL: "http://127.0.0.1/n",
	}}, "")
	s := &stage{t: t}
	c := s.charge()
	step(c, "M1")
	old.Advance(sample.Start.Add(1e9)) // the sending begins, and the process dies

	notifier := &recorder{}
	e := engine.New(engine.Options{Notifier: notifier, Drain: soon})
	defer e.Close()
	info, err := e.AdoptWorld(t.Context(), old, engine.NewWorld{Virtual: true, Recorder: &tape{}})
	if err != nil {
		t.Fatal(err)
	}
	if world, _, err := e.FindMember("M1"); err != nil || world != info.ID {
		t.Errorf("member: %q %v", world, err)
	}
	moved, err := e.NextClock(t.Context(), info.ID)
	if err != nil || len(notifier.all()) != 1 || notifier.all()[0].Attempt != 2 {
		t.Errorf("sent %+v, moved %+v, %v", notifier.all(), moved, err)
	}
}

func TestAClosedEngineTakesNoWorlds(t *testing.T) {
	t.Parallel()
	e := engine.New(engine.Options{})
	e.Close()
	if _, err := e.CreateWorld(t.Context(), engine.NewWorld{Template: sample.Template()}); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestMakingAWorldIsCheap(t *testing.T) {
	t.Parallel()
	e := engine.New(engine.Options{})
	defer e.Close()
	template := sample.Template()
	for range 1000 {
		if _, err := e.CreateWorld(t.Context(), engine.NewWorld{Virtual: true, Template: template}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(e.Worlds()); n != 1000 {
		t.Errorf("%d worlds", n)
	}
}

func BenchmarkCreateWorld(b *testing.B) {
	e := engine.New(engine.Options{})
	defer e.Close()
	template := sample.Template()
	for b.Loop() {
		if _, err := e.CreateWorld(b.Context(), engine.NewWorld{Virtual: true, Template: template}); err != nil {
			b.Fatal(err)
		}
	}
}
