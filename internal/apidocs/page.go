package apidocs

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"countersign/contract"
)

// page is what the template shows.
type page struct {
	Name, Title, About, Base string
	Names                    []string
	Guarded                  bool
	Groups                   []group
	Schemas                  []schema
}

// group are the operations of one tag.
type group struct {
	Name, About string
	Operations  []operation
}

// operation is one of them.
type operation struct {
	ID, Method, Path, Summary, About string
	Parameters                       []member
	Body                             *kind
	Answers                          []answer
	Example                          string
}

// answer is one that an operation may give.
type answer struct {
	Status, About string
	Kind          *kind
}

// load reads a document with those it refers to.
func load(name string) (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	loader.ReadFromURIFunc = func(_ *openapi3.Loader, at *url.URL) ([]byte, error) {
		text, err := contract.Documents.ReadFile(strings.TrimPrefix(at.Path, "./"))
		if err != nil {
			return nil, fmt.Errorf("document %s: %w", at.Path, err)
		}
		return text, nil
	}
	spec, err := loader.LoadFromURI(&url.URL{Path: name + ".yaml"})
	if err != nil {
		return nil, fmt.Errorf("read the document %s: %w", name, err)
	}
	spec.OpenAPI = "3.0.3"
	return spec, nil
}

// newPage takes a document apart.
func newPage(c *Config, name string) (*page, error) {
	spec, err := load(name)
	if err != nil {
		return nil, err
	}
	p := &page{
		Name: name, Names: c.Names, Title: spec.Info.Title, About: spec.Info.Description, Base: base(c, name, spec),
		Guarded: c.Guarded && name == "control",
	}
	tags := spec.Tags
	if len(tags) == 0 {
		tags = openapi3.Tags{{Name: "operations"}}
	}
	for _, tag := range tags {
		g := group{Name: tag.Name, About: tag.Description}
		g.Operations = p.operations(c, spec, func(o *openapi3.Operation) bool { return len(o.Tags) == 0 || slices.Contains(o.Tags, tag.Name) })
		p.Groups = append(p.Groups, g)
	}
	for _, word := range sorted(spec.Components.Schemas) {
		p.Schemas = append(p.Schemas, schemaOf(word, spec.Components.Schemas[word].Value))
	}
	return p, nil
}

// base is where the operations of a document are served by this program.
func base(c *Config, name string, spec *openapi3.T) string {
	at := map[string]string{"control": c.Control, "platform": c.Platform, "messaging": "", "channel": ""}[name]
	if c.Protocol != "" {
		switch name {
		case "channel":
			at = c.Protocol + "/w/" + c.World + "/channels/bridge-pay"
		case "messaging":
			at = c.Protocol + "/w/" + c.World + "/messaging"
		}
	}
	if at == "" && len(spec.Servers) > 0 {
		at = spec.Servers[0].URL
	}
	return at
}

// operations lists those of one group, by path and then by method.
func (p *page) operations(c *Config, spec *openapi3.T, wanted func(*openapi3.Operation) bool) []operation {
	var found []operation
	for _, path := range sorted(spec.Paths.Map()) {
		item := spec.Paths.Value(path)
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if o := item.GetOperation(method); o != nil && wanted(o) {
				found = append(found, p.operation(c, item, o, method, path))
			}
		}
	}
	return found
}

// operation takes one apart.
func (p *page) operation(c *Config, item *openapi3.PathItem, o *openapi3.Operation, method, path string) operation {
	made := operation{ID: o.OperationID, Method: method, Path: path, Summary: o.Summary, About: o.Description}
	if made.Summary == "" {
		made.Summary = words(o.OperationID)
	}
	parameters := append(slices.Clone(item.Parameters), o.Parameters...)
	for _, ref := range parameters {
		made.Parameters = append(made.Parameters, member{
			Name: ref.Value.Name, Where: ref.Value.In, Required: ref.Value.Required, Kind: kindOf(ref.Value.Schema), About: ref.Value.Description,
		})
	}
	if o.RequestBody != nil {
		made.Body = content(o.RequestBody.Value.Content)
	}
	for _, status := range sorted(o.Responses.Map()) {
		response := o.Responses.Value(status).Value
		a := answer{Status: status, Kind: content(response.Content)}
		if response.Description != nil {
			a.About = *response.Description
		}
		made.Answers = append(made.Answers, a)
	}
	made.Example = p.example(c, o, parameters, method, path)
	return made
}

// content is what a body is, of the first type there is.
func content(of openapi3.Content) *kind {
	if len(of) == 0 {
		return nil
	}
	name := sorted(of)[0]
	made := kindOf(of[name].Schema)
	if !strings.HasSuffix(name, "json") {
		made.Text = name
	}
	return &made
}

// words is a name in camel case as words.
func words(name string) string {
	var to strings.Builder
	for i, c := range name {
		if c >= 'A' && c <= 'Z' {
			to.WriteByte(' ')
			c += 'a' - 'A'
		}
		if i == 0 && c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		to.WriteRune(c)
	}
	return to.String() + "."
}
