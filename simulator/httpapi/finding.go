package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"countersign/internal/mask"
	"countersign/simulator"
)

// longestShown is how much of a member of a refused header is shown.
const longestShown = 300

// badSignature is the 401 of a signature that does not hold: which member is
// wrong, the header as decoded, length and digest of the body, never the body or
// a key.
func badSignature(v *verdict, body []byte) *refusal {
	sum := sha256.Sum256(body)
	r := refused(http.StatusUnauthorized, string(simulator.ProblemSignatureInvalid), "the signature does not hold; see the member signature")
	r.field = signatureHeader
	r.finding = &signatureFinding{Wrong: v.wrong, BodyLength: len(body), BodySHA256: hex.EncodeToString(sum[:])}
	if v.read {
		r.finding.Protected = v.header.shown()
	}
	r.hint = signatureHint(v.wrong)
	if v.wrong == memberKID && !v.retired.IsZero() {
		r.detail = "the key was rotated out and is taken no longer since " + v.retired.UTC().Format(time.RFC3339)
		r.hint = "sign with the newest request key of this member; the control plane shows its kid"
	}
	return r
}

// shown is the decoded header for the finding, personal data masked: the sender
// may have put anything there.
func (h *protectedHeader) shown() map[string]any {
	members := map[string]any{}
	for i, name := range requestMembers {
		if h.seen&(1<<i) == 0 {
			continue
		}
		switch name {
		case memberAlg:
			members[name] = shownText(h.alg)
		case memberKID:
			members[name] = shownText(h.kid)
		case memberB64:
			members[name] = h.b64
		case memberCrit:
			if h.critOnlyB64 {
				members[name] = []string{memberB64}
			}
		case memberIAT:
			members[name] = h.iat
		case memberJTI:
			members[name] = shownText(h.jti)
		case memberAud:
			members[name] = shownText(h.aud)
		case memberMethod:
			members[name] = shownText(h.method)
		case memberTarget:
			members[name] = shownText(h.target)
		}
	}
	return members
}

// shownText masks and shortens one member.
func shownText(text []byte) string { return mask.Text(string(text[:min(len(text), longestShown)])) }

// partOfWord says whether a byte belongs to a word.
func partOfWord(c byte) bool {
	return c == '_' || (c >= '0' && c <= '9') || (c|0x20 >= 'a' && c|0x20 <= 'z') || c >= 0x80
}

// longestMemberName is how long the name of a member of a header may be to be told.
const longestMemberName = 40

// wrongUnknown names a member that a header must not have, if the name is one that can be shown: it is the sender's.
func wrongUnknown(name string) string {
	for i := range len(name) {
		if c := name[i]; !partOfWord(c) && c != '-' && c != '.' && c != '#' {
			return wrongSignature
		}
	}
	if name == "" || len(name) > longestMemberName || mask.Text(name) != name {
		return wrongSignature
	}
	return name
}

// signatureHint says what to look at.
func signatureHint(wrong string) string {
	switch wrong {
	case wrongSignature:
		return "sign BASE64URL(protected header) + \".\" + the raw body bytes with the request key of this member at this channel " +
			"(RFC 7797), once, in the header " + signatureHeader
	case memberAlg, memberKID:
		return "use the algorithm and the key id that this member has at this channel"
	case memberB64, memberCrit:
		return "the protected header says \"b64\":false and \"crit\":[\"b64\"]"
	case memberIAT:
		return "iat is in seconds and within five minutes of the clock of this world"
	case memberJTI:
		return "a fresh jti of 1 to 128 letters, digits or -_.~: for every message"
	case memberAud:
		return "aud is the channel's id"
	case memberMethod, memberTarget:
		return "method and target are those of the request line, path and query exactly as sent"
	}
	return "the protected header has these members and no other: " + strings.Join(requestMembers[:], ", ") +
		"; libraries that add one, as typ, can be told not to"
}
