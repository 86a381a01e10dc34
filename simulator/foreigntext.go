package simulator

import (
	"strings"
	"unicode"

	"countersign/internal/cardholder"
)

// Lengths of card numbers (ISO/IEC 7812-1).
const (
	shortestCard = 13
	longestCard  = 19
)

// NamesForeignCard reports whether a free text holds digits that could be
// somebody's card: of a listed BIN and its length, without the test marker,
// written as one run or in groups. Full-width digits count.
func (t *Template) NamesForeignCard(text string) bool {
	var run, grouped []byte
	gap := 0 // separators since the last digit
	for _, c := range text {
		digit, isDigit := plainDigit(c)
		switch {
		case isDigit:
			run, grouped, gap = append(run, digit), append(grouped, digit), 0
			continue
		case strings.ContainsRune(" -.\u00a0\u3000", c) && gap == 0 && len(grouped) > 0:
			gap = 1
		default:
			if t.foreignCard(grouped) {
				return true
			}
			grouped, gap = nil, 0
		}
		if t.foreignCard(run) {
			return true
		}
		run = nil
	}
	return t.foreignCard(run) || t.foreignCard(grouped)
}

// foreignCard reports whether digits are a card that this world must not hold.
func (t *Template) foreignCard(digits []byte) bool {
	if len(digits) < shortestCard || len(digits) > longestCard {
		return false
	}
	if _, known := t.bins.find(string(digits)); !known {
		return false
	}
	card, err := cardholder.NewCardNumber(string(digits))
	return err == nil && !t.CardAllowed(card)
}

// plainDigit is the ASCII digit of an ASCII or full-width one.
func plainDigit(c rune) (byte, bool) {
	const fullWidthZero, fullWidthNine = '\uff10', '\uff19'
	switch {
	case c >= '0' && c <= '9':
		return byte(c), true
	case c >= fullWidthZero && c <= fullWidthNine:
		return byte(c-fullWidthZero) + '0', true
	}
	return 0, false
}

// PlainText reports a text that a handset shows as it was sent: without control
// characters, line breaks and marks that turn the direction of reading. With them
// one SMS could look like two, the second by somebody else.
func PlainText(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool {
		return unicode.IsControl(c) || unicode.In(c, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
	})
}
