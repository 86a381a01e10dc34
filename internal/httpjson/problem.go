package httpjson

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
)

// ProblemType is the media type of a problem (RFC 9457 section 3).
const ProblemType = "application/problem+json"

// Codes that doors answer without asking a rule; rules bring their own. They are
// the member "code", what programs branch on.
const (
	CodeInvalidRequest       = "invalid_request"
	CodeNotFound             = "not_found"
	CodeMethodNotAllowed     = "method_not_allowed"
	CodeTooLarge             = "too_large"
	CodeUnsupportedMediaType = "unsupported_media_type"
	CodeNotReady             = "not_ready"
	CodeInternal             = "internal"
)

// Problem is an answer that says what is wrong (RFC 9457). The zero value of a
// member is left out, except that Type becomes "about:blank" and Title the
// phrase of Status. Detail is for people and holds no value from the request.
type Problem struct { //nolint:errname,recvcheck // RFC 9457 calls it a problem; values are encoded, pointers are errors
	Type     string // a URI; "about:blank" by default
	Title    string // the same for every problem of one type
	Status   int    // the HTTP status, repeated in the body
	Detail   string // what is wrong with this request
	Instance string // a URI of this occurrence
	Code     string // machine word: extension member "code"
	Field    string // JSON pointer (RFC 6901) of the member at fault, "" for the whole body

	Errors []FieldError   // one row per member at fault, when several are known
	Extras map[string]any // further members, such as retry_after or tries_left
}

// FieldError says what is wrong with one member of a request.
type FieldError struct {
	Field  string `json:"field"`            // JSON pointer
	Code   string `json:"code"`             // machine word
	Detail string `json:"detail,omitempty"` // for people
}

// NewProblem returns a problem with a status, a machine word and a sentence.
func NewProblem(status int, code, detail string) *Problem {
	return &Problem{Status: status, Code: code, Detail: detail}
}

// InvalidField returns a 400 about one member: its JSON pointer, a machine word
// for the row in Errors, and a sentence.
func InvalidField(field, code, detail string) *Problem {
	return &Problem{
		Status: http.StatusBadRequest, Code: CodeInvalidRequest, Detail: detail, Field: field,
		Errors: []FieldError{{Field: field, Code: code, Detail: detail}},
	}
}

// With returns a copy that carries one further member. A member of RFC 9457 or
// of this package cannot be overwritten this way: it wins over an extra.
func (p *Problem) With(name string, value any) *Problem {
	changed := *p
	changed.Extras = maps.Clone(p.Extras)
	if changed.Extras == nil {
		changed.Extras = map[string]any{}
	}
	changed.Extras[name] = value
	return &changed
}

// RetryAfter returns a copy with the member retry_after, in whole seconds;
// WriteProblem sends the header Retry-After (RFC 9110 section 10.2.3) as well.
func (p *Problem) RetryAfter(seconds int) *Problem { return p.With(memberRetryAfter, seconds) }

// memberRetryAfter is the extra that becomes a header too.
const memberRetryAfter = "retry_after"

// Error makes a problem an error that a handler can return. It names code and
// status only.
func (p *Problem) Error() string { return fmt.Sprintf("problem %s (status %d)", p.Code, p.Status) }

// problemWire is the order and spelling of a problem's own members.
type problemWire struct {
	Type     string       `json:"type"`
	Title    string       `json:"title,omitempty"`
	Status   int          `json:"status,omitempty"`
	Detail   string       `json:"detail,omitempty"`
	Instance string       `json:"instance,omitempty"`
	Code     string       `json:"code,omitempty"`
	Field    string       `json:"field,omitempty"`
	Errors   []FieldError `json:"errors,omitempty"`
}

// MarshalJSON writes the members in a fixed order, the extras after them sorted
// by name.
func (p Problem) MarshalJSON() ([]byte, error) {
	wire := problemWire{p.Type, p.Title, p.Status, p.Detail, p.Instance, p.Code, p.Field, p.Errors}
	if wire.Type == "" {
		wire.Type = "about:blank"
	}
	if wire.Title == "" {
		wire.Title = http.StatusText(p.Status)
	}
	body, err := Encode(wire)
	if err != nil || len(p.Extras) == 0 {
		return body, err
	}
	extras := maps.Clone(p.Extras)
	maps.DeleteFunc(extras, func(name string, _ any) bool { return ownMember(name) })
	more, err := Encode(extras)
	if err != nil || len(extras) == 0 {
		return body, err
	}
	body[len(body)-1] = ','
	return append(body, more[1:]...), nil
}

// UnmarshalJSON reads a problem as clients receive it: unknown members become
// Extras, and no member is required.
func (p *Problem) UnmarshalJSON(body []byte) error {
	var wire problemWire
	var all map[string]any
	if err := json.Unmarshal(body, &wire); err != nil {
		return fmt.Errorf("read problem: %w", err)
	}
	if err := json.Unmarshal(body, &all); err != nil {
		return fmt.Errorf("read problem: %w", err)
	}
	maps.DeleteFunc(all, func(name string, _ any) bool { return ownMember(name) })
	if len(all) == 0 {
		all = nil
	}
	*p = Problem{wire.Type, wire.Title, wire.Status, wire.Detail, wire.Instance, wire.Code, wire.Field, wire.Errors, all}
	return nil
}

// ownMember reports whether a name belongs to problemWire.
func ownMember(name string) bool {
	switch name {
	case "type", "title", "status", "detail", "instance", "code", "field", "errors":
		return true
	}
	return false
}

// WriteProblem answers with the problem. A Status that is no error status is
// answered as 500, so that a forgotten field never looks like success.
func WriteProblem(w http.ResponseWriter, p Problem) {
	if p.Status < http.StatusBadRequest || p.Status > 599 {
		p.Status = http.StatusInternalServerError
	}
	body, err := Encode(p)
	if err != nil { // an extra that is no JSON: the rest is still worth saying
		p.Extras = nil
		body, _ = Encode(p)
	}
	if seconds, ok := p.Extras[memberRetryAfter].(int); ok {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	writeBody(w, p.Status, ProblemType, body)
}
