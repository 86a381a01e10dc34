package worldlog

import (
	"bytes"
	"errors"
	"testing"

	"countersign/simulator"
	"countersign/simulator/fault"
	"countersign/simulator/internal/sample"
)

// FuzzReadInput reads lines as a damaged or foreign log may have them. What is read is written again and
// reads the same.
func FuzzReadInput(f *testing.F) {
	for _, in := range sampleInputs() {
		text, err := encodeInput(in)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"at":"2018-06-06T04:00:00Z","name":"Tick","command":{}}`))
	f.Add([]byte(`{"name":"ApplyCharge","command":{"elements":{"card_number":"1"}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		in, err := decodeInput(text)
		if err != nil {
			return
		}
		once, err := encodeInput(in)
		if err != nil {
			return // an instant that has no form, such as one beyond the year 9999
		}
		again, err := decodeInput(once)
		if err != nil {
			t.Fatalf("%s was written as %s, which is not read: %v", text, once, err)
		}
		if twice, err := encodeInput(again); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s reads as %s, then as %s", text, once, twice)
		}
	})
}

// FuzzReplay gives a whole file: it is replayed, or refused as corrupt, and never makes a world of half a line.
func FuzzReplay(f *testing.F) {
	header, err := encodeHeader(Header{ID: "demo", Seed: 7, Virtual: true, Start: sample.Start, Universe: sample.Universe()})
	if err != nil {
		f.Fatal(err)
	}
	log, sum := appendLine(nil, 0, header)
	f.Add(bytes.Clone(log))
	for _, in := range sampleInputs() {
		text, err := encodeInput(in)
		if err != nil {
			f.Fatal(err)
		}
		log, sum = appendLine(log, sum, text)
	}
	f.Add(bytes.Clone(log))
	f.Add(log[:len(log)-9])
	f.Add([]byte("00000000 {}\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, log []byte) {
		replayed, err := Replay(bytes.NewReader(log), fault.All())
		if err == nil && replayed == nil {
			t.Fatal("neither a world nor an error")
		}
		var corrupt *CorruptError
		if err != nil && errors.Is(err, ErrCorrupt) != errors.As(err, &corrupt) {
			t.Fatalf("an error of two minds: %v", err)
		}
	})
}

// sampleInputs is a short story, members made first.
func sampleInputs() []simulator.Input {
	world := simulator.NewWorld("demo", 7, sample.Start, sample.Template(), fault.All())
	player := sample.NewPlayer(world, func(n int) int { return n / 2 })
	player.Play(12)
	return player.Inputs
}
