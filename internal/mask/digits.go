package mask

import "strings"

// Lengths of what is looked for.
const (
	shortestCard = 13
	longestCard  = 19
	idLength     = 18
	mobileLength = 11
	shortestCode = 4
	longestCode  = 8
)

// digitAt returns the digit at a place and its length in bytes, 0 if there is
// none. Full-width digits count: they are read as digits by people and by banks.
func digitAt(s string, i int) (digit byte, size int) {
	if c := s[i]; c >= '0' && c <= '9' {
		return c, 1
	}
	if strings.HasPrefix(s[i:], "\xef\xbc") && len(s) > i+2 && s[i+2] >= 0x90 && s[i+2] <= 0x99 {
		return s[i+2] - 0x90 + '0', 3
	}
	return 0, 0
}

// run is a stretch of digits in a text, as written with or without separators.
type run struct {
	digits string
	end    int // index after it
}

// pieceAt reads digits without separators.
func pieceAt(s string, i int) run {
	start := i
	ascii := true
	for i < len(s) {
		_, size := digitAt(s, i)
		if size == 0 {
			break
		}
		ascii = ascii && size == 1
		i += size
	}
	if ascii {
		return run{s[start:i], i}
	}
	return run{onlyDigits(s[start:i]), i}
}

// groupedAt reads digits written in groups ("6222 0200 …", "138-0000-0001"). Each
// group but the last has three to eight digits, so that dates do not count.
func groupedAt(s string, first run) run {
	all, last := first, first
	for len(last.digits) >= 3 && len(last.digits) <= longestCode {
		gap := separator(s[last.end:])
		if gap == 0 || last.end+gap >= len(s) {
			break
		}
		next := pieceAt(s, last.end+gap)
		if next.digits == "" || len(next.digits) > longestCode {
			break
		}
		all = run{all.digits + next.digits, next.end}
		last = next
	}
	return all
}

// separator returns the length of one separator between groups of digits.
func separator(s string) int {
	for _, mark := range []string{" ", "-", ".", "_", "\u00a0", "\u3000", "\t"} {
		if strings.HasPrefix(s, mark) {
			return len(mark)
		}
	}
	return 0
}

// stars returns what to show for digits, and whether they must be hidden at all
// on their own, whatever stands around them. tail is the text after them.
func stars(digits, tail string) (shown string, sensitive bool, used int) {
	withX := tail != "" && (tail[0] == 'X' || tail[0] == 'x')
	switch length := len(digits); {
	case length == idLength-1 && withX:
		return digits[:1] + strings.Repeat("*", idLength-2) + "X", true, 1
	case length == mobileLength && likeMobile(digits):
		return mobile(digits), true, 0
	case length == mobileLength+2 && digits[:2] == "86" && likeMobile(digits[2:]):
		return "86" + mobile(digits[2:]), true, 0
	case length < shortestCard || likeTime(digits):
		return "", false, 0
	case length == idLength && likeDate(digits[6:]):
		return digits[:1] + strings.Repeat("*", idLength-2) + digits[idLength-1:], true, 0
	}
	return card(digits), true, 0
}

// likeMobile reports a mainland mobile number.
func likeMobile(digits string) bool { return digits[0] == '1' && digits[1] >= '3' }

// likeDate reports digits that start with a day of 1900 to 2099, yyyymmdd.
func likeDate(digits string) bool {
	return len(digits) >= 8 && (digits[:2] == "19" || digits[:2] == "20") &&
		digits[4:6] >= "01" && digits[4:6] <= "12" && digits[6:8] >= "01" && digits[6:8] <= "31"
}

// likeTime reports digits that no card starts with but clocks and order numbers
// do: a date, or milli-, micro- or nanoseconds since 1970 (2014 to 2039).
func likeTime(digits string) bool {
	switch len(digits) {
	case 13, 16, 19:
		if digits[:2] >= "14" && digits[:2] <= "21" {
			return true
		}
	}
	return len(digits) <= longestCard && likeDate(digits)
}

// nearCode reports whether a text around digits speaks of a code, within some
// forty characters of either side, unless the digits are a card's shown tail.
func nearCode(before, after string) bool {
	const reach = 80 // bytes: a Chinese character has three
	before = before[max(0, len(before)-reach):]
	after = after[:min(len(after), reach)]
	if strings.HasSuffix(before, "尾号") || strings.HasSuffix(before, "尾号为") || strings.HasSuffix(before, "ending ") {
		return false
	}
	return speaksOfCode(before) || speaksOfCode(after)
}

// speaksOfCode looks for the words.
func speaksOfCode(text string) bool {
	for _, word := range []string{"验证码", "校验码", "动态码", "动态密码", "短信码", "口令", "驗證碼", "短验"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	lower := strings.ToLower(text)
	return strings.Contains(lower, "code") || strings.Contains(lower, "otp") || strings.Contains(lower, "passw")
}
