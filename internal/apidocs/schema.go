package apidocs

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// schema is a named one.
type schema struct {
	Name, About string
	Kind        kind // of what is no object
	Members     []member
}

// member is a member of an object, or a parameter.
type member struct {
	Name, Where, About string
	Required           bool
	Kind               kind
}

// kind says what a value is: in words, with a link where it has a name, and with what
// narrows it.
type kind struct {
	Text, Link, Limits string
	Words              []string // of an enumeration
}

// schemaOf takes a schema apart.
func schemaOf(name string, s *openapi3.Schema) schema {
	made := schema{Name: name, About: s.Description, Kind: plainKind(s), Members: membersOf(s)}
	for _, part := range s.AllOf {
		made.Members = append(made.Members, membersOf(part.Value)...)
	}
	return made
}

// membersOf lists the members of an object, those required first.
func membersOf(s *openapi3.Schema) []member {
	var found []member
	for _, name := range sorted(s.Properties) {
		ref := s.Properties[name]
		m := member{Name: name, Required: slices.Contains(s.Required, name), Kind: kindOf(ref)}
		if ref.Ref == "" {
			m.About = ref.Value.Description
		}
		found = append(found, m)
	}
	slices.SortStableFunc(found, func(a, b member) int { return order(b.Required) - order(a.Required) })
	return found
}

// order makes a yes 1.
func order(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// kindOf names a value by its schema's name, or describes it.
func kindOf(ref *openapi3.SchemaRef) kind {
	if ref == nil {
		return kind{Text: "any"}
	}
	if ref.Ref == "" {
		return plainKind(ref.Value)
	}
	document, path, _ := strings.Cut(ref.Ref, "#")
	name := path[strings.LastIndexByte(path, '/')+1:]
	link := "#schema-" + name
	if document != "" {
		link = "/docs/" + strings.TrimSuffix(strings.TrimPrefix(document, "./"), ".yaml") + link
	}
	return kind{Text: name, Link: link}
}

// plainKind describes a value without a name.
func plainKind(s *openapi3.Schema) kind {
	made := kind{Text: "any"}
	if s.Type != nil && len(s.Type.Slice()) > 0 {
		made.Text = strings.Join(s.Type.Slice(), " or ")
	}
	if s.Format != "" {
		made.Text += " (" + s.Format + ")"
	}
	if made.Text == "array" && s.Items != nil {
		of := kindOf(s.Items)
		made = kind{Text: "array of " + of.Text, Link: of.Link, Words: of.Words}
	}
	for _, word := range s.Enum {
		made.Words = append(made.Words, fmt.Sprint(word))
	}
	made.Limits = limits(s)
	return made
}

// limits says what narrows a value.
func limits(s *openapi3.Schema) string {
	var said []string
	if s.Pattern != "" {
		said = append(said, s.Pattern)
	}
	if s.MinLength > 0 {
		said = append(said, "at least "+strconv.FormatUint(s.MinLength, 10)+" characters")
	}
	if s.MaxLength != nil {
		said = append(said, "at most "+strconv.FormatUint(*s.MaxLength, 10)+" characters")
	}
	if s.Min != nil {
		said = append(said, "from "+strconv.FormatFloat(*s.Min, 'f', -1, 64))
	}
	if s.Max != nil {
		said = append(said, "to "+strconv.FormatFloat(*s.Max, 'f', -1, 64))
	}
	if s.MinItems > 0 {
		said = append(said, "at least "+strconv.FormatUint(s.MinItems, 10)+" items")
	}
	if s.MaxItems != nil {
		said = append(said, "at most "+strconv.FormatUint(*s.MaxItems, 10)+" items")
	}
	if s.Default != nil {
		said = append(said, fmt.Sprintf("default %v", s.Default))
	}
	return strings.Join(said, ", ")
}

// sorted gives the keys of a map in order.
func sorted[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }
