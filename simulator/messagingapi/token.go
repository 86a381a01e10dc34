package messagingapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// tokenPurpose keeps the token apart from anything else drawn from a seed.
const tokenPurpose = "countersign messaging gateway"

// Token is the bearer token of a world's gateways. It follows from the world, so
// that a durable world keeps it over a restart without a store; it guards invented
// messages, and who may read a world's seed may read its token.
func Token(worldID string, seed uint64) string {
	mac := hmac.New(sha256.New, []byte(tokenPurpose+" "+strconv.FormatUint(seed, 10)))
	mac.Write([]byte(worldID))
	return "gwt_" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// bears reports whether a request carries the token (RFC 6750 section 2.1). Hashes
// of equal length are compared, so that time tells neither content nor length.
func bears(r *http.Request, token string) bool {
	lines := r.Header.Values("Authorization")
	if len(lines) != 1 {
		return false
	}
	scheme, given, found := strings.Cut(lines[0], " ")
	found = found && strings.EqualFold(scheme, "Bearer") // RFC 9110 section 11.1
	got, want := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1 && found
}
