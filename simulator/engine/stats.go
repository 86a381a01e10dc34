package engine

import (
	"maps"
	"sync"

	"countersign/simulator"
)

// tally counts how often each fault struck, over all worlds, also those that are gone.
type tally struct {
	mu     sync.Mutex
	struck map[string]int64 // by name in the catalogue
}

// add counts strikes.
func (t *tally) add(strikes []simulator.FaultStrike) {
	if len(strikes) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.struck == nil {
		t.struck = map[string]int64{}
	}
	for _, strike := range strikes {
		t.struck[strike.Fault]++
	}
}

// Stats are the sizes of an engine at this moment.
type Stats struct {
	Worlds       int
	HeldCalls    int              // requests that a fault keeps waiting
	Lines        int              // answers that break on the socket just now
	JournalRows  int              // kept
	JournalBytes int              // of the bodies kept
	Messages     int64            // that reached handsets of the worlds there are
	Struck       map[string]int64 // strikes by fault, over all worlds there ever were
}

// count adds a world's sizes.
func (r *runner) count(s *Stats) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rows, bytes := r.world.JournalSize()
	s.JournalRows += rows
	s.JournalBytes += bytes
	s.Messages += r.world.MessageCount()
	s.HeldCalls += r.parked
	s.Lines += r.lines
}

// Stats counts. Each world is asked in turn, so that the whole is of no one instant.
func (e *Engine) Stats() Stats {
	runners := e.runners()
	s := Stats{Worlds: len(runners)}
	for _, r := range runners {
		r.count(&s)
	}
	e.tally.mu.Lock()
	defer e.tally.mu.Unlock()
	s.Struck = maps.Clone(e.tally.struck)
	return s
}
