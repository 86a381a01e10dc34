// Package chance draws what looks accidental but is not: a draw is a hash of a
// seed, an entity and an event, never the next number of a shared stream. So
// one more call somewhere does not change what happens elsewhere, and a run is
// repeated by its seed alone. Draws are no secrets and protect nothing.
package chance

import "encoding/binary"

// Draw returns 64 evenly spread bits for one event of one entity: the same
// three values always give the same bits. Entity and event are kept apart, so
// ("ab","c") and ("a","bc") differ.
func Draw(seed uint64, entity, event string) uint64 {
	h := fnvOffset
	var head [16]byte
	binary.LittleEndian.PutUint64(head[:8], seed)
	binary.LittleEndian.PutUint64(head[8:], uint64(len(entity)))
	for _, b := range head {
		h = (h ^ uint64(b)) * fnvPrime
	}
	h = addText(h, entity)
	h = addText(h, event)
	return finish(h)
}

// Permille draws a number of 0..999. "p per thousand" is Permille(...) < p.
func Permille(seed uint64, entity, event string) int {
	return Pick(seed, entity, event, 1000)
}

// Pick draws a number of 0..n-1 without favour. For n below 1 it returns 0.
func Pick(seed uint64, entity, event string, n int) int {
	if n < 1 {
		return 0
	}
	limit := ^uint64(0) - ^uint64(0)%uint64(n) // draws at or above it would favour the small numbers
	draw := Draw(seed, entity, event)
	for draw >= limit {
		draw = finish(draw + golden)
	}
	return int(draw % uint64(n)) // below n, which is an int
}

// Digits draws n decimal digits, leading zeros kept: an SMS code. For n below 1
// it returns "".
func Digits(seed uint64, entity, event string, n int) string {
	if n < 1 {
		return ""
	}
	digits := make([]byte, n)
	state := Draw(seed, entity, event)
	for i := range digits {
		state = finish(state + golden)
		digits[i] = '0' + byte(state%10)
	}
	return string(digits)
}

// The parameters of FNV-1a (64 bit), and the step of the splitmix generator.
const (
	fnvOffset uint64 = 0xcbf29ce484222325
	fnvPrime  uint64 = 0x100000001b3
	golden    uint64 = 0x9e3779b97f4a7c15
)

// addText mixes text into an FNV-1a hash.
func addText(h uint64, text string) uint64 {
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * fnvPrime
	}
	return h
}

// finish spreads the bits of an FNV hash, whose low bits alone are not even
// enough to draw from (the finalizer of splitmix64).
func finish(h uint64) uint64 {
	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9
	h = (h ^ (h >> 27)) * 0x94d049bb133111eb
	return h ^ (h >> 31)
}
