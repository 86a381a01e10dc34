package app

import (
	"math"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

func TestTheMemoryLimitStaysAheadOfWhatLives(t *testing.T) {
	t.Parallel()
	for live, want := range map[uint64]int64{
		0:              48 << 20,
		20 << 20:       48 << 20,
		40 << 20:       62 << 20,
		400 << 20:      512 << 20,
		math.MaxUint64: math.MaxInt64/2/4*5 + 12<<20,
	} {
		if got := memoryLimit(live); live < math.MaxUint64 && got != want || got <= 0 {
			t.Errorf("%d live: limit %d, want %d", live, got, want)
		}
	}
	runtime.GC()
	if living() == 0 {
		t.Error("nothing lives")
	}
}

func TestEveryCollectionIsNoticed(t *testing.T) {
	t.Parallel()
	var seen atomic.Int32
	noticed := make(chan struct{}, 100)
	afterEachCollection(func() {
		seen.Add(1)
		noticed <- struct{}{}
	})
	for range 3 {
		runtime.GC()
		select {
		case <-noticed:
		case <-time.After(10 * time.Second):
			t.Fatalf("a collection went by unnoticed after %d", seen.Load())
		}
	}
}
