package httpjson

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// The bounds of a strict body. They stand far above any body of the contract and
// far below what would cost a server anything.
const (
	MaxDepth    = 32   // objects and arrays inside each other
	MaxDigits   = 20   // digits of a number, exponent included
	MaxElements = 1000 // elements of an array, members of an object
)

// Codes of a DecodeError.
const (
	WrongSyntax     = "syntax"
	WrongType       = "wrong_type"
	WrongRange      = "out_of_range"
	WrongUTF8       = "invalid_utf8"
	UnknownMember   = "unknown_member"
	DuplicateMember = "duplicate_member"
	MissingMember   = "missing_member"
	TooDeep         = "too_deep"
	TooMany         = "too_many"
	TooManyDigits   = "too_many_digits"
	TrailingData    = "trailing_data"
)

// DecodeError says where a body is wrong and how. No value of the body is in it;
// the name of an unknown member is only when it looks like a name.
type DecodeError struct {
	Pointer string // JSON pointer (RFC 6901), "" for the whole body
	Code    string // one of the codes above
	Detail  string // a sentence for people
}

// Error names place and rule.
func (e *DecodeError) Error() string {
	return fmt.Sprintf("decode JSON: %s at %q: %s", e.Code, e.Pointer, e.Detail)
}

// DecodeStrict reads one JSON value into v, a non-nil pointer to a zero value.
// Refused with a *DecodeError are, beyond broken syntax: unknown and duplicate
// members, names in another case, a value of another type (null counts as one
// unless the target is a pointer, slice, map or interface), numbers that do not
// fit, invalid UTF-8 and lone surrogates, and what passes the bounds above or
// follows the value. Members may be absent; see DecodeComplete. What v holds after
// an error is not defined.
//
// Targets are made of structs, pointers, slices, maps with string keys and
// plain types; any other type, and any with an UnmarshalJSON or UnmarshalText
// of its own, is checked for syntax and then reads itself. A type that
// cannot be a target is a plain error, a fault of the program.
func DecodeStrict(body []byte, v any) error { return decode(body, v, false) }

// DecodeComplete is DecodeStrict, and refuses the absence (missing_member) of a
// struct's member that is neither a pointer nor marked omitempty or omitzero.
func DecodeComplete(body []byte, v any) error { return decode(body, v, true) }

// errTarget tells the programmer that v cannot be decoded into.
var errTarget = errors.New("target must be a non-nil pointer to a supported type")

// decode runs one pass over the body.
func decode(body []byte, v any, complete bool) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("decode JSON into %T: %w", v, errTarget)
	}
	plan, err := planOf(target.Type().Elem())
	if err != nil {
		return err
	}
	d := decoder{scanner: scanner{data: body}, complete: complete}
	d.space()
	if fault := d.value(plan, target.Elem()); fault != nil {
		return fault.report()
	}
	d.space()
	if d.pos < len(d.data) {
		return wrong(TrailingData, "something follows the value").report()
	}
	return nil
}

// fault is a DecodeError in the making: the path grows from the inside out while
// the calls return, so that a good body pays nothing for it.
type fault struct {
	code, detail string
	path         []string // innermost first
}

// wrong starts a fault at the present place.
func wrong(code, detail string) *fault { return &fault{code: code, detail: detail} }

// under adds the name of the member the fault is in.
func (f *fault) under(name string) *fault {
	f.path = append(f.path, name)
	return f
}

// underIndex adds the index of the element the fault is in.
func (f *fault) underIndex(index int) *fault { return f.under(strconv.Itoa(index)) }

// report turns the path around and escapes it (RFC 6901 section 3).
func (f *fault) report() *DecodeError {
	var pointer strings.Builder
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	for _, name := range slices.Backward(f.path) {
		pointer.WriteByte('/')
		pointer.WriteString(escape.Replace(name))
	}
	return &DecodeError{Pointer: pointer.String(), Code: f.code, Detail: f.detail}
}

// printable returns a member's name if it looks like a name, else "?": a sender
// may have put a card number or a person where a name belongs.
func printable(name []byte) string {
	const longest, mostDigits = 40, 3
	digits := 0
	for _, c := range name {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '-':
		case c >= '0' && c <= '9':
			digits++
		default:
			return "?"
		}
	}
	if len(name) == 0 || len(name) > longest || digits > mostDigits {
		return "?"
	}
	return string(name)
}
