package app

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
)

// Secret is a token or a key; printers and loggers see a placeholder.
type Secret string

// hiddenSecret is what printers see.
const hiddenSecret = "[secret]"

// NewSecret draws 128 bits, in hexadecimal.
func NewSecret() Secret {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	return Secret(hex.EncodeToString(raw[:]))
}

// Reveal is the content.
func (s Secret) Reveal() string { return string(s) }

// String hides the content.
func (Secret) String() string { return hiddenSecret }

// GoString hides the content.
func (Secret) GoString() string { return hiddenSecret }

// Format hides the content under every verb.
func (Secret) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte(hiddenSecret)) }

// LogValue hides the content.
func (Secret) LogValue() slog.Value { return slog.StringValue(hiddenSecret) }

// Strong reports whether the content can carry 128 bits: 32 characters if all are hexadecimal, 22 otherwise, and not
// a few characters over and over.
func (s Secret) Strong() bool {
	const hexLength, textLength, fewest = 32, 22, 8
	distinct := map[rune]bool{}
	onlyHex := true
	for _, r := range s {
		distinct[r] = true
		onlyHex = onlyHex && (r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F')
	}
	if len(distinct) < fewest {
		return false
	}
	if onlyHex {
		return len(s) >= hexLength
	}
	return len(s) >= textLength
}
