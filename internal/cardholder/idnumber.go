package cardholder

import (
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// IDType names the kind of an identity document, in wire spelling.
type IDType string

// ResidentID is the resident identity card, the only document third parties
// check (T2). The others of the contract exist so that refusing them
// (id_type_unsupported) can be tried out.
const (
	ResidentID IDType = "resident_id"
	Passport   IDType = "passport"
	Household  IDType = "household"
	Officer    IDType = "officer"
	Foreigner  IDType = "foreigner"
)

// NewIDType reads a wire word; an unknown one is ErrIDType.
func NewIDType(text string) (IDType, error) {
	if t := IDType(text); t.Valid() {
		return t, nil
	}
	return "", fmt.Errorf("new ID type: %w", ErrIDType)
}

// Valid reports whether the word names a known type.
func (t IDType) Valid() bool {
	switch t {
	case ResidentID, Passport, Household, Officer, Foreigner:
		return true
	}
	return false
}

// idLength is the length of a resident ID number; those of 15 digits ended in
// 2013 and are refused.
const idLength = 18

// The lengths of other documents' numbers (contract, Elements).
const (
	shortestOther = 5
	longestOther  = 32
)

// IDNumber is the number of an identity document, a resident ID number above all
// (身份证号, GB 11643). The zero value is "none".
// Compare with Equal.
type IDNumber struct {
	_ incomparable
	s *secret
}

// NewIDNumber takes 17 digits with a real date of birth at 7 to 14, and the
// check character (ISO 7064 MOD 11-2); a small x is made large. The region is
// not looked up, so the unassigned 990000 of test data passes. Anything else is
// ErrIDNumber.
func NewIDNumber(text string) (IDNumber, error) {
	id := strings.ToUpper(text)
	if len(id) != idLength || !allDigits(id[:idLength-1]) || checkCharacter(id) != id[idLength-1] || !isDate(id[6:14]) {
		return IDNumber{}, fmt.Errorf("new ID number: %w", ErrIDNumber)
	}
	return IDNumber{s: keep(id)}, nil
}

// NewIDNumberOf is NewIDNumber for a resident ID. Of any other document it takes
// 5 to 32 letters and digits; small letters are made large. Anything else is
// ErrIDNumber.
func NewIDNumberOf(kind IDType, text string) (IDNumber, error) {
	if kind == ResidentID {
		return NewIDNumber(text)
	}
	if len(text) < shortestOther || len(text) > longestOther || strings.ContainsFunc(text, notLetterOrDigit) {
		return IDNumber{}, fmt.Errorf("new number of a document: %w", ErrIDNumber)
	}
	return IDNumber{s: keep(strings.ToUpper(text))}, nil
}

// notLetterOrDigit reports whether a character is none of A to Z, a to z, 0 to 9.
func notLetterOrDigit(r rune) bool {
	return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9')
}

// isDate reports whether eight digits are a day that existed.
func isDate(digits string) bool {
	_, err := time.Parse("20060102", digits)
	return err == nil
}

// checkCharacter computes the eighteenth character from the seventeen before it.
func checkCharacter(id string) byte {
	weights := [idLength - 1]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, weight := range weights {
		sum += int(id[i]-'0') * weight
	}
	return "10X98765432"[sum%11]
}

// Reveal returns all characters, letters in upper case.
func (n IDNumber) Reveal() string { return n.s.reveal() }

// IsZero reports whether there is no ID number.
func (n IDNumber) IsZero() bool { return n.s == nil }

// Equal reports whether both are the same number.
func (n IDNumber) Equal(other IDNumber) bool { return n.s.equal(other.s) }

// Masked returns first and last character with stars between: region and date
// of birth alone would tell too much.
func (n IDNumber) Masked() string {
	if n.IsZero() {
		return ""
	}
	id := n.Reveal()
	return id[:1] + strings.Repeat("*", len(id)-2) + id[len(id)-1:]
}

// String returns the mask.
func (n IDNumber) String() string { return n.Masked() }

// GoString returns the mask.
func (n IDNumber) GoString() string { return n.Masked() }

// Format writes the mask for every verb.
func (n IDNumber) Format(state fmt.State, _ rune) { writeMask(state, n.Masked()) }

// LogValue is the mask.
func (n IDNumber) LogValue() slog.Value { return maskValue(n.Masked()) }

// MarshalJSON writes the mask.
func (n IDNumber) MarshalJSON() ([]byte, error) { return maskJSON(n.Masked()) }

// MarshalText writes the mask.
func (n IDNumber) MarshalText() ([]byte, error) { return []byte(n.Masked()), nil }
