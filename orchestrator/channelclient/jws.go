package channelclient

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"countersign/orchestrator"
)

// SignatureHeader carries the detached JWS of a request, an answer or a notification.
const SignatureHeader = "Countersign-Signature"

const (
	// tolerance is how far iat may lie from the merchant's clock, either way.
	tolerance = 5 * time.Minute
	// longestSignature bounds the header (contract: maxLength 4096).
	longestSignature = 4096
	// longestJTI bounds what the replay memory keeps.
	longestJTI = 128
)

// protected is the protected header of the contract. Requests and notifications carry Method and
// Target, answers Status and ReqJTI.
type protected struct {
	Alg    string   `json:"alg"`
	Kid    string   `json:"kid"`
	B64    *bool    `json:"b64"`
	Crit   []string `json:"crit"`
	Iat    int64    `json:"iat"`
	JTI    string   `json:"jti"`
	Aud    string   `json:"aud"`
	Method string   `json:"method"`
	Target string   `json:"target"`
	Status int      `json:"status"`
	ReqJTI string   `json:"req_jti"`
}

// errSignature is the family of all failed verifications.
var errSignature = errors.New("signature does not hold")

// refusal is a failed verification. It names the member of the protected header that is wrong, or "signature",
// or "missing", and never a value.
type refusal string

// Error names the member.
func (r refusal) Error() string { return string(r) + ": " + errSignature.Error() }

// Unwrap makes errors.Is(err, ErrSignature) hold.
func (refusal) Unwrap() error { return errSignature }

// refused is the refusal of a member.
func refused(member string) error { return refusal(member) }

// signRequest makes the detached JWS over the raw body (RFC 7515 appendix F, RFC 7797).
func signRequest(access orchestrator.Access, jti, method, target string, body []byte) (string, error) {
	key, err := signingKey(access.Keys)
	if err != nil {
		return "", err
	}
	options := (&jose.SignerOptions{}).WithBase64(false). // writes crit ["b64"] as well
								WithHeader("kid", access.Keys.RequestKID).
								WithHeader("iat", access.Clock.Now().Unix()).
								WithHeader("jti", jti).
								WithHeader("aud", access.Config.ChannelID).
								WithHeader("method", method).
								WithHeader("target", target)
	signer, err := jose.NewSigner(key, options)
	if err != nil {
		return "", fmt.Errorf("sign request: %w", errKey)
	}
	if body == nil {
		body = []byte{}
	}
	signed, err := signer.Sign(body)
	if err != nil {
		return "", fmt.Errorf("sign request: %w", errKey)
	}
	compact, err := signed.DetachedCompactSerialize()
	if err != nil {
		return "", fmt.Errorf("sign request: %w", err)
	}
	return compact, nil
}

// verify checks everything that answers and notifications have in common: form, algorithm and key by
// configuration, the signature over the raw bytes, audience and time. The caller checks the rest.
func verify(access orchestrator.Access, headers []string, body []byte) (protected, error) {
	if len(headers) != 1 || headers[0] == "" {
		return protected{}, refused("missing")
	}
	header, err := decodeProtected(headers[0])
	if err != nil {
		return protected{}, err
	}
	if err := header.matches(access); err != nil {
		return protected{}, err
	}
	alg, key, err := replyKey(access.Keys)
	if err != nil {
		return protected{}, err
	}
	if body == nil {
		body = []byte{} // go-jose takes nil for "attached"
	}
	parsed, err := jose.ParseDetached(headers[0], body, []jose.SignatureAlgorithm{alg})
	if err != nil || parsed.DetachedVerify(body, key) != nil {
		return protected{}, refused("signature")
	}
	return header, nil
}

// matches holds the protected header against the configuration and the merchant's clock. What it reads is not
// verified yet, so it may only refuse.
func (h protected) matches(access orchestrator.Access) error {
	switch {
	case h.Alg != access.Keys.Alg:
		return refused("alg")
	case h.Kid != access.Keys.ReplyKID:
		return refused("kid")
	case h.B64 == nil || *h.B64:
		return refused("b64")
	case len(h.Crit) != 1 || h.Crit[0] != "b64":
		return refused("crit")
	case h.Aud != access.Config.MemberNo:
		return refused("aud")
	case h.JTI == "" || len(h.JTI) > longestJTI:
		return refused("jti")
	case !timely(h.Iat, access.Clock.Now()):
		return refused("iat")
	}
	return nil
}

// timely holds iat against the tolerance, both ways: a message from the future is as suspect as an
// old one.
func timely(iat int64, now time.Time) bool {
	age := now.Unix() - iat
	limit := int64(tolerance / time.Second)
	return -limit <= age && age <= limit
}

// decodeProtected reads the protected header of a detached JWS: two dots with nothing between, base64url.
func decodeProtected(compact string) (protected, error) {
	if len(compact) > longestSignature || strings.ContainsAny(compact, " \t\r\n") {
		return protected{}, refused("signature")
	}
	encoded, _, found := strings.Cut(compact, "..")
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	var header protected
	if !found || err != nil || wellFormed(raw) != nil || json.Unmarshal(raw, &header) != nil {
		return protected{}, refused("signature")
	}
	return header, nil
}
