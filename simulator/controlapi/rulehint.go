package controlapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// seeDocument is the hint where nothing better is known.
const seeDocument = "see the operation in contract/control.yaml, or under /docs"

// ruleHint says what the document wants in the place of what was given. All of it is
// the document's; nothing of the request is repeated.
func ruleHint(e *openapi3.SchemaError) string {
	s := e.Schema
	if s == nil {
		return seeDocument
	}
	switch e.SchemaField {
	case "enum":
		words := make([]string, 0, len(s.Enum))
		for _, word := range s.Enum {
			words = append(words, fmt.Sprint(word))
		}
		return "one of " + strings.Join(words, ", ")
	case "type", "nullable":
		if s.Type != nil {
			return "give: " + strings.Join(s.Type.Slice(), " or ")
		}
	case "pattern":
		return "it must match " + s.Pattern
	case "format":
		return "give it as a " + s.Format
	case "required":
		return "wanted: " + strings.Join(s.Required, ", ")
	case "additionalProperties", "properties":
		if len(s.Properties) > 0 {
			return "known here: " + strings.Join(names(s), ", ")
		}
	case "minimum", "maximum":
		return rangeText("give a number", s.Min, s.Max)
	case "minLength", "maxLength":
		return rangeText("give a text of characters", counted(&s.MinLength), counted(s.MaxLength))
	case "minItems", "maxItems":
		return rangeText("give a list of items", counted(&s.MinItems), counted(s.MaxItems))
	}
	return seeDocument
}

// names are the members of an object.
func names(s *openapi3.Schema) []string {
	made := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		made = append(made, name)
	}
	slices.Sort(made)
	return made
}

// counted is a count as the bounds have it.
func counted(n *uint64) *float64 {
	if n == nil {
		return nil
	}
	return new(float64(*n))
}

// rangeText writes a range, either end of which may be open.
func rangeText(what string, from, to *float64) string {
	switch {
	case from != nil && to != nil:
		return fmt.Sprintf("%s: %.0f to %.0f", what, *from, *to)
	case from != nil:
		return fmt.Sprintf("%s: %.0f at least", what, *from)
	case to != nil:
		return fmt.Sprintf("%s: %.0f at most", what, *to)
	}
	return seeDocument
}
