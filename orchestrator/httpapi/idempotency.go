package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"countersign/internal/httpjson"
	"countersign/orchestrator/engine"
)

// headerKey names the header of draft-ietf-httpapi-idempotency-key-header.
const headerKey = "Idempotency-Key"

// longestKey is the longest key in characters.
const longestKey = 255

// idempotencyKey reads the key of a merchant's POST: exactly one header, a structured-field string (RFC 8941
// section 3.3.3) or, as most clients send it, the bare characters.
func idempotencyKey(header http.Header) (string, error) {
	lines := header.Values(headerKey)
	if len(lines) == 0 || (len(lines) == 1 && lines[0] == "") {
		return "", keyProblem(codeKeyMissing, "every POST of this scope needs an Idempotency-Key, one per wish")
	}
	if len(lines) == 1 {
		if key, ok := parseKey(lines[0]); ok {
			return key, nil
		}
	}
	return "", keyProblem(codeKeyInvalid, "one Idempotency-Key of 1 to 255 visible ASCII characters is wanted, bare or in double quotes")
}

// parseKey takes one header value apart. A quoted and a bare key of the same characters are the same key.
func parseKey(value string) (key string, ok bool) {
	value = strings.Trim(value, " \t")
	if !strings.HasPrefix(value, `"`) {
		return value, visible(value, `",`)
	}
	key, ok = unquote(value)
	return key, ok && visible(key, "")
}

// visible says whether a key is 1 to 255 visible ASCII characters, none of them forbidden.
func visible(key, forbidden string) bool {
	if key == "" || len(key) > longestKey {
		return false
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' || strings.IndexByte(forbidden, key[i]) >= 0 {
			return false
		}
	}
	return true
}

// unquote reads a structured-field string: \" and \\ are the only escapes, and nothing follows the closing quote.
func unquote(value string) (string, bool) {
	var key strings.Builder
	for i := 1; i < len(value); i++ {
		switch c := value[i]; {
		case c == '"':
			return key.String(), i == len(value)-1
		case c != '\\':
			key.WriteByte(c)
		case i+1 < len(value) && (value[i+1] == '"' || value[i+1] == '\\'):
			i++
			key.WriteByte(value[i])
		default:
			return "", false
		}
	}
	return "", false
}

// keyProblem is a 400 about the header.
func keyProblem(code, detail string) *httpjson.Problem {
	p := httpjson.NewProblem(http.StatusBadRequest, code, detail)
	p.Field = headerKey
	return p
}

// keyOf puts key and fingerprint together. The fingerprint covers the path and the body in canonical form, so that
// spacing and order of members do not make another request; an absent body is the empty object.
func keyOf(value, path string, body []byte) engine.Key {
	sum := sha256.New()
	sum.Write([]byte(path))
	sum.Write([]byte{0})
	sum.Write(canonical(body))
	return engine.Key{Value: value, Fingerprint: hex.EncodeToString(sum.Sum(nil))}
}

// canonical writes JSON with sorted members and no spaces; numbers keep their digits. What is no JSON stays as it is.
func canonical(body []byte) []byte {
	if len(body) == 0 {
		return []byte("{}")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return body
	}
	sorted, err := httpjson.Encode(value)
	if err != nil {
		return body
	}
	return sorted
}
