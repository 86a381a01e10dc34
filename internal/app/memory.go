package app

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
)

// The memory limit that a process gives itself: a quarter above what lives, and some for stacks and the runtime's own
// tables. Go's own rule lets the heap double between two collections; a simulator that has kept 200,000 orders would then
// hold as much again in garbage (design 5: under 100 MB).
const (
	leastLimit  = 48 << 20
	limitSlack  = 12 << 20
	liveHeap    = "/gc/heap/live:bytes"
	partsOfLive = 4 // one more part of so many
	// Below the limit there is room: a small heap that doubles is collected every few hundred requests. A process that
	// does nothing yet stays small.
	seldom       = 400
	atWork       = 4 << 20
	usualPercent = 100
)

// tended is set where this process tends its memory.
var tended atomic.Bool

// leaveSetup gives back what making a demo world left behind: fixtures are read once, and what was needed for that is more
// than the world itself.
func leaveSetup() {
	if tended.Load() {
		debug.FreeOSMemory()
	}
}

// TendMemory keeps the memory limit a step ahead of what lives, from one collection to the next. Whoever has set
// GOMEMLIMIT knows better, and is left alone.
func TendMemory() { tendOnce() }

// tendOnce begins tending, however many parts a process starts.
var tendOnce = sync.OnceFunc(func() {
	if debug.SetMemoryLimit(-1) != math.MaxInt64 {
		return
	}
	tended.Store(true)
	debug.SetMemoryLimit(leastLimit)
	collectSeldom := sync.OnceFunc(func() {
		if was := debug.SetGCPercent(seldom); was != usualPercent {
			debug.SetGCPercent(was) // whoever has set GOGC knows better, too
		}
	})
	afterEachCollection(func() {
		live := living()
		debug.SetMemoryLimit(memoryLimit(live))
		if live > atWork {
			collectSeldom()
		}
	})
})

// memoryLimit is the limit for so much that lives, in bytes.
func memoryLimit(live uint64) int64 {
	return max(leastLimit, int64(min(live, math.MaxInt64/4))*(partsOfLive+1)/partsOfLive+limitSlack)
}

// living is how much the last collection found alive, in bytes.
func living() uint64 {
	sample := []metrics.Sample{{Name: liveHeap}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

// afterEachCollection calls a function after every garbage collection: a thing that nobody holds is found dead by each, and
// another takes its place.
func afterEachCollection(do func()) {
	type dead struct{ _ [32]byte }
	runtime.AddCleanup(&dead{}, func(next func()) {
		next()
		afterEachCollection(next)
	}, do)
}
