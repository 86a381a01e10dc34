package worldlog

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// header is the header of a sample world.
func header(seed uint64) Header {
	return Header{ID: "wld_up", Name: "demo", Seed: seed, Virtual: true, Start: sample.Start, Universe: sample.Universe()}
}

// freshWorld is a sample world without a log.
func freshWorld(t testing.TB, seed uint64) *simulator.World {
	t.Helper()
	template, err := simulator.Compile(sample.Universe())
	if err != nil {
		t.Fatal(err)
	}
	return simulator.NewWorld("wld_up", seed, sample.Start, template, fault.All())
}

// played is the story of a world: its inputs.
func played(t testing.TB, seed uint64, moves int) []simulator.Input {
	t.Helper()
	player := sample.NewPlayer(freshWorld(t, seed), rand.New(rand.NewPCG(seed, 2)).IntN)
	player.Play(moves)
	return player.Inputs
}

// written writes a log of inputs to memory.
func written(t testing.TB, seed uint64, inputs []simulator.Input) []byte {
	t.Helper()
	text, err := encodeHeader(header(seed))
	if err != nil {
		t.Fatal(err)
	}
	file, sum := appendLine(nil, 0, text)
	for _, in := range inputs {
		if text, err = encodeInput(in); err != nil {
			t.Fatal(err)
		}
		file, sum = appendLine(file, sum, text)
	}
	return file
}

// canonical is a world's export.
func canonical(t testing.TB, w *simulator.World) []byte {
	t.Helper()
	text, err := engine.Canonical(w)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestALogRebuildsItsWorldToTheByte(t *testing.T) {
	t.Parallel()
	for run := range uint64(200) {
		inputs := played(t, run, 60)
		want := freshWorld(t, run)
		for _, in := range inputs {
			want.Step(in)
		}
		got, err := Replay(bytes.NewReader(written(t, run, inputs)), fault.All())
		if err != nil {
			t.Fatalf("run %d: %v", run, err)
		}
		if got.Inputs != len(inputs) || got.Torn || !bytes.Equal(canonical(t, got.World), canonical(t, want)) {
			t.Fatalf("run %d: %d inputs of %d, torn %v, exports differ", run, got.Inputs, len(inputs), got.Torn)
		}
	}
}

func TestAKillAfterAnyInputRebuildsExactlyWhatWasAnswered(t *testing.T) {
	t.Parallel()
	inputs := played(t, 5, 60)
	file := written(t, 5, inputs)
	lines := bytes.SplitAfter(file, []byte("\n"))
	want := freshWorld(t, 5)
	length := len(lines[0])
	for i, in := range inputs {
		want.Step(in)
		length += len(lines[i+1])
		got, err := Replay(bytes.NewReader(file[:length]), fault.All())
		if err != nil || got.Torn || !bytes.Equal(canonical(t, got.World), canonical(t, want)) {
			t.Fatalf("after input %d: %v", i, err)
		}
	}
}

func TestAKillInsideALineLosesThatLineOnly(t *testing.T) {
	t.Parallel()
	inputs := played(t, 6, 20)
	file := written(t, 6, inputs)
	last := bytes.LastIndexByte(file[:len(file)-1], '\n') + 1
	for cut := last + 1; cut < len(file); cut++ {
		got, err := Replay(bytes.NewReader(file[:cut]), fault.All())
		if err != nil || !got.Torn || got.Good != int64(last) || got.Inputs != len(inputs)-1 {
			t.Fatalf("cut at %d of %d: %+v %v", cut, len(file), got, err)
		}
	}
	garbled := append(bytes.Clone(file[:len(file)-3]), "\x00\x00\n"...)
	if got, err := Replay(bytes.NewReader(garbled), fault.All()); err != nil || !got.Torn {
		t.Errorf("garbled last line: %+v %v", got, err)
	}
}

func TestDamageInTheMiddleIsRefusedAndNamesTheLine(t *testing.T) {
	t.Parallel()
	file := written(t, 7, played(t, 7, 20))
	lines := bytes.SplitAfter(file, []byte("\n"))
	for name, damaged := range map[string][][]byte{
		"a changed byte": {lines[0], lines[1], bytes.Replace(lines[2], []byte(`"at"`), []byte(`"aT"`), 1), lines[3], lines[4]},
		"a missing line": {lines[0], lines[1], lines[3], lines[4]},
		"swapped lines":  {lines[0], lines[1], lines[3], lines[2], lines[4]},
		"a doubled line": {lines[0], lines[1], lines[1], lines[2], lines[3]},
		"an empty line":  {lines[0], lines[1], []byte("\n"), lines[2]},
	} {
		_, err := Replay(bytes.NewReader(bytes.Join(damaged, nil)), fault.All())
		var corrupt *CorruptError
		if !errors.As(err, &corrupt) || !errors.Is(err, ErrCorrupt) || corrupt.Line != 3 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALogWithoutAReadableHeaderIsRefused(t *testing.T) {
	t.Parallel()
	otherFormat, _ := appendLine(nil, 0, []byte(`{"format":"x"}`))
	badUniverse, _ := appendLine(nil, 0, []byte(`{"format":2,"bins":[{"prefix":"1","length":3,"bank":"X"}]}`))
	noJSON, _ := appendLine(nil, 0, []byte(`{`))
	for name, file := range map[string][]byte{
		"empty": nil, "cut off": []byte("12345678 {"), "other format": otherFormat,
		"bad universe": badUniverse, "no JSON": noJSON, "no checksum": []byte("hello\nworld\n"),
	} {
		if _, err := Replay(bytes.NewReader(file), fault.All()); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnInputThisProgramDoesNotKnowIsRefused(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{`{"name":"Teleport","command":{}}`, `{"name":"Tick","command":7}`, `[`, `{"name":"ElementCheck","command":{"elements":{"mobile":"1"}}}`} {
		text, err := encodeHeader(header(1))
		if err != nil {
			t.Fatal(err)
		}
		file, sum := appendLine(nil, 0, text)
		file, _ = appendLine(file, sum, []byte(payload))
		if _, err := Replay(bytes.NewReader(file), fault.All()); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", payload, err)
		}
	}
}

func TestErrorsAboutDamageHoldNoContent(t *testing.T) {
	t.Parallel()
	file := written(t, 7, []simulator.Input{{Now: sample.Start, Command: simulator.ElementCheck{Elements: sample.Person(1)}}, {Command: simulator.Tick{}}})
	broken := bytes.Replace(file, []byte(`ElementCheck"`), []byte(`ElementChuck"`), 1)
	_, err := Replay(bytes.NewReader(broken), fault.All())
	if err == nil || strings.Contains(err.Error(), sample.Person(1).CardNumber.Reveal()) {
		t.Errorf("got %v", err)
	}
}
