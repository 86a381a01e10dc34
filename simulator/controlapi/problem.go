package controlapi

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"countersign/internal/httpjson"
	"countersign/simulator"
)

// Codes of this door beyond those of the kernel and of the rules.
const (
	codeUnknownWorld = "unknown_world"
	codeConflict     = "conflict"
	codeNotTestData  = "not_test_data"
	codeWorldBroken  = "world_broken"
)

// hint adds the member hint: what to do next.
func hint(p *httpjson.Problem, text string) *httpjson.Problem { return p.With("hint", text) }

// unprocessable is a 422 about one member.
func unprocessable(field, detail, next string) *httpjson.Problem {
	p := httpjson.NewProblem(http.StatusUnprocessableEntity, httpjson.CodeInvalidRequest, detail)
	p.Field = field
	if next == "" {
		return p
	}
	return hint(p, next)
}

// ruleProblem is the answer to a command that the rules refused. The rules name
// members with dots, the wire with JSON pointers.
func ruleProblem(p *simulator.Problem) *httpjson.Problem {
	status := http.StatusUnprocessableEntity
	if p.Code == simulator.ProblemNotFound {
		status = http.StatusNotFound
	}
	made := httpjson.NewProblem(status, string(p.Code), p.Detail)
	if p.Field != "" {
		made.Field = "/" + strings.ReplaceAll(p.Field, ".", "/")
	}
	if p.Hint != "" {
		return hint(made, p.Hint)
	}
	return made
}

// schemaProblem is the answer to a request that does not fit the document. It is
// built of the place and the rule alone; kin-openapi's own texts may quote the
// value.
func schemaProblem(err error) *httpjson.Problem {
	var request *openapi3filter.RequestError
	field := ""
	if errors.As(err, &request) && request.Parameter != nil {
		field = request.Parameter.Name
	}
	if schema, found := errors.AsType[*openapi3.SchemaError](err); found {
		if field == "" {
			field = pointerOf(schema)
		}
		return hint(httpjson.InvalidField(field, schema.SchemaField, ruleText(schema)), ruleHint(schema))
	}
	if field != "" {
		return hint(httpjson.InvalidField(field, "wrong_type", "the parameter is missing or not of the wanted form"), seeDocument)
	}
	return hint(httpjson.NewProblem(http.StatusBadRequest, httpjson.CodeInvalidRequest, "the body is not the JSON that the document wants"), seeDocument)
}

// pointerOf is the JSON pointer of the member at fault. Names that do not look
// like names of ours are not repeated.
func pointerOf(e *openapi3.SchemaError) string {
	var pointer strings.Builder
	for _, name := range e.JSONPointer() {
		pointer.WriteByte('/')
		pointer.WriteString(plainName(name))
	}
	if name, found := unknownMember(e); found {
		pointer.WriteByte('/')
		pointer.WriteString(plainName(name))
	}
	return pointer.String()
}

// unknownMember finds the member, the first by name, that a schema does not have:
// the library points at the object around it.
func unknownMember(e *openapi3.SchemaError) (string, bool) {
	given, object := e.Value.(map[string]any)
	if !object || e.Schema == nil || (e.SchemaField != "properties" && e.SchemaField != "additionalProperties") {
		return "", false
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if e.Schema.Properties[name] == nil {
			return name, true
		}
	}
	return "", false
}

// plainName returns a name of letters, hyphens, underscores and few digits, else "?".
func plainName(name string) string {
	const longest, mostDigits = 40, 3
	count := 0
	for _, c := range name {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '-':
		case c >= '0' && c <= '9':
			count++
		default:
			return "?"
		}
	}
	if name == "" || len(name) > longest || count > mostDigits {
		return "?"
	}
	return name
}

// ruleText says in words which rule of the schema is broken.
func ruleText(e *openapi3.SchemaError) string {
	switch e.SchemaField {
	case "required":
		return "a required member is missing"
	case "additionalProperties", "properties":
		return "a member is not known here"
	case "type", "nullable":
		return "the value is of another type than the document says"
	case "enum":
		return "the value is none of the words that the document lists"
	case "pattern", "format":
		return "the value is not of the wanted form"
	case "minimum", "maximum":
		return "the number is out of range"
	case "minLength", "maxLength":
		return "the text is too short or too long"
	case "minItems", "maxItems":
		return "the list is too short or too long"
	}
	return "the value is not what the document says"
}
