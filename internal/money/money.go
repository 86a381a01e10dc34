// Package money holds amounts of money as whole fen, so that no payment ever
// meets a binary fraction. Everybody may import it; it imports the standard
// library only and knows nothing of accounts, limits or wires.
package money

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// Currency is the only currency of the product (ISO 4217): every amount on a
// wire carries it beside the integer.
const Currency = "CNY"

// fenPerYuan is how many fen (分) make one yuan (元).
const fenPerYuan = 100

// Fen is an amount in fen (分), the hundredth part of a yuan. It may be
// negative in a ledger; a wire amount is checked by its own rule.
type Fen int64

// Max is the largest amount a Fen can hold. Parse and Add refuse to pass it.
const Max Fen = math.MaxInt64

// ErrSyntax is wrapped by every error of Parse about the shape of the text.
var ErrSyntax = errors.New("amount is not written as yuan with at most two decimals")

// ErrRange is wrapped by errors about amounts an int64 of fen cannot hold.
var ErrRange = errors.New("amount is out of range")

// Parse reads an amount in yuan: "12", "12.3", "12.34", "-0.05". It refuses a
// plus sign, thousands separators, an exponent, spaces, a third decimal and a
// missing digit on either side of the point. Errors wrap ErrSyntax or ErrRange
// and never repeat the text.
func Parse(text string) (Fen, error) {
	digits := text
	negative := len(digits) > 0 && digits[0] == '-'
	if negative {
		digits = digits[1:]
	}
	whole, rest := leadingDigits(digits)
	fraction, ok := parseFraction(rest)
	if whole == "" || !ok {
		return 0, fmt.Errorf("parse amount: %w", ErrSyntax)
	}
	yuan, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || yuan > (math.MaxInt64-fraction)/fenPerYuan {
		return 0, fmt.Errorf("parse amount: %w", ErrRange)
	}
	fen := Fen(yuan*fenPerYuan + fraction)
	if negative {
		fen = -fen
	}
	return fen, nil
}

// leadingDigits splits text after its leading ASCII digits.
func leadingDigits(text string) (digits, rest string) {
	end := 0
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	return text[:end], text[end:]
}

// parseFraction reads what follows the whole yuan: nothing, or a point and one
// or two digits.
func parseFraction(text string) (int64, bool) {
	switch {
	case text == "":
		return 0, true
	case text[0] != '.':
		return 0, false
	case len(text) == 2 && isDigit(text[1]):
		return int64(text[1]-'0') * 10, true
	case len(text) == 3 && isDigit(text[1]) && isDigit(text[2]):
		return int64(text[1]-'0')*10 + int64(text[2]-'0'), true
	}
	return 0, false
}

// isDigit reports an ASCII digit; full-width digits are not accepted.
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// String writes the amount in yuan with exactly two decimals, "12.34" or
// "-0.05", without a currency sign. Parse reads it back.
func (f Fen) String() string {
	sign := ""
	magnitude := uint64(f)
	if f < 0 {
		sign = "-"
		magnitude = -magnitude // two's complement, so that the smallest int64 works as well
	}
	return fmt.Sprintf("%s%d.%02d", sign, magnitude/fenPerYuan, magnitude%fenPerYuan)
}

// Add returns f + other, or an error wrapping ErrRange when the sum does not
// fit. Limits and ledgers add amounts that come from outside, so a silent
// wrap-around would be a free payment.
func (f Fen) Add(other Fen) (Fen, error) {
	sum := f + other
	if (other > 0 && sum < f) || (other < 0 && sum > f) {
		return 0, fmt.Errorf("add amounts: %w", ErrRange)
	}
	return sum, nil
}

// Positive reports whether the amount can be charged or refunded at all.
func (f Fen) Positive() bool { return f > 0 }
