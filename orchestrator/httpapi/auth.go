package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"countersign/internal/httpjson"
	"countersign/orchestrator"
)

// longestToken bounds what is hashed for a stranger, in bytes.
const longestToken = 512

// tokenDigest is what tokens are compared by: digests of one length, so that neither content nor length shows in
// the time it takes (reliability 6-8).
type tokenDigest [sha256.Size]byte

func digestOf(token string) tokenDigest { return sha256.Sum256([]byte(token)) }

// bearer reads the one bearer token of a request (RFC 6750 section 2.1).
func bearer(r *http.Request) (token string, ok bool) {
	lines := r.Header.Values("Authorization")
	if len(lines) != 1 {
		return "", false
	}
	scheme, token, found := strings.Cut(lines[0], " ")
	if !found || !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > longestToken {
		return "", false
	}
	return token, true
}

// isOperator compares with the one operator token.
func (a *api) isOperator(r *http.Request) bool {
	token, ok := bearer(r)
	given := digestOf(token)
	return subtle.ConstantTimeCompare(given[:], a.operator[:]) == 1 && ok
}

// merchantOf finds the merchant of the bearer token. The engine looks it up by its hash.
func (a *api) merchantOf(r *http.Request) (merchantID string, err error) {
	token, ok := bearer(r)
	if !ok {
		return "", errUnauthorized
	}
	merchantID, err = a.options.Engine.MerchantByToken(r.Context(), orchestrator.NewSecret(token))
	switch {
	case orchestrator.CodeOf(err) == orchestrator.CodeNotFound:
		return "", errUnauthorized
	case err != nil:
		return "", orchestrator.Refuse(orchestrator.CodeUnavailable, "Nothing was stored or sent; try again.")
	case merchantID == "":
		return "", errUnauthorized
	}
	return merchantID, nil
}

// errUnauthorized is the 401 of both scopes; it does not say whether the token is unknown or absent.
var errUnauthorized = httpjson.NewProblem(http.StatusUnauthorized, codeUnauthorized,
	"send Authorization: Bearer with the token of this scope")

// challenge adds the header that RFC 9110 section 11.6.1 wants with a 401.
func challenge(w http.ResponseWriter, err error) {
	if err == errUnauthorized { //nolint:errorlint // the very value
		w.Header().Set("WWW-Authenticate", `Bearer realm="countersign"`)
	}
}
