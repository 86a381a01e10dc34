package httpjson

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// plan is how a Go type is filled; computed once per type.
type plan struct {
	kind     kind
	elem     *plan          // of pointers, slices and maps
	fields   []field        // of structs, in the order of the declaration
	byName   map[string]int // index into fields
	nullable bool           // of types that read themselves
}

// kind says which branch of decoder.value fills a type.
type kind uint8

const (
	kindOther     kind = iota // checked for syntax, then left to encoding/json
	kindUnmarshal             // checked for syntax, then left to the type's UnmarshalJSON
	kindString
	kindBool
	kindInt
	kindUint
	kindPointer
	kindSlice
	kindMap
	kindStruct
)

// field is one member of a struct.
type field struct {
	name     string
	index    []int // path through embedded structs
	plan     *plan
	required bool
}

// plans caches by reflect.Type. Types are few and live as long as the program.
//
//nolint:gochecknoglobals // a cache of what the compiler knows
var plans sync.Map

// The interfaces by which a type takes its decoding into its own hands.
//
//nolint:gochecknoglobals // immutable
var (
	unmarshalerType     = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// planOf returns the plan of a type.
func planOf(t reflect.Type) (*plan, error) {
	if known, ok := plans.Load(t); ok {
		return known.(*plan), nil //nolint:forcetypeassert,errcheck // only plans are stored
	}
	build := planner{begun: map[reflect.Type]*plan{}}
	made, err := build.plan(t)
	if err != nil {
		return nil, fmt.Errorf("decode JSON into %s: %w", t, err)
	}
	plans.Store(t, made)
	return made, nil
}

// planner builds the plans of a type and all within it; begun breaks the circle
// of recursive types. Plans are shared with others only when all are whole.
type planner struct{ begun map[reflect.Type]*plan }

// plan builds the plan of one type.
func (b planner) plan(t reflect.Type) (*plan, error) {
	if p, ok := b.begun[t]; ok {
		return p, nil
	}
	p := &plan{}
	b.begun[t] = p
	json, text := reflect.PointerTo(t).Implements(unmarshalerType), reflect.PointerTo(t).Implements(textUnmarshalerType)
	if t.Kind() != reflect.Pointer && (json || text) {
		// encoding/json skips null for many of these; only a type that is made for JSON alone may mean something by it.
		p.nullable = json && !text
		if json {
			p.kind = kindUnmarshal
		}
		return p, nil
	}
	return p, b.fill(p, t)
}

// fill sets kind and parts of a type that does not read itself.
func (b planner) fill(p *plan, t reflect.Type) error {
	switch t.Kind() {
	case reflect.String:
		p.kind = kindString
	case reflect.Bool:
		p.kind = kindBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.kind = kindInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.kind = kindUint
	case reflect.Pointer:
		return b.container(p, kindPointer, t)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return nil // base64 text, which encoding/json reads
		}
		return b.container(p, kindSlice, t)
	case reflect.Map:
		if t.Key().Kind() != reflect.String || t.Key().Implements(textUnmarshalerType) {
			return errTarget
		}
		return b.container(p, kindMap, t)
	case reflect.Struct:
		p.kind = kindStruct
		p.byName = map[string]int{}
		return b.members(p, t, nil)
	case reflect.Interface:
		p.nullable = true
	case reflect.Float32, reflect.Float64, reflect.Array:
	default:
		return errTarget
	}
	return nil
}

// container plans the element of a pointer, slice or map.
func (b planner) container(p *plan, k kind, t reflect.Type) error {
	elem, err := b.plan(t.Elem())
	p.kind, p.elem, p.nullable = k, elem, true
	return err
}

// members plans the fields of a struct; those of embedded structs come after its
// own and do not replace them.
func (b planner) members(p *plan, t reflect.Type, prefix []int) error {
	var embedded []reflect.StructField
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" && structBelow(f.Type) {
			embedded = append(embedded, f)
			continue
		}
		if !f.IsExported() || (name == "-" && options == "") {
			continue
		}
		if name == "" {
			name = f.Name
		}
		if err := b.member(p, f, name, options, prefix); err != nil {
			return err
		}
	}
	for _, f := range embedded {
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if !f.IsExported() && f.Type.Kind() == reflect.Pointer {
			return errTarget // reflect cannot set it
		}
		if err := b.members(p, inner, path(prefix, f.Index[0])); err != nil {
			return err
		}
	}
	return nil
}

// member plans one field of a struct.
func (b planner) member(p *plan, f reflect.StructField, name, options string, prefix []int) error {
	if _, taken := p.byName[name]; taken {
		return nil
	}
	optional := f.Type.Kind() == reflect.Pointer
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty", "omitzero":
			optional = true
		case "string":
			return errTarget
		}
	}
	inner, err := b.plan(f.Type)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	p.byName[name] = len(p.fields)
	p.fields = append(p.fields, field{name: name, index: path(prefix, f.Index[0]), plan: inner, required: !optional})
	return nil
}

// structBelow reports a struct or a pointer to one, that does not read itself.
func structBelow(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(unmarshalerType) &&
		!reflect.PointerTo(t).Implements(textUnmarshalerType)
}

// path returns prefix with one more step, never sharing memory with it.
func path(prefix []int, step int) []int { return append(slices.Clip(prefix), step) }
