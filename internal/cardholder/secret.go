// Package cardholder holds what the four elements (四要素) are made of: name, ID
// number, card number and the mobile registered with the bank (T2 of
// the talk). The values are opaque: only Reveal gives them back, and every
// other way to write one down (fmt, slog, JSON, an error, a dump of a struct
// around it) shows a mask or an address. Everybody may import it; it imports the
// standard library only.
package cardholder

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// secret keeps a value out of reach of printers. fmt calls no method on an
// unexported field of a foreign struct, so String and Format alone do not help
// there; but it prints a pointer as an address. That is why every type of this
// package holds a *secret and never the text itself. It must not become a struct:
// fmt looks through a pointer to a struct when the verb does not fit (%s, %q).
type secret string

// keep puts a text behind a pointer.
func keep(text string) *secret { return (*secret)(&text) }

// reveal gives the text back, "" for a zero value.
func (s *secret) reveal() string {
	if s == nil {
		return ""
	}
	return string(*s)
}

// equal compares the texts in constant time.
func (s *secret) equal(other *secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.reveal()), []byte(other.reveal())) == 1
}

// incomparable, embedded as a field, makes == on a type a compile error: it
// would compare addresses. Use Equal; reflect.DeepEqual works as well.
type incomparable [0]func()

// writeMask is the Format method of all types: whatever verb and flags are
// asked for, the mask is printed, so that %x cannot spell digits out.
func writeMask(state fmt.State, mask string) { _, _ = io.WriteString(state, mask) }

// maskJSON is the MarshalJSON method of all types. Masks need no escaping.
func maskJSON(mask string) ([]byte, error) { return []byte(`"` + mask + `"`), nil }

// maskValue is the LogValue method of all types.
func maskValue(mask string) slog.Value { return slog.StringValue(mask) }

// Errors of the constructors. They name the element and the rule and never
// repeat the value.
var (
	// ErrCardNumber means: not 13 to 19 digits (ISO/IEC 7812-1).
	ErrCardNumber = errors.New("card number must be 13 to 19 digits")
	// ErrIDNumber means: not a resident ID number (GB 11643): 17 digits, a date of
	// birth among them, and the check character.
	ErrIDNumber = errors.New("ID number must be 18 characters with a date of birth and a right check character")
	// ErrMobile means: not a mainland mobile number, 1, then 3 to 9, then nine digits.
	ErrMobile = errors.New("mobile must be 11 digits and start with 13 to 19")
	// ErrName means: not 1 to 60 characters, or control characters among them.
	ErrName = errors.New("name must be 1 to 60 characters without control characters")
	// ErrIDType means: a word that names no type of identity document.
	ErrIDType = errors.New("ID type is not known")
)
