package httpjson

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
)

// decoder fills Go values while the scanner walks over the text.
type decoder struct {
	scanner
	complete bool // absent members are faults
}

// value fills one value.
func (d *decoder) value(p *plan, v reflect.Value) *fault {
	if d.peek() == 'n' {
		return d.null(p, v)
	}
	switch p.kind {
	case kindString:
		return d.text(v)
	case kindInt, kindUint:
		return d.integer(p.kind, v)
	case kindStruct:
		return d.structure(p, v)
	case kindPointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return d.value(p.elem, v.Elem())
	case kindBool:
		return d.boolean(v)
	case kindSlice:
		return d.slice(p, v)
	case kindMap:
		return d.mapping(p, v)
	case kindUnmarshal, kindOther:
	}
	return d.other(p, v)
}

// null clears a target that can be without value; for all others null is a
// wrong type.
func (d *decoder) null(p *plan, v reflect.Value) *fault {
	start := d.pos
	if bad := d.literal("null"); bad != nil {
		return bad
	}
	if !p.nullable {
		return wrong(WrongType, "null is not allowed here")
	}
	if p.kind == kindUnmarshal {
		d.pos = start
		return d.other(p, v)
	}
	v.SetZero()
	return nil
}

// text fills a string.
func (d *decoder) text(v reflect.Value) *fault {
	if d.peek() != '"' {
		return d.mismatch("a string is wanted here")
	}
	text, bad := d.str()
	if bad != nil {
		return bad
	}
	v.SetString(string(text))
	return nil
}

// boolean fills a bool.
func (d *decoder) boolean(v reflect.Value) *fault {
	switch d.peek() {
	case 't':
		v.SetBool(true)
		return d.literal("true")
	case 'f':
		v.SetBool(false)
		return d.literal("false")
	}
	return d.mismatch("true or false is wanted here")
}

// integer fills an integer; 1.0 and 1e2 are none, as in encoding/json.
func (d *decoder) integer(k kind, v reflect.Value) *fault {
	const wanted = "a whole number is wanted here"
	if c := d.peek(); c != '-' && (c < '0' || c > '9') {
		return d.mismatch(wanted)
	}
	text, whole, bad := d.number()
	switch {
	case bad != nil:
		return bad
	case !whole:
		return wrong(WrongType, wanted)
	case k == kindUint:
		n, err := strconv.ParseUint(string(text), 10, 64)
		if err != nil || v.OverflowUint(n) {
			return wrong(WrongRange, "the number does not fit")
		}
		v.SetUint(n)
	default:
		n, err := strconv.ParseInt(string(text), 10, 64)
		if err != nil || v.OverflowInt(n) {
			return wrong(WrongRange, "the number does not fit")
		}
		v.SetInt(n)
	}
	return nil
}

// structure fills a struct from an object.
func (d *decoder) structure(p *plan, v reflect.Value) *fault {
	if d.peek() != '{' {
		return d.mismatch("an object is wanted here")
	}
	var few [32]bool // most structs need no allocation for this
	seen := few[:]
	if len(p.fields) > len(few) {
		seen = make([]bool, len(p.fields))
	}
	next := 0 // senders tend to keep the order of the declaration
	bad := d.object(func(name []byte) *fault {
		i := next
		if i >= len(p.fields) || p.fields[i].name != string(name) {
			var known bool
			if i, known = p.byName[string(name)]; !known {
				return wrong(UnknownMember, "this member is not known here")
			}
		}
		if seen[i] {
			return wrong(DuplicateMember, "a member appears twice")
		}
		seen[i] = true
		next = i + 1
		return d.value(p.fields[i].plan, reach(v, p.fields[i].index))
	})
	if bad != nil || !d.complete {
		return bad
	}
	for i := range p.fields {
		if p.fields[i].required && !seen[i] {
			return wrong(MissingMember, "this member is required").under(p.fields[i].name)
		}
	}
	return nil
}

// reach finds a field, making embedded structs behind pointers on the way.
func reach(v reflect.Value, index []int) reflect.Value {
	for i, step := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(step)
	}
	return v
}

// slice fills a slice; an empty array becomes an empty slice, not nil.
func (d *decoder) slice(p *plan, v reflect.Value) *fault {
	if d.peek() != '[' {
		return d.mismatch("an array is wanted here")
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	return d.array(func(index int) *fault {
		if v.Len() == v.Cap() {
			v.Grow(1)
		}
		v.SetLen(index + 1)
		v.Index(index).SetZero()
		return d.value(p.elem, v.Index(index))
	})
}

// mapping fills a map with string keys.
func (d *decoder) mapping(p *plan, v reflect.Value) *fault {
	if d.peek() != '{' {
		return d.mismatch("an object is wanted here")
	}
	t := v.Type()
	v.Set(reflect.MakeMap(t))
	return d.object(func(name []byte) *fault {
		key := reflect.ValueOf(string(name)).Convert(t.Key())
		if v.MapIndex(key).IsValid() {
			return wrong(DuplicateMember, "a member appears twice")
		}
		value := reflect.New(t.Elem()).Elem()
		if bad := d.value(p.elem, value); bad != nil {
			return bad
		}
		v.SetMapIndex(key, value)
		return nil
	})
}

// other checks a value's syntax and lets its type, or encoding/json, read it. The
// error of either may quote the value, so it is dropped.
func (d *decoder) other(p *plan, v reflect.Value) *fault {
	start := d.pos
	if bad := d.skip(); bad != nil {
		return bad
	}
	raw := d.data[start:d.pos]
	var err error
	if self, ok := reflect.TypeAssert[json.Unmarshaler](v.Addr()); ok && p.kind == kindUnmarshal {
		err = self.UnmarshalJSON(raw)
	} else {
		err = json.Unmarshal(raw, v.Addr().Interface())
	}
	var inner *DecodeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &inner):
		return wrong(inner.Code, inner.Detail)
	default:
		return wrong(WrongType, "the value is not of the wanted form")
	}
}

// mismatch is a wrong type, unless the text is not JSON at all.
func (d *decoder) mismatch(wanted string) *fault {
	if bad := d.skip(); bad != nil {
		return bad
	}
	return wrong(WrongType, wanted)
}
