package selfcheck

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"countersign/simulator"
	"countersign/simulator/httpapi"
)

// header is the name of the signature's header, and of the field of differences about
// it.
const header = "Countersign-Signature"

// window is how far iat may be from the world's clock, both ways (design 3.1).
const window = 5 * time.Minute

// protected is the protected header as the contract has it.
type protected struct {
	Alg    string   `json:"alg"`
	KID    string   `json:"kid"`
	B64    *bool    `json:"b64"`
	Crit   []string `json:"crit"`
	IAT    int64    `json:"iat"`
	JTI    string   `json:"jti"`
	Aud    string   `json:"aud"`
	Status int      `json:"status"`
	ReqJTI string   `json:"req_jti"`
	Method string   `json:"method"`
	Target string   `json:"target"`
}

// signatureOf verifies a message's signature over the bytes that go out. An answer to
// a request whose own signature did not hold carries none.
func signatureOf(m *httpapi.Sent) []difference {
	line := m.Header.Get(header)
	if !m.Notification() && m.RequestID == "" {
		if line != "" {
			return []difference{{field: header, what: "an answer to a request that was not verified is signed"}}
		}
		return nil
	}
	if line == "" {
		return []difference{{field: header, what: "is missing"}}
	}
	first, signature, detached := strings.Cut(line, "..")
	text, err := base64.RawURLEncoding.Strict().DecodeString(first)
	var said protected
	if !detached || err != nil || json.Unmarshal(text, &said) != nil {
		return []difference{{field: header, what: "is no detached JWS"}}
	}
	found := said.differs(m)
	raw, err := base64.RawURLEncoding.Strict().DecodeString(signature)
	if err != nil || !holds(&m.Member.Keys, append([]byte(first+"."), m.Body...), raw) {
		found = append(found, difference{field: header, what: "the signature does not hold over the bytes sent"})
	}
	return found
}

// differs compares the protected header with the message.
func (p *protected) differs(m *httpapi.Sent) []difference {
	var found []difference
	wrong := func(is bool, name string) {
		if is {
			found = append(found, difference{field: header + "/" + name, what: "is not what the contract wants"})
		}
	}
	wrong(p.Alg != m.Member.Keys.Alg, "alg")
	wrong(p.KID != m.Member.Keys.Reply.KID, "kid")
	wrong(p.B64 == nil || *p.B64, "b64")
	wrong(!slices.Equal(p.Crit, []string{"b64"}), "crit")
	wrong(p.Aud != m.Member.MemberNo, "aud")
	wrong(p.JTI == "", "jti")
	wrong(time.Unix(p.IAT, 0).Sub(m.At).Abs() > window, "iat")
	if m.Notification() {
		wrong(p.Method != m.Method, "method")
		wrong(p.Target != m.Target, "target")
		return found
	}
	wrong(p.Status != m.Status, "status")
	wrong(p.ReqJTI != m.RequestID, "req_jti")
	return found
}

// holds verifies over header, dot and body (RFC 7797 section 3).
func holds(keys *simulator.MemberKeys, input, signature []byte) bool {
	switch keys.Alg {
	case "HS256":
		sum := hmac.New(sha256.New, keys.Reply.Private)
		sum.Write(input)
		return hmac.Equal(sum.Sum(nil), signature)
	case "EdDSA":
		return len(keys.Reply.Public) == ed25519.PublicKeySize && ed25519.Verify(ed25519.PublicKey(keys.Reply.Public), input, signature)
	}
	return false
}
