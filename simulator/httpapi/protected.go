package httpapi

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Members of a protected header (RFC 7515 section 4, RFC 7797; the others are the
// contract's own). They are also the words of a finding's `wrong`.
const (
	memberAlg    = "alg"
	memberKID    = "kid"
	memberB64    = "b64"
	memberCrit   = "crit"
	memberIAT    = "iat"
	memberJTI    = "jti"
	memberAud    = "aud"
	memberMethod = "method"
	memberTarget = "target"

	// wrongSignature: missing, no protected header that can be read, or not made
	// with the member's key.
	wrongSignature = "signature"
)

// requestMembers are the members a request's header has, all of them and no
// other, in the order of the bits of protectedHeader.seen.
var requestMembers = [...]string{
	memberAlg, memberKID, memberB64, memberCrit, memberIAT, memberJTI, memberAud, memberMethod, memberTarget,
}

// protectedHeader is a decoded protected header of a request. Its texts are views
// into the decoded bytes.
type protectedHeader struct {
	alg, kid, jti, aud, method, target []byte
	iat                                int64
	b64                                bool
	critOnlyB64                        bool
	seen                               uint16
}

// decodeProtected reads a request's protected header: one JSON object with
// exactly the members of requestMembers, none twice. It returns the member that
// is wrong, an additional one by its name, "" when none is.
func decodeProtected(text []byte, h *protectedHeader) string {
	s := headerScanner{data: text}
	if !s.take('{') {
		return wrongSignature
	}
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return wrongSignature
		}
		name, ok := s.text()
		if !ok || !s.take(':') {
			return wrongSignature
		}
		if wrong := h.member(&s, string(name)); wrong != "" {
			return wrong
		}
	}
	s.space()
	if s.pos != len(s.data) {
		return wrongSignature
	}
	for i, name := range requestMembers {
		if h.seen&(1<<i) == 0 {
			return name
		}
	}
	return ""
}

// member reads the value of one member.
func (h *protectedHeader) member(s *headerScanner, name string) string {
	bit := -1
	for i, known := range requestMembers {
		if known == name {
			bit = i
		}
	}
	if bit < 0 {
		return wrongUnknown(name)
	}
	if h.seen&(1<<bit) != 0 {
		return name
	}
	h.seen |= 1 << bit
	var ok bool
	switch name {
	case memberAlg:
		h.alg, ok = s.text()
	case memberKID:
		h.kid, ok = s.text()
	case memberB64:
		h.b64, ok = s.boolean()
	case memberCrit:
		h.critOnlyB64, ok = s.crit()
	case memberIAT:
		h.iat, ok = s.integer()
	case memberJTI:
		h.jti, ok = s.text()
	case memberAud:
		h.aud, ok = s.text()
	case memberMethod:
		h.method, ok = s.text()
	case memberTarget:
		h.target, ok = s.text()
	}
	if !ok {
		return name
	}
	return ""
}

// headerScanner walks over the small JSON of a protected header.
type headerScanner struct {
	data []byte
	pos  int
}

// space skips white space.
func (s *headerScanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return
		}
	}
}

// take skips white space and takes the byte if it comes next.
func (s *headerScanner) take(c byte) bool {
	s.space()
	if s.pos < len(s.data) && s.data[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

// text reads a string. Without escapes it is a view of the data.
func (s *headerScanner) text() ([]byte, bool) {
	s.space()
	start := s.pos
	if !s.take('"') {
		return nil, false
	}
	escaped := false
	for ; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			if !escaped {
				return s.data[start+1 : s.pos-1], true
			}
			var plain string
			err := json.Unmarshal(s.data[start:s.pos], &plain)
			return []byte(plain), err == nil
		case c == '\\':
			escaped = true
			s.pos++
		case c < ' ' || c > '~':
			return nil, false // all members are ASCII
		}
	}
	return nil, false
}

// boolean reads true or false.
func (s *headerScanner) boolean() (value, ok bool) {
	s.space()
	for _, word := range [...]string{"false", "true"} {
		if bytes.HasPrefix(s.data[s.pos:], []byte(word)) {
			s.pos += len(word)
			return word == "true", true
		}
	}
	return false, false
}

// integer reads a whole number without sign, fraction or exponent.
func (s *headerScanner) integer() (int64, bool) {
	s.space()
	start := s.pos
	for s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '9' {
		s.pos++
	}
	digits := s.data[start:s.pos]
	if len(digits) > 1 && digits[0] == '0' {
		return 0, false
	}
	n, err := strconv.ParseInt(string(digits), 10, 64)
	return n, err == nil
}

// crit reads the list of critical members and reports whether it is ["b64"].
// Anything we do not understand there must be refused (RFC 7515 section 4.1.11).
func (s *headerScanner) crit() (onlyB64, ok bool) {
	if !s.take('[') {
		return false, false
	}
	name, ok := s.text()
	if !ok || !s.take(']') {
		return false, false
	}
	return string(name) == memberB64, true
}
