package otlp

import (
	"crypto/rand"
	"encoding/hex"
	"time"
)

// Header is the name of the header that carries a Context (W3C Trace Context 3.2).
const Header = "Traceparent"

// Context names a span in a trace. The zero value is none.
type Context struct {
	Trace [16]byte
	Span  [8]byte
}

// Known reports whether it names a span.
func (c Context) Known() bool { return c.Trace != [16]byte{} && c.Span != [8]byte{} }

// String is the value of the header: version 00, sampled.
func (c Context) String() string {
	return "00-" + hex.EncodeToString(c.Trace[:]) + "-" + hex.EncodeToString(c.Span[:]) + "-01"
}

// Child is a new span below this one; below none it begins a trace.
func (c Context) Child() Context {
	if !c.Known() {
		_, _ = rand.Read(c.Trace[:]) // it never fails
	}
	_, _ = rand.Read(c.Span[:])
	return c
}

// Parse reads the header. What is malformed is as if it were not there (section
// 3.2.2.3); later versions may have more fields.
func Parse(text string) Context {
	const whole = len("00-0123456789abcdef0123456789abcdef-0123456789abcdef-01")
	var c Context
	if len(text) < whole || len(text) > whole && (text[:2] == "00" || text[whole] != '-') || text[:2] == "ff" ||
		text[2] != '-' || text[35] != '-' || text[52] != '-' || !lowerHex(text[:2]+text[3:35]+text[36:52]+text[53:55]) {
		return Context{}
	}
	_, _ = hex.Decode(c.Trace[:], []byte(text[3:35])) // all digits were looked at
	_, _ = hex.Decode(c.Span[:], []byte(text[36:52]))
	if !c.Known() {
		return Context{}
	}
	return c
}

// lowerHex reports whether a text is digits of base 16 in lower case.
func lowerHex(text string) bool {
	for _, c := range []byte(text) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Kind is what part a span plays, in the numbers of the protocol.
type Kind int

// The kinds.
const (
	Internal Kind = 1
	Server   Kind = 2
	Client   Kind = 3
)

// Span is a piece of work that is over.
type Span struct {
	Context
	Parent     [8]byte // zero: the first of its trace
	Name       string
	Kind       Kind
	Start, End time.Time // real time
	Failed     bool
	Attributes []Attribute
}

// Attribute is a name and a text.
type Attribute struct{ Key, Value string }
