// Package ids makes identifiers whose prefix names their kind ("ord_", "agr_",
// "pay_"). Callers hold a Source, so that a
// seeded run gives every object the same name again.
package ids

import (
	"crypto/rand"
	"strconv"
	"sync/atomic"
)

// Source makes identifiers. Implementations are safe for concurrent use.
type Source interface {
	// New returns prefix followed by letters and digits, never the same twice
	// from one source. A prefix ends in "_" by custom; it may be empty.
	New(prefix string) string
}

// Random makes identifiers nobody can guess: 26 base-32 characters, 130 bits,
// from the operating system. It is what runs outside of tests.
type Random struct{}

// New returns prefix and 26 random characters of a-z and 2-7.
func (Random) New(prefix string) string {
	const digits = "abcdefghijklmnopqrstuvwxyz234567"
	var random [26]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the program itself when the system gives no bytes
	id := make([]byte, 0, len(prefix)+len(random))
	id = append(id, prefix...)
	for _, b := range random {
		id = append(id, digits[b&31])
	}
	return string(id)
}

// Sequence makes identifiers that count: the seed in base 36, a lower-case "x",
// then a number of at least six digits. Two sequences with the same seed give
// the same names in the same order; sequences of different seeds never meet.
type Sequence struct {
	seed string
	last atomic.Uint64
}

// NewSequence returns a sequence that starts at 1.
func NewSequence(seed uint64) *Sequence {
	return &Sequence{seed: strconv.FormatUint(seed, 36)}
}

// New returns prefix, seed and the next number, for instance "ord_16x000001". All
// prefixes share one counter, so that a number also tells the order of making.
func (s *Sequence) New(prefix string) string {
	const width = 6
	number := strconv.FormatUint(s.last.Add(1), 10)
	id := make([]byte, 0, len(prefix)+len(s.seed)+1+max(width, len(number)))
	id = append(id, prefix...)
	id = append(id, s.seed...)
	id = append(id, 'x')
	for range width - len(number) {
		id = append(id, '0')
	}
	return string(append(id, number...))
}

// Compile-time proof that both kinds are sources.
var (
	_ Source = Random{}
	_ Source = (*Sequence)(nil)
)
