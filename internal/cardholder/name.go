package cardholder

import (
	"fmt"
	"log/slog"
	"unicode"
	"unicode/utf8"
)

// longestName is the longest name in characters (runes), by the forms of the
// networks.
const longestName = 60

// Name is the name of a card's holder as the bank has it. The zero value is
// "none". Compare with Equal.
type Name struct {
	_ incomparable
	s *secret
}

// NewName takes 1 to 60 characters of valid UTF-8 without control, format or
// line-separating characters and not of blanks alone: those would let a name
// forge a line of a file or of an SMS. Anything else is ErrName. The text is kept
// as it came: banks compare it to the letter.
func NewName(text string) (Name, error) {
	if length := utf8.RuneCountInString(text); length < 1 || length > longestName || !utf8.ValidString(text) {
		return Name{}, fmt.Errorf("new name: %w", ErrName)
	}
	blank := true
	for _, r := range text {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return Name{}, fmt.Errorf("new name: %w", ErrName)
		}
		blank = blank && unicode.IsSpace(r)
	}
	if blank {
		return Name{}, fmt.Errorf("new name: %w", ErrName)
	}
	return Name{s: keep(text)}, nil
}

// Reveal returns the name.
func (n Name) Reveal() string { return n.s.reveal() }

// IsZero reports whether there is no name.
func (n Name) IsZero() bool { return n.s == nil }

// Equal reports whether both are the same to the letter.
func (n Name) Equal(other Name) bool { return n.s.equal(other.s) }

// Masked returns two stars and the last character, whatever the length; a name
// of one character is stars alone, and so is one whose last character could
// upset a printer ('"', '\').
func (n Name) Masked() string {
	text := n.Reveal()
	switch last, size := utf8.DecodeLastRuneInString(text); {
	case text == "":
		return ""
	case size == len(text), !unicode.IsLetter(last):
		return "**"
	default:
		return "**" + string(last)
	}
}

// String returns the mask.
func (n Name) String() string { return n.Masked() }

// GoString returns the mask.
func (n Name) GoString() string { return n.Masked() }

// Format writes the mask for every verb.
func (n Name) Format(state fmt.State, _ rune) { writeMask(state, n.Masked()) }

// LogValue is the mask.
func (n Name) LogValue() slog.Value { return maskValue(n.Masked()) }

// MarshalJSON writes the mask.
func (n Name) MarshalJSON() ([]byte, error) { return maskJSON(n.Masked()) }

// MarshalText writes the mask.
func (n Name) MarshalText() ([]byte, error) { return []byte(n.Masked()), nil }
