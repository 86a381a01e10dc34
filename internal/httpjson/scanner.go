package httpjson

import (
	"unicode/utf16"
	"unicode/utf8"
)

// scanner walks over JSON text (RFC 8259) once, within the bounds of a strict
// body. It allocates only for strings with escapes and for large objects.
type scanner struct {
	data  []byte
	pos   int
	depth int
}

// space skips white space.
func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// peek returns the byte at hand, 0 at the end: no JSON token starts with it.
func (s *scanner) peek() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

// take steps over one expected byte.
func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.pos++
	return true
}

// literal steps over true, false or null.
func (s *scanner) literal(word string) *fault {
	if len(s.data)-s.pos < len(word) || string(s.data[s.pos:s.pos+len(word)]) != word {
		return s.syntax()
	}
	s.pos += len(word)
	return nil
}

// syntax is the fault for text that is not JSON.
func (s *scanner) syntax() *fault {
	if s.pos >= len(s.data) {
		return wrong(WrongSyntax, "the text ends too early")
	}
	return wrong(WrongSyntax, "the text is not JSON here")
}

// enter steps into an object or array.
func (s *scanner) enter() *fault {
	s.pos++
	s.depth++
	if s.depth > MaxDepth {
		return wrong(TooDeep, "objects and arrays are nested too deep")
	}
	return nil
}

// leave steps out of an object or array.
func (s *scanner) leave() { s.depth-- }

// str steps over a string and returns its content without quotes. The bytes are
// part of the body when there is no escape, else fresh.
func (s *scanner) str() ([]byte, *fault) {
	if !s.take('"') {
		return nil, s.syntax()
	}
	start := s.pos
	ascii := true
	for ; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; {
		case c == '"':
			text := s.data[start:s.pos]
			s.pos++
			if !ascii && !utf8.Valid(text) {
				return nil, wrong(WrongUTF8, "the text is not valid UTF-8")
			}
			return text, nil
		case c == '\\':
			return s.escaped(start)
		case c < ' ':
			return nil, s.syntax()
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, s.syntax()
}

// escaped finishes a string in which an escape has been met.
func (s *scanner) escaped(start int) ([]byte, *fault) {
	text := append(make([]byte, 0, s.pos-start+16), s.data[start:s.pos]...)
	for s.pos < len(s.data) {
		c := s.data[s.pos]
		s.pos++
		switch {
		case c == '"':
			if !utf8.Valid(text) {
				return nil, wrong(WrongUTF8, "the text is not valid UTF-8")
			}
			return text, nil
		case c < ' ':
			s.pos--
			return nil, s.syntax()
		case c != '\\':
			text = append(text, c)
		default:
			r, bad := s.escape()
			if bad != nil {
				return nil, bad
			}
			text = utf8.AppendRune(text, r)
		}
	}
	return nil, s.syntax()
}

// escape reads what follows a backslash. Lone surrogates are refused: they are
// no character, and decoders differ on them.
func (s *scanner) escape() (rune, *fault) {
	c := s.peek()
	s.pos++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
	default:
		s.pos--
		return 0, s.syntax()
	}
	first, ok := s.hex4()
	if !ok {
		return 0, s.syntax()
	}
	if !utf16.IsSurrogate(first) {
		return first, nil
	}
	if !s.take('\\') || !s.take('u') {
		return 0, wrong(WrongUTF8, "half of a surrogate pair stands alone")
	}
	second, ok := s.hex4()
	if !ok {
		return 0, s.syntax()
	}
	if pair := utf16.DecodeRune(first, second); pair != utf8.RuneError {
		return pair, nil
	}
	return 0, wrong(WrongUTF8, "half of a surrogate pair stands alone")
}

// hex4 reads the four digits of an escape.
func (s *scanner) hex4() (rune, bool) {
	if len(s.data)-s.pos < 4 {
		return 0, false
	}
	var r rune
	for range 4 {
		c := s.data[s.pos]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
		s.pos++
	}
	return r, true
}

// number steps over a number, returns its text and whether it is written as a
// whole one, without point and exponent.
func (s *scanner) number() (text []byte, whole bool, bad *fault) {
	start := s.pos
	whole = true
	s.take('-')
	if s.take('0') {
		if c := s.peek(); c >= '0' && c <= '9' {
			return nil, false, s.syntax()
		}
	} else if s.digits() == 0 {
		return nil, false, s.syntax()
	}
	if s.take('.') {
		whole = false
		if s.digits() == 0 {
			return nil, false, s.syntax()
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		whole = false
		s.pos++
		if !s.take('+') {
			s.take('-')
		}
		if s.digits() == 0 {
			return nil, false, s.syntax()
		}
	}
	text = s.data[start:s.pos]
	if len(text) > MaxDigits && countDigits(text) > MaxDigits {
		return nil, false, wrong(TooManyDigits, "a number has too many digits")
	}
	return text, whole, nil
}

// digits steps over decimal digits and returns how many there were.
func (s *scanner) digits() int {
	start := s.pos
	for s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos - start
}

// countDigits counts the decimal digits of a number's text.
func countDigits(text []byte) int {
	count := 0
	for _, c := range text {
		if c >= '0' && c <= '9' {
			count++
		}
	}
	return count
}
