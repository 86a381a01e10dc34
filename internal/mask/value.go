package mask

import (
	"strings"
	"unicode/utf8"
)

// hidden stands for what is not shown at all.
const hidden = "***"

// value masks a text whose kind is known.
func value(k kind, text string) string {
	if text == "" || starred(text) {
		return text
	}
	switch k {
	case kindNone:
		return Text(text)
	case kindPlain:
		if machineWord(text) {
			return text
		}
	case kindCard:
		return card(onlyDigits(text))
	case kindID:
		if len(text) == idLength {
			return text[:1] + strings.Repeat("*", idLength-2) + text[idLength-1:]
		}
	case kindMobile:
		if digits := onlyDigits(text); len(digits) == mobileLength {
			return mobile(digits)
		}
	case kindName:
		if last, size := utf8.DecodeLastRuneInString(text); size < len(text) && last != utf8.RuneError {
			return "**" + string(last)
		}
	case kindCode:
		if machineWord(text) {
			return text
		}
	case kindSecret:
	}
	return hidden
}

// card shows the first six and last four of at least thirteen digits.
func card(digits string) string {
	if len(digits) < shortestCard || len(digits) > longestCard {
		return hidden
	}
	return digits[:6] + strings.Repeat("*", len(digits)-10) + digits[len(digits)-4:]
}

// mobile shows the first three and last four of eleven digits.
func mobile(digits string) string { return digits[:3] + "****" + digits[mobileLength-4:] }

// onlyDigits returns the decimal digits of a text, full-width ones as ASCII.
func onlyDigits(text string) string {
	digits := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		if d, size := digitAt(text, i); size > 0 {
			digits = append(digits, d)
			i += size
			continue
		}
		i++
	}
	return string(digits)
}

// machineWord reports lower-case words joined by "_": the codes of problems and
// the types of documents, which hold no digits.
func machineWord(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < 'a' || c > 'z') && c != '_' {
			return false
		}
	}
	return text != ""
}

// starred reports a text that has a mask's shape already: at most six characters,
// stars, at most four characters.
func starred(text string) bool {
	first, last := strings.IndexByte(text, '*'), strings.LastIndexByte(text, '*')
	return first >= 0 && last > first && strings.Trim(text[first:last], "*") == "" &&
		utf8.RuneCountInString(text[:first]) <= 6 && utf8.RuneCountInString(text[last+1:]) <= 4
}
