package simulator

import "countersign/internal/cardholder"

// network is a row of the prefixes that card networks publish: cards that begin with
// from to to, and have one of the lengths. Prefixes of one row have one length.
type network struct {
	from, to string
	lengths  [longestCard + 1]bool
}

// lengths makes a set of lengths.
func lengths(all ...int) (set [longestCard + 1]bool) {
	for _, n := range all {
		set[n] = true
	}
	return set
}

// networks are the big ones. Prefixes that are also days of the month are left out
// (Diners Club's 300 to 305): order numbers begin so. Chinese banks' cards that are of
// no network stand in the table of BINs.
//
//nolint:gochecknoglobals // an immutable table
var networks = []network{
	{"4", "4", lengths(13, 16, 19)},       // Visa
	{"51", "55", lengths(16)},             // Mastercard
	{"2221", "2720", lengths(16)},         // Mastercard
	{"34", "34", lengths(15)},             // American Express
	{"37", "37", lengths(15)},             // American Express
	{"36", "36", lengths(14, 16, 19)},     // Diners Club
	{"38", "39", lengths(14, 16, 19)},     // Diners Club
	{"3528", "3589", lengths(16, 19)},     // JCB
	{"6011", "6011", lengths(16, 19)},     // Discover
	{"644", "649", lengths(16, 19)},       // Discover
	{"65", "65", lengths(16, 19)},         // Discover
	{"62", "62", lengths(16, 17, 18, 19)}, // UnionPay
	{"81", "81", lengths(16, 17, 18, 19)}, // UnionPay
}

// networkCard reports digits with the prefix and length of a network's cards and a
// right check digit (ISO/IEC 7812-1 annex B): about one in a
// hundred numbers of such a length has both by chance.
func networkCard(digits string) bool {
	for i := range networks {
		row := &networks[i]
		if head := digits[:len(row.from)]; head >= row.from && head <= row.to && row.lengths[len(digits)] {
			card, err := cardholder.NewCardNumber(digits)
			return err == nil && card.LuhnOK()
		}
	}
	return false
}

// ownNumber reports that the digits at a place of a text are those of a number that
// worlds make up: an agreement or signing of at most so many digits, an event, or a
// member.
func ownNumber(text string, at, mostOwn int) bool {
	const prefix = 4
	end := at
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	if at > 0 && text[at-1] == 'M' {
		return end-at <= mostOwnDigits
	}
	if at < prefix {
		return false
	}
	switch text[at-prefix : at] {
	case "agr_", "sgn_":
		return end-at <= mostOwn
	case "evt_":
		return end-at == eventDigits
	}
	return false
}

// The digits of the numbers that worlds make up: ten and a serial number for an
// agreement, so that those of the first hundred thousand are known by their form.
const (
	mostOwnDigits = 15
	eventDigits   = 14
)
