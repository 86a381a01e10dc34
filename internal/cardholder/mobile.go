package cardholder

import (
	"fmt"
	"log/slog"
)

// mobileLength is the length of a mainland mobile number.
const mobileLength = 11

// Mobile is a mobile number registered with the bank (银行预留手机号). The zero value
// is "none". Compare with Equal.
type Mobile struct {
	_ incomparable
	s *secret
}

// NewMobile takes 11 digits: 1, then 3 to 9, then any nine. Blocks are not
// looked up, since new ones are opened every year. Anything else, a country
// code included, is ErrMobile.
func NewMobile(text string) (Mobile, error) {
	if len(text) != mobileLength || !allDigits(text) || text[0] != '1' || text[1] < '3' {
		return Mobile{}, fmt.Errorf("new mobile: %w", ErrMobile)
	}
	return Mobile{s: keep(text)}, nil
}

// Reveal returns the 11 digits. It is for the gateway that sends and for the
// wire.
func (m Mobile) Reveal() string { return m.s.reveal() }

// IsZero reports whether there is no number.
func (m Mobile) IsZero() bool { return m.s == nil }

// Equal reports whether both are the same number.
func (m Mobile) Equal(other Mobile) bool { return m.s.equal(other.s) }

// Masked returns the first three and last four digits, "138****0001", as the
// payer is told where the SMS went.
func (m Mobile) Masked() string {
	if m.IsZero() {
		return ""
	}
	digits := m.Reveal()
	return digits[:3] + "****" + digits[mobileLength-4:]
}

// String returns the mask.
func (m Mobile) String() string { return m.Masked() }

// GoString returns the mask.
func (m Mobile) GoString() string { return m.Masked() }

// Format writes the mask for every verb.
func (m Mobile) Format(state fmt.State, _ rune) { writeMask(state, m.Masked()) }

// LogValue is the mask.
func (m Mobile) LogValue() slog.Value { return maskValue(m.Masked()) }

// MarshalJSON writes the mask.
func (m Mobile) MarshalJSON() ([]byte, error) { return maskJSON(m.Masked()) }

// MarshalText writes the mask.
func (m Mobile) MarshalText() ([]byte, error) { return []byte(m.Masked()), nil }
