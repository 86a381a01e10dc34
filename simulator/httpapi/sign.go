package httpapi

import (
	"crypto/rand"
	"encoding/base64"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// jtiSource makes ids of messages: a random beginning per process and a counter.
// They only have to be unique; nothing is secret about them.
type jtiSource struct {
	prefix string
	count  atomic.Uint64
}

// newJTISource draws the beginning.
func newJTISource() *jtiSource {
	return &jtiSource{prefix: rand.Text() + "-"}
}

// append writes a fresh id.
func (s *jtiSource) append(to []byte) []byte {
	to = append(to, s.prefix...)
	return strconv.AppendUint(to, s.count.Add(1), 36)
}

// signer signs what channels send: answers and notifications.
type signer struct {
	ids *jtiSource
	jti string // to use instead of a fresh one; "": none
}

// answer returns the signature header of an answer: it names the member, the
// status and the request that is answered.
func (s signer) answer(key *signKey, memberNo, reqJTI string, status int, now time.Time, body []byte) string {
	room := takeScratch()
	defer room.giveBack()
	header := s.opening(room.header[:0], key, now)
	header = appendMember(header, `,"aud":"`, memberNo)
	header = append(header, `","status":`...)
	header = strconv.AppendInt(header, int64(status), 10)
	header = appendMember(header, `,"req_jti":"`, reqJTI)
	header = append(header, `"}`...)
	room.header = header
	return room.detached(key, body)
}

// notification returns the signature header of a notification; it is made like a
// request's, with the member as audience. The target must be free of characters
// that JSON escapes; see targetOf.
func (s signer) notification(key *signKey, memberNo, method, target string, now time.Time, body []byte) string {
	room := takeScratch()
	defer room.giveBack()
	header := s.opening(room.header[:0], key, now)
	header = appendMember(header, `,"aud":"`, memberNo)
	header = appendMember(header, `","method":"`, method)
	header = appendMember(header, `","target":"`, target)
	header = append(header, `"}`...)
	room.header = header
	return room.detached(key, body)
}

// opening writes the members that all headers begin with.
func (s signer) opening(to []byte, key *signKey, now time.Time) []byte {
	to = appendMember(to, `{"alg":"`, key.alg)
	to = appendMember(to, `","kid":"`, key.kid)
	to = append(to, `","b64":false,"crit":["b64"],"iat":`...)
	to = strconv.AppendInt(to, now.Unix(), 10)
	to = append(to, `,"jti":"`...)
	if s.jti != "" {
		to = append(to, s.jti...)
	} else {
		to = s.ids.append(to)
	}
	return append(to, '"')
}

// appendMember writes a literal and a text that needs no escaping.
func appendMember(to []byte, literal, text string) []byte {
	to = append(to, literal...)
	return append(to, text...)
}

// detached signs the header in the scratch and writes `protected..signature`.
func (s *scratch) detached(key *signKey, body []byte) string {
	s.line = base64.RawURLEncoding.AppendEncode(s.line[:0], s.header)
	s.signature = key.sign(s.signature[:0], s.line, body)
	s.line = append(s.line, '.', '.')
	s.line = base64.RawURLEncoding.AppendEncode(s.line, s.signature)
	return string(s.line)
}

// scratch is room to put signatures together and take them apart in.
type scratch struct{ line, header, signature []byte }

// scratches keeps them: each exchange needs two, one after the other.
var scratches = sync.Pool{New: func() any {
	return &scratch{line: make([]byte, 0, 1024), header: make([]byte, 0, 512), signature: make([]byte, 0, 128)}
}}

// takeScratch takes one out.
func takeScratch() *scratch {
	s, _ := scratches.Get().(*scratch)
	return s
}

// giveBack puts it back; nothing may point into it any more.
func (s *scratch) giveBack() { scratches.Put(s) }
