package messagingapi

import (
	"crypto/sha256"
	"sync"
)

// The bounds of the memory of message numbers.
const (
	mostWorlds  = 1000
	mostNumbers = 20_000 // of one world
)

// sentBook remembers the message numbers of each world, so that a repeat is
// answered as the first and not sent again.
type sentBook struct {
	mu     sync.Mutex
	worlds map[string]*sentNumbers
}

// sentNumbers are those of one world, in two generations: forgetting costs nothing.
type sentNumbers struct {
	mu        sync.Mutex
	now, then map[string][sha256.Size]byte
}

// of returns the memory of a world. Past the bound, worlds that are gone are
// forgotten.
func (b *sentBook) of(worldID string, alive func(string) bool) *sentNumbers {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.worlds == nil {
		b.worlds = map[string]*sentNumbers{}
	}
	if known := b.worlds[worldID]; known != nil {
		return known
	}
	if len(b.worlds) >= mostWorlds {
		for id := range b.worlds {
			if !alive(id) {
				delete(b.worlds, id)
			}
		}
	}
	made := &sentNumbers{now: map[string][sha256.Size]byte{}}
	b.worlds[worldID] = made
	return made
}

// once calls send unless the number was sent before, and remembers it when it
// was sent. Same is false when the number was sent with another content.
func (n *sentNumbers) once(number string, content []byte, send func() error) (same bool, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	digest := sha256.Sum256(content)
	for _, generation := range []map[string][sha256.Size]byte{n.now, n.then} {
		if known, sent := generation[number]; sent {
			return known == digest, nil
		}
	}
	if err := send(); err != nil {
		return true, err
	}
	if len(n.now) >= mostNumbers/2 {
		n.then, n.now = n.now, map[string][sha256.Size]byte{}
	}
	n.now[number] = digest
	return true, nil
}
