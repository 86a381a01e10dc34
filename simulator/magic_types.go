package simulator

import (
	"strconv"
	"strings"

	"countersign/internal/money"
)

// MagicKind is where a magic value is written.
type MagicKind string

// The kinds: the amount of a charge, the last four digits of the registered mobile, a
// code that is typed.
const (
	MagicAmount MagicKind = "amount"
	MagicMobile MagicKind = "mobile"
	MagicCode   MagicKind = "code"
)

// The amounts that choose an outcome: ¥888.01 to ¥888.99.
const (
	FirstMagicAmount money.Fen = 88801
	LastMagicAmount  money.Fen = 88899
)

// MagicValue chooses an outcome without a word to the control plane, as the sandboxes
// of acquirers do: for a client whose tests cannot reach another port.
type MagicValue struct {
	Kind    MagicKind
	Value   string // fen, last four digits, or code
	Outcome string
	Rules   []FaultRule // none for a code
}

// ID is what the journal calls the value. A code stays out of it.
func (v *MagicValue) ID() string {
	if v.Kind == MagicCode {
		return magicCodeID(magicCodeOf(v.Value))
	}
	return "magic_" + v.Value
}

// MagicCatalogue is the part of a FaultCatalogue that knows magic values. A catalogue
// without it has none.
type MagicCatalogue interface {
	// Magic is the table, nil for none. Worlds share it.
	Magic() *MagicTable
}

// MagicTable finds the rules of magic values. It is immutable.
type MagicTable struct {
	values  []MagicValue
	amounts [LastMagicAmount - FirstMagicAmount + 1][]*faultRule
	mobiles map[string][]*faultRule
}

// NewMagicTable completes the rules of magic values through a catalogue. The problem
// is the first that the catalogue has with a rule.
func NewMagicTable(values []MagicValue, catalogue FaultCatalogue) (*MagicTable, *Problem) {
	t := &MagicTable{values: values, mobiles: map[string][]*faultRule{}}
	for _, v := range values {
		var made []*faultRule
		for _, rule := range v.Rules {
			rule.ID, rule.Source = v.ID(), SourceMagic
			kind, known := catalogue.Kind(rule.Fault)
			rule, problem := catalogue.Complete(rule)
			if problem == nil && !known {
				problem = invalid("fault", "no fault of that name")
			}
			if problem != nil {
				return nil, problem
			}
			made = append(made, &faultRule{FaultRule: rule, kind: kind})
		}
		switch v.Kind {
		case MagicAmount:
			fen, err := strconv.ParseInt(v.Value, 10, 64)
			if err != nil || !isMagic(money.Fen(fen)) {
				return nil, invalid("value", "is no amount of the range")
			}
			t.amounts[money.Fen(fen)-FirstMagicAmount] = made
		case MagicMobile:
			t.mobiles[v.Value] = made
		case MagicCode:
		}
	}
	return t, nil
}

// Values lists the table in its order. Do not change what it returns.
func (t *MagicTable) Values() []MagicValue {
	if t == nil {
		return nil
	}
	return t.values
}

// isMagic reports whether an amount may choose an outcome.
func isMagic(amount money.Fen) bool { return amount >= FirstMagicAmount && amount <= LastMagicAmount }

// magicCode is what a typed code asks for.
type magicCode byte

// The magic codes: nines of any length, and a last digit that says what.
const (
	magicCodeNone      magicCode = 0
	magicCodeExpired   magicCode = '1'
	magicCodeExhausted magicCode = '2'
)

// magicCodeOf recognizes a magic code of any length. No channel ever draws one.
func magicCodeOf(code string) magicCode {
	last := len(code) - 1
	if last < 1 || strings.Trim(code[:last], "9") != "" {
		return magicCodeNone
	}
	switch asked := magicCode(code[last]); asked {
	case magicCodeExpired, magicCodeExhausted:
		return asked
	default:
		return magicCodeNone
	}
}

// magicCodeID names a magic code without showing it.
func magicCodeID(c magicCode) string {
	if c == magicCodeExhausted {
		return "magic_code_exhausted"
	}
	return "magic_code_expired"
}
