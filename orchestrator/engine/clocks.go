package engine

import (
	"sync"

	"countersign/internal/clock"
	"countersign/orchestrator"
)

// clocks finds the clock a merchant lives by.
type clocks struct {
	mu      sync.Mutex
	system  clock.Clock
	virtual map[string]*testClock
}

// testClock is a merchant's own clock. moving has room for one: who sets the clock holds it, so that two
// settings never run at once (and no mutex is held across a port call).
type testClock struct {
	clock  *clock.Virtual
	moving chan struct{}
}

func newClocks(system clock.Clock) *clocks {
	return &clocks{system: system, virtual: map[string]*testClock{}}
}

// of is the merchant's clock.
func (c *clocks) of(m orchestrator.Merchant) clock.Clock {
	if m.Clock != orchestrator.ClockTest {
		return c.system
	}
	return c.test(m).clock
}

// test is the merchant's test clock; it starts where the store says it stood.
func (c *clocks) test(m orchestrator.Merchant) *testClock {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, ok := c.virtual[m.ID]
	if !ok {
		t = &testClock{clock: clock.NewVirtual(m.TestNow), moving: make(chan struct{}, 1)}
		c.virtual[m.ID] = t
	}
	return t
}
