package cardholder

import (
	"fmt"
	"log/slog"
	"strings"
)

// The lengths of card numbers (ISO/IEC 7812-1; UnionPay issues 16 to 19).
const (
	shortestCard = 13
	longestCard  = 19
	binLength    = 6
	cardTail     = 4
)

// CardNumber is a bank card number. The zero value is "no card": it reveals
// and masks to "". Compare with Equal.
type CardNumber struct {
	_ incomparable
	s *secret
}

// NewCardNumber takes 13 to 19 digits; ASCII spaces, as people write them on
// forms, are dropped. Anything else is ErrCardNumber. A wrong Luhn digit is
// accepted, since channels' own public test cards have some; see LuhnOK.
func NewCardNumber(text string) (CardNumber, error) {
	digits := strings.ReplaceAll(text, " ", "")
	if len(digits) < shortestCard || len(digits) > longestCard || !allDigits(digits) {
		return CardNumber{}, fmt.Errorf("new card number: %w", ErrCardNumber)
	}
	return CardNumber{s: keep(digits)}, nil
}

// Reveal returns the digits. It is for the bank, for fingerprints and for the
// wire; never for a log line, an error or a page.
func (c CardNumber) Reveal() string { return c.s.reveal() }

// IsZero reports whether there is no card number.
func (c CardNumber) IsZero() bool { return c.s == nil }

// Equal reports whether both are the same number.
func (c CardNumber) Equal(other CardNumber) bool { return c.s.equal(other.s) }

// BIN returns the first six digits, which name bank and card type and no person.
func (c CardNumber) BIN() string {
	if c.IsZero() {
		return ""
	}
	return c.Reveal()[:binLength]
}

// Last4 returns the last four digits, as they are shown to payers.
func (c CardNumber) Last4() string {
	if c.IsZero() {
		return ""
	}
	digits := c.Reveal()
	return digits[len(digits)-cardTail:]
}

// Masked returns the number with all but the first six and last four digits
// starred: "622202*********0011".
func (c CardNumber) Masked() string {
	if c.IsZero() {
		return ""
	}
	return c.BIN() + strings.Repeat("*", len(c.Reveal())-binLength-cardTail) + c.Last4()
}

// LuhnOK reports whether the last digit is right (ISO/IEC 7812-1, annex B). It
// is a warning only, never a reason to refuse a card.
func (c CardNumber) LuhnOK() bool { return !c.IsZero() && luhn(c.Reveal()) }

// luhn checks a run of digits: from the right, every second digit is doubled,
// nines are cast out, and the sum must divide by ten.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		digit := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			digit *= 2
			if digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}

// allDigits reports whether text has ASCII digits only.
func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// String returns the mask.
func (c CardNumber) String() string { return c.Masked() }

// GoString returns the mask.
func (c CardNumber) GoString() string { return c.Masked() }

// Format writes the mask for every verb.
func (c CardNumber) Format(state fmt.State, _ rune) { writeMask(state, c.Masked()) }

// LogValue is the mask.
func (c CardNumber) LogValue() slog.Value { return maskValue(c.Masked()) }

// MarshalJSON writes the mask: a wire type has a string of its own and calls
// Reveal.
func (c CardNumber) MarshalJSON() ([]byte, error) { return maskJSON(c.Masked()) }

// MarshalText writes the mask, for encoders that look for it (YAML, XML).
func (c CardNumber) MarshalText() ([]byte, error) { return []byte(c.Masked()), nil }
