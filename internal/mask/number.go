package mask

import "strings"

// Number masks what in a number column could be a card: runs of 13 to 19 digits
// whose check digit is right (ISO/IEC 7812-1 annex B) and that neither start like
// a date nor count seconds. All others are numbers of ours, and what a reader
// searches by: they stay whole, and so do member numbers.
func Number(text string) string {
	var out strings.Builder
	copied := 0
	for i := 0; i < len(text); {
		if end := memberNo(text, i); end > 0 {
			i = end
			continue
		}
		if _, size := digitAt(text, i); size == 0 {
			i++
			continue
		}
		piece := pieceAt(text, i)
		if n := len(piece.digits); n >= shortestCard && n <= longestCard && luhn(piece.digits) && !likeTime(piece.digits) {
			out.WriteString(text[copied:i])
			out.WriteString(card(piece.digits))
			copied = piece.end
		}
		i = piece.end
	}
	return out.String() + text[copied:]
}

// luhn reports a right check digit.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// The digits of a member number: fewer than those of any UnionPay card (16 to 19).
const fewestMemberDigits, mostMemberDigits = 6, 15

// memberNo returns the end of a member number, "M" and digits, that is a word of
// its own and begins at i; 0 where there is none. Member numbers are no secrets,
// and are what a reader needs.
func memberNo(text string, i int) int {
	if text[i] == 'e' || text[i] == 'a' {
		return madeNumber(text, i)
	}
	if text[i] != 'M' || (i > 0 && partOfWord(text[i-1])) {
		return 0
	}
	end := i + 1
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	if n := end - i - 1; n < fewestMemberDigits || n > mostMemberDigits || (end < len(text) && partOfWord(text[end])) {
		return 0
	}
	return end
}

// The digits of the numbers that a simulator makes up for events and agreements. Of
// the latter the first hundred thousand of a world are known by their length.
const eventDigits, fewestAgreementDigits, mostAgreementDigits = 14, 11, 15

// madeNumber returns the end of the number of an event or agreement, which ties a body
// to its delivery and is no secret; 0 where there is none.
func madeNumber(text string, i int) int {
	const prefix = 4
	if len(text) < i+prefix || i > 0 && partOfWord(text[i-1]) {
		return 0
	}
	end := i + prefix
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	if end < len(text) && partOfWord(text[end]) {
		return 0
	}
	switch n := end - i - prefix; text[i : i+prefix] {
	case "evt_":
		if n == eventDigits {
			return end
		}
	case "agr_":
		if n >= fewestAgreementDigits && n <= mostAgreementDigits {
			return end
		}
	}
	return 0
}

// partOfWord says whether a byte belongs to a word.
func partOfWord(c byte) bool {
	return c == '_' || (c >= '0' && c <= '9') || (c|0x20 >= 'a' && c|0x20 <= 'z') || c >= 0x80
}
