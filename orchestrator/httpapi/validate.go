package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"countersign/contract/platform"
	"countersign/internal/httpjson"
)

// validator holds requests against contract/platform.yaml.
type validator struct {
	router  routers.Router
	options *openapi3filter.Options
}

// document routes contract/platform.yaml, parsed once a process. The copy is labelled 3.0.3: the library's own
// validator serves 3.0, while for 3.1 it compiles a JSON Schema at every call, at twenty times the price. Keywords
// that the first would ignore are forbidden in the documents by a test.
var document = sync.OnceValues(func() (routers.Router, error) {
	spec, err := platform.GetSpec()
	if err != nil {
		return nil, fmt.Errorf("read the platform document: %w", err)
	}
	spec.OpenAPI, spec.Servers = "3.0.3", nil
	router, err := gorillamux.NewRouter(spec)
	if err != nil {
		return nil, fmt.Errorf("route the platform document: %w", err)
	}
	return router, nil
})

// newValidator takes the document.
func newValidator() (*validator, error) {
	router, err := document()
	if err != nil {
		return nil, err
	}
	return &validator{router: router, options: &openapi3filter.Options{
		SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.DisableSchemaErrorDetails()},
		AuthenticationFunc:      openapi3filter.NoopAuthenticationFunc, // guard has asked already
		SkipSettingDefaults:     true,
	}}, nil
}

// check answers a *httpjson.Problem for a request that does not fit the document. takesBody says whether the
// operation has a body at all.
func (v *validator) check(r *http.Request) (takesBody bool, err error) {
	route, params, err := v.router.FindRoute(r)
	if err != nil {
		return false, httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "there is nothing at this path")
	}
	input := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: v.options}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		return false, schemaProblem(err)
	}
	return route.Operation.RequestBody != nil, nil
}

// schemaProblem is built of place and rule alone: the library's own sentences may quote the value.
func schemaProblem(err error) *httpjson.Problem {
	field := ""
	var request *openapi3filter.RequestError
	if errors.As(err, &request) && request.Parameter != nil {
		field = request.Parameter.Name
	}
	if schema, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		if field == "" {
			field = pointerOf(schema)
		}
		return httpjson.InvalidField(field, ruleOf(schema.SchemaField), textOf(schema.SchemaField))
	}
	if errors.Is(err, openapi3filter.ErrInvalidRequired) {
		return httpjson.InvalidField(field, httpjson.MissingMember, "it is missing")
	}
	return httpjson.InvalidField(field, httpjson.WrongType, "it is not what the document says")
}

// pointerOf is the JSON pointer of the member at fault. A name that does not look like one of ours is not
// repeated: somebody may have put a card number where a name belongs.
func pointerOf(e *openapi3.SchemaError) string {
	var pointer strings.Builder
	for _, name := range e.JSONPointer() {
		pointer.WriteByte('/')
		pointer.WriteString(plainName(name))
	}
	if ruleOf(e.SchemaField) == httpjson.UnknownMember {
		pointer.WriteByte('/')
		pointer.WriteString(plainName(firstQuoted(e.Reason)))
	}
	return pointer.String()
}

// firstQuoted is what stands between the first two quotation marks of the library's sentence: of an unknown member its
// name, which the pointer to the object around it does not hold.
func firstQuoted(sentence string) string {
	const marks = `'"`
	from := strings.IndexAny(sentence, marks)
	if from < 0 {
		return ""
	}
	name, _, found := strings.Cut(sentence[from+1:], sentence[from:from+1])
	if !found {
		return ""
	}
	return name
}

// plainName returns a name of small letters, underscores and few digits, else "?".
func plainName(name string) string {
	const longest, mostDigits = 40, 3
	digits := 0
	for _, c := range name {
		switch {
		case c >= 'a' && c <= 'z', c == '_':
		case c >= '0' && c <= '9':
			digits++
		default:
			return "?"
		}
	}
	if name == "" || len(name) > longest || digits > mostDigits {
		return "?"
	}
	return name
}

// ruleOf is the machine word for a keyword of the document.
func ruleOf(keyword string) string {
	switch keyword {
	case "required":
		return httpjson.MissingMember
	case "additionalProperties", "properties":
		return httpjson.UnknownMember
	case "type", "nullable":
		return httpjson.WrongType
	case "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems":
		return httpjson.WrongRange
	}
	return "wrong_" + plainName(keyword)
}

// textOf says in words which keyword is broken.
func textOf(keyword string) string {
	switch keyword {
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
