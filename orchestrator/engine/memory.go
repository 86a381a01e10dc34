package engine

import (
	"sync"

	"countersign/internal/cardholder"
)

// elementsMemory holds elements that a merchant gave for one payment and does not want kept: in memory only,
// until that payment or verification is over. A restart forgets them, and then they must be given again.
type elementsMemory struct {
	mu sync.Mutex
	by map[string]cardholder.FourElements
}

func newElementsMemory() *elementsMemory {
	return &elementsMemory{by: map[string]cardholder.FourElements{}}
}

func (m *elementsMemory) put(ownerID string, e *cardholder.FourElements) {
	if e == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.by[ownerID] = *e
}

func (m *elementsMemory) get(ownerID string) (cardholder.FourElements, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.by[ownerID]
	return e, ok
}

func (m *elementsMemory) forget(ownerID string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.by, ownerID)
}

// runningKeys are the idempotency keys whose first request runs in this process.
type runningKeys struct {
	mu   sync.Mutex
	keys map[string]struct{}
}

func newRunningKeys() *runningKeys { return &runningKeys{keys: map[string]struct{}{}} }

// begin answers false when the key's first request still runs.
func (r *runningKeys) begin(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.keys[key]; ok {
		return false
	}
	r.keys[key] = struct{}{}
	return true
}

func (r *runningKeys) end(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.keys, key)
}
