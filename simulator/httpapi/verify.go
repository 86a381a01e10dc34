package httpapi

import (
	"bytes"
	"encoding/base64"
	"time"
)

// signatureHeader carries the detached JWS. It is in canonical form, so that
// header maps may be read and written directly.
const signatureHeader = "Countersign-Signature"

// longestSignature is the longest header value, as the contract has it.
const longestSignature = 4096

// window is how far iat may be from the world's clock, both ways.
const window = 5 * time.Minute

// longestJTI is the longest message id taken.
const longestJTI = 128

// strict64 is base64url without padding that refuses loose bits at the end:
// one signature has one spelling.
var strict64 = base64.RawURLEncoding.Strict()

// expected is what a request's signature must say.
type expected struct {
	key    *signKey
	old    []formerKey // keys rotated out
	aud    string      // the channel
	method string
	target string // path and query exactly as sent
	now    time.Time
}

// verdict is what the door found out about a signature. Wrong is "" when the
// signature is good.
type verdict struct {
	wrong  string
	jti    string
	header protectedHeader
	read   bool // header holds something worth showing
	// retired is when the key that the header names was rotated out for good, zero
	// when that is not what is wrong.
	retired time.Time
}

// verifySignature checks the signature header's lines over the raw body. Replay is
// not checked here: the world remembers the ids it has accepted.
func verifySignature(lines []string, body []byte, want expected) verdict {
	if len(lines) != 1 || len(lines[0]) > longestSignature {
		return verdict{wrong: wrongSignature}
	}
	s := takeScratch()
	v := s.verify(lines[0], body, want)
	if v.wrong != "" {
		return v // what is shown of the header are views into the scratch
	}
	v.jti = string(v.header.jti)
	v.header = protectedHeader{}
	s.giveBack()
	return v
}

// verify is verifySignature with room to work in.
func (s *scratch) verify(line string, body []byte, want expected) verdict {
	s.line = append(s.line[:0], line...)
	protected, signature, ok := splitDetached(s.line)
	if !ok {
		return verdict{wrong: wrongSignature}
	}
	var err error
	if s.header, err = strict64.AppendDecode(s.header[:0], protected); err != nil {
		return verdict{wrong: wrongSignature}
	}
	v := verdict{read: true}
	if v.wrong = decodeProtected(s.header, &v.header); v.wrong != "" {
		return v
	}
	want.key, v.retired = want.keyNamed(v.header.kid)
	if v.wrong = v.header.differs(want); v.wrong != "" {
		return v
	}
	s.signature, err = strict64.AppendDecode(s.signature[:0], signature)
	if err != nil || !want.key.good(protected, body, s.signature) {
		v.wrong = wrongSignature
	}
	return v
}

// keyNamed is the key to verify with: the member's newest, or one of those rotated
// out that is still taken. The message only chooses among keys of the
// configuration (K1). One that is no longer taken is told by when it ended.
func (want *expected) keyNamed(kid []byte) (*signKey, time.Time) {
	for i := range want.old {
		former := &want.old[i]
		switch {
		case string(kid) == want.key.kid || former.key.kid != string(kid):
		case want.now.Before(former.until):
			return former.key, time.Time{}
		default:
			return want.key, former.until
		}
	}
	return want.key, time.Time{}
}

// splitDetached cuts `protected..signature` (RFC 7515 appendix F).
func splitDetached(line []byte) (protected, signature []byte, ok bool) {
	protected, signature, ok = bytes.Cut(line, []byte(".."))
	ok = ok && len(protected) > 0 && !bytes.ContainsRune(signature, '.')
	return protected, signature, ok
}

// differs names the first member that is not what it must be. Algorithm and key
// come from configuration; the message only has to agree.
func (h *protectedHeader) differs(want expected) string {
	iat := time.Unix(h.iat, 0)
	switch {
	case string(h.alg) != want.key.alg:
		return memberAlg
	case string(h.kid) != want.key.kid:
		return memberKID
	case h.b64:
		return memberB64
	case !h.critOnlyB64:
		return memberCrit
	case string(h.aud) != want.aud:
		return memberAud
	case string(h.method) != want.method:
		return memberMethod
	case string(h.target) != want.target:
		return memberTarget
	case h.iat > 1<<40 || iat.Before(want.now.Add(-window)) || iat.After(want.now.Add(window)):
		return memberIAT
	case !validJTI(h.jti):
		return memberJTI
	}
	return ""
}

// validJTI reports whether an id is 1 to 128 characters that can stand in JSON, a
// log and a header unescaped.
func validJTI(jti []byte) bool {
	for _, c := range jti {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '-', c == '_', c == '.', c == '~', c == ':':
		default:
			return false
		}
	}
	return len(jti) > 0 && len(jti) <= longestJTI
}
