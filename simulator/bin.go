package simulator

import (
	"errors"
	"fmt"
	"sort"
)

// binTable finds the bank of a card number. It is immutable and shared by worlds.
type binTable struct {
	rows     map[string][]BIN // by prefix
	shortest int
	longest  int
}

// newBINTable builds the table.
func newBINTable(bins []BIN) binTable {
	t := binTable{rows: make(map[string][]BIN, len(bins))}
	for _, b := range bins {
		t.rows[b.Prefix] = append(t.rows[b.Prefix], b)
		if n := len(b.Prefix); t.shortest == 0 || n < t.shortest {
			t.shortest = n
		}
		t.longest = max(t.longest, len(b.Prefix))
	}
	return t
}

// find returns the row with the longest prefix whose length fits; rows with the
// same prefix and length are a mistake that LintBINs reports.
func (t binTable) find(card string) (BIN, bool) {
	for n := min(t.longest, len(card)); n >= t.shortest && n > 0; n-- {
		for _, b := range t.rows[card[:n]] {
			if b.Length == len(card) {
				return b, true
			}
		}
	}
	return BIN{}, false
}

// LintBINs reports, sorted, what is wrong with a BIN table: rows with the same
// prefix and length (public tables hold such doubles, and a system that trusted
// one could not sign a bank's cards), a prefix that is no digits or as long as the
// card, an unknown card type.
func LintBINs(bins []BIN) []string {
	var findings []string
	for _, err := range lintBINs(bins) {
		findings = append(findings, err.Error())
	}
	sort.Strings(findings)
	return findings
}

// What may be wrong with a row of a BIN table.
var (
	errBINPrefix   = errors.New("prefix must be digits and shorter than the card")
	errBINCardType = errors.New("card type must be debit or credit")
)

// lintBINs is LintBINs in the order of rows, each finding with its place.
func lintBINs(bins []BIN) []error {
	var findings []error
	seen := make(map[string]BIN, len(bins))
	for i, b := range bins {
		key := fmt.Sprintf("%s with %d digits", b.Prefix, b.Length)
		if first, double := seen[key]; double {
			findings = append(findings, inUniverse("bins", i, "prefix", fmt.Errorf("BIN %s is %w: %s %s and %s %s",
				key, errListedTwice, first.Bank, first.CardType, b.Bank, b.CardType)))
		}
		seen[key] = b
		if !digitsOnly(b.Prefix) || len(b.Prefix) < 2 || len(b.Prefix) >= b.Length {
			findings = append(findings, inUniverse("bins", i, "prefix", fmt.Errorf("BIN %s: %w", key, errBINPrefix)))
		}
		if b.CardType != DebitCard && b.CardType != CreditCard {
			findings = append(findings, inUniverse("bins", i, "card_type", fmt.Errorf("BIN %s: %w", key, errBINCardType)))
		}
	}
	return findings
}

// digitsOnly reports whether the text is ASCII digits, and not empty.
func digitsOnly(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
