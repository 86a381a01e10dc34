package httpapi

import "strings"

// findMember finds the text of the top-level member member_no in a body that is
// not yet known to be JSON, so that the key to verify it with can be looked up. It
// reads no further than it must and takes the first one; the strict decode, which
// follows the signature, refuses a second. False means: not there, or no plain
// text.
func findMember(body []byte) (string, bool) {
	no, found := findText(body, memberParameter)
	return no, found && validMemberNo(no)
}

// findText finds the text of a member of the top level.
func findText(body []byte, wanted string) (string, bool) {
	s := memberScanner{data: body}
	if s.next() != '{' {
		return "", false
	}
	s.pos++
	for {
		name, ok := s.text()
		if !ok || s.next() != ':' {
			return "", false
		}
		s.pos++
		if string(name) == wanted {
			value, ok := s.text()
			return string(value), ok
		}
		if !s.skip() || s.next() != ',' {
			return "", false
		}
		s.pos++
	}
}

// memberScanner walks over the top level of an object.
type memberScanner struct {
	data []byte
	pos  int
}

// next skips white space and returns the byte that follows, 0 at the end.
func (s *memberScanner) next() byte {
	for ; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// text reads a string and returns what stands between the quotes, escapes as
// they are: no name or number that is looked for here holds one.
func (s *memberScanner) text() ([]byte, bool) {
	if s.next() != '"' {
		return nil, false
	}
	start := s.pos + 1
	for at := start; at < len(s.data); at++ {
		switch s.data[at] {
		case '\\':
			at++
		case '"':
			s.pos = at + 1
			return s.data[start:at], true
		}
	}
	return nil, false
}

// skip passes over one value; objects and arrays by counting brackets.
func (s *memberScanner) skip() bool {
	depth := 0
	for {
		switch s.next() {
		case 0:
			return false
		case '"':
			if _, ok := s.text(); !ok {
				return false
			}
		case '{', '[':
			depth++
			s.pos++
		case '}', ']':
			if depth == 0 {
				return false
			}
			depth--
			s.pos++
		case ',', ':':
			if depth == 0 {
				return false
			}
			s.pos++
			continue
		default:
			for s.pos < len(s.data) && strings.IndexByte(" \t\r\n,:]}", s.data[s.pos]) < 0 {
				s.pos++
			}
		}
		if depth == 0 {
			return true
		}
	}
}
