package engine_test

import (
	"bytes"
	"context"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// moody is a Notifier whose answers follow from event and attempt, after a pause
// that its own mood has a part in: who is quicker must not matter.
type moody struct{ mood string }

// Deliver answers 200 with or without an acknowledgement, or not at all.
func (m moody) Deliver(_ context.Context, s engine.Copy) engine.Receipt {
	sending := s.Event.EventID + strconv.Itoa(s.Attempt) + "/" + strconv.Itoa(s.Copy)
	const most = 200
	<-time.After(time.Duration(draw(m.mood+sending)%most) * time.Microsecond)
	switch draw(sending) % 3 {
	case 0:
		return engine.Receipt{Status: 200, Acknowledged: true}
	case 1:
		return engine.Receipt{Status: 503}
	}
	return engine.Receipt{}
}

// draw is a number that follows from a text.
func draw(text string) uint32 {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(text))
	return sum.Sum32()
}

// Body is nothing.
func (moody) Body(simulator.Event) []byte { return nil }

// calls are what a caller would do in a world of a seed, in order: accidental but
// sensible traffic. How notifications end is the notifier's part, and a request
// that hangs would have to be given up by its caller.
func calls(seed uint64, moves int) []simulator.Input {
	world := simulator.NewWorld("wld_calls", seed, sample.Start, sample.Template(), fault.All())
	player := sample.NewPlayer(world, rand.New(rand.NewPCG(seed, 4)).IntN)
	player.Play(moves)
	return slices.DeleteFunc(player.Inputs, func(in simulator.Input) bool {
		switch c := in.Command.(type) {
		case simulator.Delivered:
			return true
		case simulator.AddFault:
			return c.Rule.Fault == "hang" || c.Rule.Fault == "slow"
		}
		return false
	})
}

// playedOut carries calls out on an engine of its own and gives the canonical export.
func playedOut(t *testing.T, seed uint64, inputs []simulator.Input, mood string) []byte {
	t.Helper()
	e := engine.New(engine.Options{Notifier: moody{mood}, Drain: soon})
	defer e.Close()
	info, err := e.CreateWorld(t.Context(), engine.NewWorld{
		ID: "wld_calls", Seed: seed, Virtual: true, Start: sample.Start, Template: sample.Template(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range inputs {
		if now, _ := e.Now(info.ID); in.Now.After(now) {
			if _, err := e.SetClock(t.Context(), info.ID, in.Now); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := e.Do(t.Context(), info.ID, in); err != nil {
			t.Fatal(err)
		}
		// What a call sends off at once is answered in the background: the next call of the story comes after it.
		if _, err := e.MoveClock(t.Context(), info.ID, engine.Move{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.SetClock(t.Context(), info.ID, inputs[len(inputs)-1].Now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	text, err := e.Canonical(info.ID)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheSameSeedAndCallsMakeTheSameExportThoughNotificationsRace(t *testing.T) {
	t.Parallel()
	const runs, moves = 200, 80
	for run := range uint64(runs) {
		inputs := calls(run+1, moves)
		one, two := playedOut(t, run+1, inputs, "calm"), playedOut(t, run+1, inputs, "hasty")
		if !bytes.Equal(one, two) {
			t.Fatalf("run %d: the exports differ from byte %d on", run, differ(one, two))
		}
	}
}

// differ is where two texts part.
func differ(one, two []byte) int {
	at := 0
	for at < min(len(one), len(two)) && one[at] == two[at] {
		at++
	}
	return at
}
