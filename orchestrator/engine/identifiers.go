package engine

import (
	"strings"

	"countersign/internal/cardholder"
	"countersign/orchestrator"
)

// FieldKey names the Idempotency-Key in a refusal; it is a header, not a member.
const FieldKey = "Idempotency-Key"

// named is one text of a request and the member it came in.
type named struct{ field, text string }

// checkIdentifiers refuses identifiers that are somebody's card, ID or mobile number: they lie open in the store, in its
// log and in stories. A number of an identifier's own is fine as long as it does not look like one of these.
func (e *Engine) checkIdentifiers(all ...named) error {
	for _, n := range all {
		whole := strings.Map(dropSeparator, n.text)
		_, noID := cardholder.NewIDNumber(whole)
		_, noMobile := cardholder.NewMobile(whole)
		if noID == nil || noMobile == nil || e.holdsCard(n.text) {
			return orchestrator.RefuseField(n.field, "This looks like somebody's card, ID or mobile number; take an identifier of your own.")
		}
	}
	return nil
}

// checkText refuses free text with a card number or an ID number in it.
func (e *Engine) checkText(n named) error {
	for _, word := range strings.FieldsFunc(n.text, func(r rune) bool { return !isDigit(r) && r != 'X' && r != 'x' }) {
		if _, err := cardholder.NewIDNumber(word); err == nil {
			return orchestrator.RefuseField(n.field, "This text has somebody's ID number in it.")
		}
	}
	if e.holdsCard(n.text) {
		return orchestrator.RefuseField(n.field, "This text has somebody's card number in it.")
	}
	return nil
}

// holdsCard says whether a run of digits in a text is a card number: 13 to 19 digits of a known bank with a right last
// digit. Numbers of orders and payers pass, but for one in some thousands that no check could tell from a card.
func (e *Engine) holdsCard(text string) bool {
	for _, spelling := range []string{text, strings.Map(dropSeparator, text)} {
		for _, run := range strings.FieldsFunc(spelling, func(r rune) bool { return !isDigit(r) }) {
			card, err := cardholder.NewCardNumber(run)
			if err != nil || !card.LuhnOK() {
				continue
			}
			if _, _, known := e.opt.Bins.Lookup(card); known {
				return true
			}
		}
	}
	return false
}

// dropSeparator leaves out what people put between groups of digits.
func dropSeparator(r rune) rune {
	if r == ' ' || r == '-' || r == '_' {
		return -1
	}
	return r
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
