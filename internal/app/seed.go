package app

import (
	"crypto/rand"
	"encoding/binary"
)

// drawSeed draws a seed below 2^53, so that every reader of JSON gives it back whole, and never 0.
func drawSeed() uint64 {
	const bits = 53
	var raw [8]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	return binary.BigEndian.Uint64(raw[:])>>(64-bits) | 1
}
