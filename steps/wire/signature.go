package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Header is the HTTP header that carries the detached JWS (RFC 7515 appendix F, RFC 7797).
const Header = "Countersign-Signature"

// Window is how far iat may lie from the clock of the one who verifies, both ways.
const Window = 5 * time.Minute

// ErrSignature means that a signature does not hold; the text says which member is wrong.
var ErrSignature = errors.New("signature does not hold")

// Protected is the protected header of requests, answers and notifications. Requests and notifications
// carry Method and Target; answers carry Status and ReqJTI.
type Protected struct {
	Alg    string   `json:"alg"`
	Kid    string   `json:"kid"`
	B64    *bool    `json:"b64"`
	Crit   []string `json:"crit"`
	Iat    int64    `json:"iat"`
	JTI    string   `json:"jti"`
	Aud    string   `json:"aud"`
	Method string   `json:"method,omitempty"`
	Target string   `json:"target,omitempty"`
	Status int      `json:"status,omitempty"`
	ReqJTI string   `json:"req_jti,omitempty"`
}

// Sign makes the header value for a body. Alg, Kid, B64 and Crit of p are ignored: they follow from the
// key and from RFC 7797.
func Sign(key Key, p Protected, body []byte) (string, error) {
	options := (&jose.SignerOptions{}).WithBase64(false).WithHeader("kid", key.ID).
		WithHeader("iat", p.Iat).WithHeader("jti", p.JTI).WithHeader("aud", p.Aud)
	if p.Method != "" {
		options.WithHeader("method", p.Method).WithHeader("target", p.Target)
	}
	if p.Status != 0 {
		options.WithHeader("status", p.Status).WithHeader("req_jti", p.ReqJTI)
	}
	signer, err := jose.NewSigner(key.signing(), options)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrKey, err)
	}
	jws, err := signer.Sign(body)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return jws.DetachedCompactSerialize()
}

// Verify checks a header value over a body by its key and gives the protected header. What the members
// must say is the caller's to check, with [CheckAnswer] or [CheckNotification].
func Verify(key Key, header string, body []byte) (Protected, error) {
	var p Protected
	if header == "" {
		return p, fmt.Errorf("%w: header %s is missing", ErrSignature, Header)
	}
	jws, err := jose.ParseDetached(header, body, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(key.Alg)})
	if err != nil {
		return p, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	if err := jws.DetachedVerify(body, key.verifying()); err != nil {
		return p, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	if p, err = decodeProtected(header); err != nil {
		return p, err
	}
	switch {
	case p.Kid != key.ID:
		return p, fmt.Errorf("%w: kid is not the configured one", ErrSignature)
	case p.B64 == nil || *p.B64 || len(p.Crit) != 1 || p.Crit[0] != "b64":
		return p, fmt.Errorf("%w: b64 must be false and critical", ErrSignature)
	case p.JTI == "":
		return p, fmt.Errorf("%w: jti is missing", ErrSignature)
	}
	return p, nil
}

func decodeProtected(header string) (Protected, error) {
	var p Protected
	for i := range len(header) {
		if header[i] != '.' {
			continue
		}
		raw, err := decodeBase64(header[:i])
		if err == nil {
			err = json.Unmarshal(raw, &p)
		}
		if err != nil {
			return p, fmt.Errorf("%w: protected header cannot be read", ErrSignature)
		}
		return p, nil
	}
	return p, fmt.Errorf("%w: no protected header", ErrSignature)
}

// CheckAnswer holds the members of an answer's header against the exchange they belong to.
func CheckAnswer(p Protected, member string, status int, requestJTI string, now time.Time) error {
	switch {
	case p.Aud != member:
		return fmt.Errorf("%w: aud is not the member", ErrSignature)
	case p.Status != status:
		return fmt.Errorf("%w: status says %d, the line says %d", ErrSignature, p.Status, status)
	case p.ReqJTI != requestJTI:
		return fmt.Errorf("%w: req_jti is not that of the request", ErrSignature)
	}
	return checkWindow(p, now)
}

// CheckNotification holds the members of a notification's header against the request line it came with.
func CheckNotification(p Protected, member, method, target string, now time.Time) error {
	switch {
	case p.Aud != member:
		return fmt.Errorf("%w: aud is not the member", ErrSignature)
	case p.Method != method:
		return fmt.Errorf("%w: method differs from the request line", ErrSignature)
	case p.Target != target:
		return fmt.Errorf("%w: target differs from the request line", ErrSignature)
	}
	return checkWindow(p, now)
}

// checkWindow is left out by a zero now.
func checkWindow(p Protected, now time.Time) error {
	if now.IsZero() {
		return nil
	}
	if d := time.Unix(p.Iat, 0).Sub(now); d > Window || d < -Window {
		return fmt.Errorf("%w: iat is %s away from the clock", ErrSignature, d.Abs().Round(time.Second))
	}
	return nil
}
