package mask

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unpercent decodes percent encoding where it is well formed and leaves the rest.
func unpercent(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			high, low := hexDigit(text[i+1]), hexDigit(text[i+2])
			if high >= 0 && low >= 0 {
				plain = append(plain, byte(high<<4|low))
				i += 2
				continue
			}
		}
		plain = append(plain, text[i])
	}
	return string(plain)
}

// hexDigit returns the value of a hexadecimal digit, -1 for any other byte.
func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// base64Byte reports a character of either base64 alphabet (RFC 4648).
func base64Byte(c byte) bool {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '+' || c == '/' || c == '-' || c == '_'
}

// sensitiveBase64 reports whether a token is base64 of readable text in which
// something would be masked. Eleven digits, the shortest that is looked for, make
// fifteen characters.
func sensitiveBase64(token string, nesting int) bool {
	const shortest = 15
	if len(token) < shortest || len(token)%4 == 1 {
		return false
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(token, "-_") {
		encoding = base64.RawURLEncoding
	}
	raw, err := encoding.DecodeString(token)
	if err != nil || !readable(raw) {
		return false
	}
	plain := string(raw)
	return string(jsonWithin(raw, nesting)) != plain || textWithin(plain, nesting) != plain
}

// readable reports UTF-8 without control characters other than white space.
func readable(raw []byte) bool {
	if !utf8.Valid(raw) {
		return false
	}
	for _, r := range string(raw) {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}
