package engine_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// lived is an engine with a virtual world that has a history.
func lived(t testing.TB, moves int) (*engine.Engine, string) {
	t.Helper()
	e := engine.New(engine.Options{Drain: soon})
	t.Cleanup(e.Close)
	world := simulator.NewWorld("wld_lived", 5, sample.Start, sample.Template(), fault.All())
	player := sample.NewPlayer(world, rand.New(rand.NewPCG(5, 5)).IntN)
	player.Play(moves)
	info, err := e.AdoptWorld(t.Context(), world, engine.NewWorld{Virtual: true})
	if err != nil {
		t.Fatal(err)
	}
	return e, info.ID
}

// canonical is the canonical export of a world.
func canonical(t testing.TB, e *engine.Engine, worldID string) []byte {
	t.Helper()
	text, err := e.Canonical(worldID)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// members are the members of a world.
func members(t testing.TB, e *engine.Engine, worldID string) (list []simulator.Member) {
	t.Helper()
	if err := e.Read(worldID, func(w *simulator.World) { list = w.Members() }); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAForkIsTheSameWorldWithNumbersAndKeysOfItsOwn(t *testing.T) {
	t.Parallel()
	e, id := lived(t, 300)
	fork, err := e.Fork(t.Context(), id, engine.ForkOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if fork.ID == id || fork.Parent != id || !fork.Virtual {
		t.Fatalf("%+v", fork)
	}
	if one, two := canonical(t, e, id), canonical(t, e, fork.ID); !bytes.Equal(one, two) {
		t.Fatalf("the fork differs from byte %d on", differ(one, two))
	}
	numbers := map[string]bool{}
	for _, m := range members(t, e, id) {
		numbers[m.MemberNo] = true
	}
	for _, m := range members(t, e, fork.ID) {
		if numbers[m.MemberNo] {
			t.Fatalf("%s is in both", m.MemberNo)
		}
		if owner, _, err := e.FindMember(m.MemberNo); err != nil || owner != fork.ID {
			t.Fatalf("%s leads to %q: %v", m.MemberNo, owner, err)
		}
	}
	before := canonical(t, e, id)
	if _, err := e.SetClock(t.Context(), fork.ID, sample.Start.Add(24000*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := e.ResetWorld(t.Context(), fork.ID); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, canonical(t, e, id)) {
		t.Fatal("what happened in the fork reached the first world")
	}
}

func TestAForkChoosesItsClock(t *testing.T) {
	t.Parallel()
	e, id := lived(t, 30)
	yes, no := true, false
	if _, err := e.Fork(t.Context(), id, engine.ForkOptions{Virtual: &yes, Start: sample.Start.Add(-time.Hour)}); !isProblem(err, "clock.start") {
		t.Fatal(err)
	}
	if _, err := e.Fork(t.Context(), id, engine.ForkOptions{Virtual: &no, Start: sample.Start}); !isProblem(err, "clock.start") {
		t.Fatal(err)
	}
	if _, err := e.Fork(t.Context(), id, engine.ForkOptions{SnapshotID: "none"}); !errors.Is(err, engine.ErrSnapshotNotFound) {
		t.Fatal(err)
	}
	if _, err := e.Fork(t.Context(), id, engine.ForkOptions{ID: id}); !errors.Is(err, engine.ErrWorldExists) {
		t.Fatal(err)
	}
	if len(e.Worlds()) != 1 {
		t.Fatal("a refused fork left something behind")
	}
}

// isProblem reports a problem about a field.
func isProblem(err error, field string) bool {
	var problem *simulator.Problem
	return errors.As(err, &problem) && problem.Field == field
}

func TestRestorePutsEverythingBackButKeys(t *testing.T) {
	t.Parallel()
	e, id := lived(t, 200)
	taken, err := e.TakeSnapshot(id, "")
	if err != nil || taken.Bytes == 0 {
		t.Fatal(taken, err)
	}
	before, keys := canonical(t, e, id), members(t, e, id)
	if _, err := e.SetClock(t.Context(), id, taken.At.Add(5000*time.Hour)); err != nil {
		t.Fatal(err)
	}
	added, err := e.AddMember(t.Context(), id, engine.NewMember{ChannelID: sample.AgreementBank, Merchant: "later"})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Restore(t.Context(), id, taken.ID); err != nil {
		t.Fatal(err)
	}
	if after := canonical(t, e, id); !bytes.Equal(before, after) {
		t.Fatalf("the world differs from byte %d on", differ(before, after))
	}
	if now, _ := e.Now(id); !now.Equal(taken.At) {
		t.Fatalf("the clock stands at %s", now)
	}
	for i, m := range members(t, e, id) {
		if m.MemberNo != keys[i].MemberNo || !bytes.Equal(m.Keys.Request.Private, keys[i].Keys.Request.Private) {
			t.Fatal("a key was changed")
		}
	}
	if _, _, err := e.FindMember(added.MemberNo); err == nil {
		t.Fatal("a member made since is still there")
	}
}

func TestSnapshotsAreBoundedAndNamed(t *testing.T) {
	t.Parallel()
	e, id := lived(t, 10)
	if _, err := e.TakeSnapshot(id, "one"); err != nil {
		t.Fatal(err)
	}
	if _, err := e.TakeSnapshot(id, "one"); !errors.Is(err, engine.ErrSnapshotExists) {
		t.Fatal(err)
	}
	for range 19 {
		if _, err := e.TakeSnapshot(id, ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.TakeSnapshot(id, ""); !errors.Is(err, engine.ErrSnapshotRoom) {
		t.Fatal(err)
	}
	if err := e.DeleteSnapshot(id, "one"); err != nil {
		t.Fatal(err)
	}
	if err := e.Restore(t.Context(), id, "one"); !errors.Is(err, engine.ErrSnapshotNotFound) {
		t.Fatal(err)
	}
	list, err := e.Snapshots(id)
	if err != nil || len(list) != 19 {
		t.Fatal(len(list), err)
	}
}

func TestRestoreLetsHeldCallsGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := engine.New(engine.Options{})
		defer e.Close()
		info, err := e.CreateWorld(t.Context(), engine.NewWorld{Virtual: true, Start: sample.Start, Template: sample.Template()})
		if err != nil {
			t.Fatal(err)
		}
		m, err := e.AddMember(t.Context(), info.ID, engine.NewMember{ChannelID: sample.AgreementBank})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.TakeSnapshot(info.ID, "before"); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Do(t.Context(), info.ID, simulator.Input{Command: simulator.AddFault{Rule: simulator.FaultRule{Fault: "hang"}}}); err != nil {
			t.Fatal(err)
		}
		ended := make(chan simulator.Outcome)
		go func() {
			out, _ := e.Do(t.Context(), info.ID, simulator.Input{
				Request: simulator.Request{ChannelID: m.ChannelID, MemberNo: m.MemberNo}, Command: simulator.QueryLimits{},
			})
			ended <- out
		}()
		synctest.Wait()
		if err := e.Restore(t.Context(), info.ID, "before"); err != nil {
			t.Fatal(err)
		}
		if out := <-ended; !out.Reply.Withheld {
			t.Fatalf("%+v", out)
		}
	})
}

func TestAWorldDeletesItselfWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := engine.New(engine.Options{})
		defer e.Close()
		made := func() string {
			info, err := e.CreateWorld(t.Context(), engine.NewWorld{
				Virtual: true, Start: sample.Start, Template: sample.Template(), TTL: time.Minute,
			})
			if err != nil || info.ExpiresAt.IsZero() {
				t.Fatal(info, err)
			}
			return info.ID
		}
		dies, lives, longer := made(), made(), made()
		if err := e.SetTTL(lives, 0); err != nil {
			t.Fatal(err)
		}
		if err := e.SetTTL(longer, time.Hour); err != nil {
			t.Fatal(err)
		}
		<-time.After(2 * time.Minute)
		synctest.Wait()
		if _, err := e.World(dies); !errors.Is(err, engine.ErrWorldNotFound) {
			t.Fatal(err)
		}
		for _, id := range []string{lives, longer} {
			if _, err := e.World(id); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestAFileMakesTheSameWorldAgain(t *testing.T) {
	t.Parallel()
	e, id := lived(t, 300)
	file, err := e.ExportFile(id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.ImportWorld(t.Context(), file, "", 0); !errors.Is(err, engine.ErrWorldExists) {
		t.Fatal(err)
	}
	file, _ = e.ExportFile(id)
	beside, err := e.ImportWorld(t.Context(), file, "beside", 0)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(canonical(t, e, id), canonical(t, e, beside.ID)) {
		t.Fatal("the imported world is another")
	}
	file, _ = e.ExportFile(id)
	other := engine.New(engine.Options{})
	defer other.Close()
	if _, err := other.ImportWorld(t.Context(), file, "", 0); err != nil {
		t.Fatal(err)
	}
	for i, m := range members(t, other, id) {
		if first := members(t, e, id)[i]; first.MemberNo != m.MemberNo || !bytes.Equal(first.Keys.Reply.Public, m.Keys.Reply.Public) {
			t.Fatal("in an empty program numbers and keys stay")
		}
	}
	file, _ = e.ExportFile(id)
	file.State.Ledger = append(file.State.Ledger, simulator.LedgerState{OrderNo: "made-up"})
	var wrong *simulator.StateError
	if _, err := other.ImportWorld(t.Context(), file, "hostile", 0); !errors.As(err, &wrong) || len(other.Worlds()) != 1 {
		t.Fatal(err, len(other.Worlds()))
	}
}
