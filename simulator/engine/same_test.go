package engine_test

import (
	"bytes"
	"testing"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/internal/sample"
)

// retold carries the calls of a story out in a world of its own, among other worlds of
// the same engine, and gives the canonical export.
func retold(t *testing.T, e *engine.Engine, id string, seed uint64, inputs []simulator.Input) []byte {
	t.Helper()
	info, err := e.CreateWorld(t.Context(), engine.NewWorld{
		ID: id, Seed: seed, Virtual: true, Start: sample.Start, Template: sample.Template(),
	})
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]string{}
	for _, in := range inputs {
		if now, _ := e.Now(info.ID); in.Now.After(now) {
			if _, err := e.SetClock(t.Context(), info.ID, in.Now); err != nil {
				t.Fatal(err)
			}
		}
		if added, is := in.Command.(simulator.AddMember); is {
			m, err := e.AddMember(t.Context(), info.ID, engine.NewMember{ChannelID: added.Member.ChannelID, MerchantName: added.Member.MerchantName})
			if err != nil {
				t.Fatal(err)
			}
			numbers[added.Member.MemberNo] = m.MemberNo
			continue
		}
		in.Request.MemberNo = numbers[in.Request.MemberNo]
		in.Request.Target = "/w/" + info.ID + "/x"
		if _, err := e.Do(t.Context(), info.ID, in); err != nil {
			t.Fatal(err)
		}
		// What a call sends off at once is answered in the background: the next call of the story comes after it.
		if _, err := e.MoveClock(t.Context(), info.ID, engine.Move{}); err != nil {
			t.Fatal(err)
		}
	}
	return canonical(t, e, info.ID)
}

func TestTwoWorldsOfOneSeedTellTheSameStory(t *testing.T) {
	t.Parallel()
	const runs, moves = 200, 60
	for run := range uint64(runs) {
		e := engine.New(engine.Options{Drain: soon})
		inputs := calls(run+1, moves)
		one, two := retold(t, e, "", run+1, inputs), retold(t, e, "the-other-one", run+1, inputs)
		e.Close()
		if !bytes.Equal(one, two) {
			at := differ(one, two)
			t.Fatalf("run %d: the exports differ from byte %d on:\n%s\n--\n%s", run, at, around(one, at), around(two, at))
		}
	}
}

// around is what stands about a place in a text.
func around(text []byte, at int) []byte { return text[max(0, at-200):min(len(text), at+100)] }
