package worldlog

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// short has every log rewritten.
var short = limits{inputs: 10, bytes: 1 << 30}

// onDisk puts the log of a story into a file.
func onDisk(t *testing.T, seed uint64, inputs []simulator.Input) (path string, text []byte) {
	t.Helper()
	path, text = filepath.Join(t.TempDir(), "demo.log"), written(t, seed, inputs)
	if err := os.WriteFile(path, text, filePerm); err != nil {
		t.Fatal(err)
	}
	return path, text
}

// reopened opens a log, wants a world and closes it.
func reopened(t *testing.T, path string, most limits, want []byte) *Replayed {
	t.Helper()
	log, replayed, err := open(path, fault.All(), most)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(canonical(t, replayed.World), want) {
		t.Fatal("another world")
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + compactSuffix); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("left behind: %v", err)
	}
	return replayed
}

func TestALongLogIsRewrittenAsItsStateAndGoesOnTheSame(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		inputs := played(t, seed, 120)
		cut := len(inputs) * 2 / 3
		whole := freshWorld(t, seed)
		for _, in := range inputs[:cut] {
			whole.Step(in)
		}
		path, _ := onDisk(t, seed, inputs[:cut])
		log, replayed, err := open(path, fault.All(), short)
		if err != nil || replayed.Inputs != cut || !bytes.Equal(canonical(t, replayed.World), canonical(t, whole)) {
			t.Fatalf("seed %d: %v", seed, err)
		}
		stepDurably(t, log, replayed.World, inputs[cut:])
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		for _, in := range inputs[cut:] {
			whole.Step(in)
		}
		again := reopened(t, path, limits{inputs: 1 << 30, bytes: 1 << 40}, canonical(t, whole))
		if again.Inputs != 1+len(inputs)-cut || !again.Header.fromState {
			t.Fatalf("seed %d: %d inputs, from a state: %v", seed, again.Inputs, again.Header.fromState)
		}
		if most := (limits{inputs: len(inputs) - cut, bytes: 1 << 40}); most.passed(again) {
			t.Error("the state counts as an input")
		}
		reopened(t, path, short, canonical(t, whole))
		reset := simulator.Input{Now: whole.Now().Add(time.Hour), Command: simulator.ResetWorld{}}
		whole.Step(reset)
		last := reopened(t, path, short, canonical(t, again.World)).World
		if last.Step(reset); !bytes.Equal(canonical(t, last), canonical(t, whole)) {
			t.Fatalf("seed %d: a reset goes elsewhere", seed)
		}
	}
}

func TestACrashWhileALogIsRewrittenLosesNothing(t *testing.T) {
	t.Parallel()
	inputs := played(t, 3, 60)
	path, old := onDisk(t, 3, inputs)
	want := canonical(t, reopened(t, path, limits{inputs: 1 << 30, bytes: 1 << 40}, playedCanonical(t, 3, inputs)).World)
	reopened(t, path, short, want)
	fresh, err := os.ReadFile(path)
	if err != nil || bytes.Equal(fresh, old) {
		t.Fatal("not rewritten", err)
	}
	step := max(len(fresh)/40, 1)
	for cut := 0; cut <= len(fresh); cut += step { // before the rename: the old log has the name
		for name, text := range map[string][]byte{path: old, path + compactSuffix: fresh[:cut]} {
			if err := os.WriteFile(name, text, filePerm); err != nil {
				t.Fatal(err)
			}
		}
		reopened(t, path, limits{inputs: 1 << 30, bytes: 1 << 40}, want)
		if now, _ := os.ReadFile(path); !bytes.Equal(now, old) {
			t.Fatalf("cut at %d: the old log was changed", cut)
		}
	}
	for cut := 0; cut < len(fresh); cut += step { // after the rename it is whole; one that is not is never taken for a new world
		if err := os.WriteFile(path, fresh[:cut], filePerm); err != nil {
			t.Fatal(err)
		}
		if _, _, err := open(path, fault.All(), short); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
	torn := append(bytes.Clone(fresh), "0123abcd {\"at\""...)
	if err := os.WriteFile(path, torn, filePerm); err != nil {
		t.Fatal(err)
	}
	reopened(t, path, short, want)
}

// playedCanonical is the export of a story told without a log.
func playedCanonical(t *testing.T, seed uint64, inputs []simulator.Input) []byte {
	t.Helper()
	world := freshWorld(t, seed)
	for _, in := range inputs {
		world.Step(in)
	}
	return canonical(t, world)
}

func TestARewrittenLogIsLockedToo(t *testing.T) {
	t.Parallel()
	path, _ := onDisk(t, 4, played(t, 4, 60))
	log, replayed, err := open(path, fault.All(), short)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	if _, _, err := Open(path, fault.All()); !errors.Is(err, ErrInUse) {
		t.Errorf("opened twice: %v", err)
	}
	if replayed.World.Now().Before(sample.Start) {
		t.Error("time went back")
	}
}
