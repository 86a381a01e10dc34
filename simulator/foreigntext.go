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

// NamesForeignCard reports whether a text holds digits that could be somebody's card,
// written as one run or in groups of three digits and more; full-width digits count. A
// card is 13 to 19 digits without the test marker that have a listed BIN and its
// length, or the prefix and length of a network and a right check digit. It is the one
// rule for all texts and numbers of strangers. Numbers that worlds make up are none.
func (t *Template) NamesForeignCard(text string) bool { return t.scanForCard(text, mostOwnDigits) }

// scanForCard is NamesForeignCard where agreements may have so many digits.
func (t *Template) scanForCard(text string, mostOwn int) bool {
	if !manyDigits(text) {
		return false
	}
	s := cardScan{template: t}
	for at, c := range text {
		digit, isDigit := plainDigit(c)
		switch {
		case isDigit && len(s.run) == 0 && ownNumber(text, at, mostOwn):
			s.skip = true
		case !isDigit:
			s.skip = false
		}
		switch {
		case s.skip:
		case isDigit:
			s.run = append(s.run, digit)
		case s.endRun():
			return true
		case !strings.ContainsRune(" -._\t\u00a0\u3000", c) || s.gap:
			if s.endGroups() {
				return true
			}
		default:
			s.gap = true
		}
	}
	return s.endRun() || s.endGroups()
}

// manyDigits reports a text long enough, and with enough digits, to hold a card. It
// is asked of every text of every request.
func manyDigits(text string) bool {
	if len(text) < shortestCard {
		return false
	}
	digits := 0
	for i := range len(text) {
		if c := text[i]; c >= '0' && c <= '9' || c == fullWidthLead {
			digits++
		}
	}
	return digits >= shortestCard
}

// fullWidthLead is the first byte of a full-width digit.
const fullWidthLead = 0xef

// cardScan collects digits: those of the present run, and those of the groups that
// separators tie to it.
type cardScan struct {
	template *Template
	run      []byte
	groups   []byte
	gap      bool // a separator stood last
	skip     bool // within a number of our own
}

// leastGroup is the fewest digits of a group that others follow: cards are written in
// fours, dates and versions are not.
const leastGroup = 3

// endRun ends a run, adds it to the groups, and reports a card.
func (s *cardScan) endRun() bool {
	if len(s.run) == 0 {
		return false
	}
	found := s.template.foreignCard(s.run)
	s.groups = append(s.groups, s.run...)
	if len(s.run) < leastGroup {
		found = s.endGroups() || found
	}
	s.run, s.gap = s.run[:0], false
	return found
}

// endGroups ends groups and reports a card.
func (s *cardScan) endGroups() bool {
	found := s.template.foreignCard(s.groups)
	s.groups, s.gap = s.groups[:0], false
	return found
}

// foreignCard reports whether digits are a card that this world must not hold.
func (t *Template) foreignCard(digits []byte) bool {
	if len(digits) < shortestCard || len(digits) > longestCard {
		return false
	}
	number := string(digits)
	if _, listed := t.bins.find(number); !listed && !networkCard(number) {
		return false
	}
	card, err := cardholder.NewCardNumber(number)
	return err == nil && !t.CardAllowed(card) && !strings.HasPrefix(number[len(card.BIN()):], testMarker)
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
