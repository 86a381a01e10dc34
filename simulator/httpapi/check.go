package httpapi

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"countersign/internal/money"
)

// The checks below are the patterns and ranges of contract/channel.yaml, written
// out: at this door a compiled pattern would cost more than the whole request.
// A test and a fuzz target hold them equal to the document.

// mostFen is the largest amount of one charge, in fen.
const mostFen money.Fen = 99_999_999_999

// The longest texts of the document, in characters.
const (
	longestName     = 60
	shortestID      = 5
	longestID       = 32
	longestSummary  = 100
	longestURL      = 512
	longestNumber   = 64
	shortestNumber  = 4
	mostCardDigits  = 19
	leastCardDigits = 13
)

// wordByte reports whether a byte is of [A-Za-z0-9_-].
func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// word reports whether a text is least to most characters of [A-Za-z0-9_-].
func word(text string, least, most int) bool {
	if len(text) < least || len(text) > most {
		return false
	}
	for i := range len(text) {
		if !wordByte(text[i]) {
			return false
		}
	}
	return true
}

// digits reports whether a text is least to most ASCII digits.
func digits(text string, least, most int) bool {
	if len(text) < least || len(text) > most {
		return false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// validNumber is the schema Number.
func validNumber(text string) bool { return word(text, shortestNumber, longestNumber) }

// validPayerRef is the schema PayerRef.
func validPayerRef(text string) bool { return word(text, 1, longestNumber) }

// validMemberNo is the schema MemberNo.
func validMemberNo(text string) bool {
	return strings.HasPrefix(text, "M") && digits(text[1:], 6, 20)
}

// validCode is the schema Code.
func validCode(text string) bool { return digits(text, 4, 8) }

// validCard is the pattern of card numbers.
func validCard(text string) bool { return digits(text, leastCardDigits, mostCardDigits) }

// validMobile is the pattern of mobile numbers.
func validMobile(text string) bool {
	return digits(text, 11, 11) && text[0] == '1' && text[1] >= '3'
}

// length reports whether a text has least to most characters.
func length(text string, least, most int) bool {
	n := utf8.RuneCountInString(text)
	return n >= least && n <= most
}

// validIDType is the enumeration of ID types.
func validIDType(text string) bool {
	switch text {
	case "resident_id", "passport", "household", "officer", "foreigner":
		return true
	}
	return false
}

// validURL is the schema NotifyURL: http or https, a host, no user, no fragment,
// and only characters that stand unescaped in a request line.
func validURL(text string) bool {
	if len(text) > longestURL || !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") {
		return false
	}
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '#' {
			return false
		}
	}
	parsed, err := url.Parse(text)
	return err == nil && parsed.Hostname() != "" && parsed.User == nil && validPort(parsed)
}

// validPort reports a port that can be connected to, or none.
func validPort(of *url.URL) bool {
	if of.Port() == "" {
		return !strings.HasSuffix(of.Host, ":")
	}
	port, err := strconv.ParseUint(of.Port(), 10, 16)
	return err == nil && port > 0
}

// instant reads a date-time (RFC 3339 section 5.6). One that an offset carries out of
// the four-digit years is none: nobody could write it down again.
func instant(text string) (time.Time, bool) {
	var t time.Time
	if len(text) > longestNumber || t.UnmarshalText([]byte(text)) != nil {
		return time.Time{}, false
	}
	at := t.UTC()
	return at, at.Year() >= 0 && at.Year() <= lastYear
}

// lastYear is the last that a date-time can have.
const lastYear = 9999

// validDate is a full-date (RFC 3339 section 5.6).
func validDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}
