package engine_test

import (
	"testing"

	"countersign/simulator/engine"
	"countersign/simulator/internal/sample"
)

// BenchmarkCreateWorldWithMembers tells what a world with a merchant at every channel costs; the
// bar is a millisecond.
func BenchmarkCreateWorldWithMembers(b *testing.B) {
	e := engine.New(engine.Options{})
	defer e.Close()
	b.ReportAllocs()
	for b.Loop() {
		newWorld(b, e)
	}
}

// newWorld makes a world with a merchant at every channel.
func newWorld(b *testing.B, e *engine.Engine) string {
	b.Helper()
	info, err := e.CreateWorld(b.Context(), engine.NewWorld{Virtual: true, Start: sample.Start, Template: sample.Template()})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range sample.Channels() {
		if _, err := e.AddMember(b.Context(), info.ID, engine.NewMember{ChannelID: c.ChannelID, Merchant: "demo"}); err != nil {
			b.Fatal(err)
		}
	}
	return info.ID
}

// BenchmarkFork tells what a second world in the state of a small one costs.
func BenchmarkFork(b *testing.B) {
	e, id := lived(b, 40)
	b.ReportAllocs()
	for b.Loop() {
		fork, err := e.Fork(b.Context(), id, engine.ForkOptions{})
		if err != nil {
			b.Fatal(err)
		}
		if err := e.DeleteWorld(b.Context(), fork.ID); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWorlds1000 tells what a thousand worlds at once keep, in kB for each.
func BenchmarkWorlds1000(b *testing.B) {
	const worlds, kilobyte = 1000, 1 << 10
	for b.Loop() {
		e := engine.New(engine.Options{})
		before := heap()
		for range worlds {
			newWorld(b, e)
		}
		b.ReportMetric(float64(heap()-before)/worlds/kilobyte, "kB/world")
		e.Close()
	}
}
