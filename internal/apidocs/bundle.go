package apidocs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Bundle is a document of the wire as JSON that refers to nothing outside of itself: generators of clients differ in
// whether they follow a reference into another file. The name is that of the document without .yaml.
func Bundle(name string) ([]byte, error) {
	spec, err := load(name)
	if err != nil {
		return nil, err
	}
	spec.InternalizeRefs(context.Background(), ownName)
	text, err := spec.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("bundle %s: %w", name, err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, text, "", " "); err != nil {
		return nil, fmt.Errorf("bundle %s: %w", name, err)
	}
	return append(indented.Bytes(), '\n'), nil
}

// ownName is what a schema of another document is called in this one: by its own name, unless this document has a schema of
// that name already; then the document it is from stands before it.
func ownName(doc *openapi3.T, ref openapi3.ComponentRef) string {
	file, pointer, _ := strings.Cut(ref.RefString(), "#")
	name := path.Base(pointer)
	if doc.Components != nil {
		if known, taken := doc.Components.Schemas[name]; taken && known.Ref == "" && known.Value != target(ref) {
			from := strings.TrimSuffix(path.Base(file), ".yaml")
			return strings.ToUpper(from[:1]) + from[1:] + name
		}
	}
	return name
}

// target is the schema that a reference leads to, nil when it leads to something else.
func target(ref openapi3.ComponentRef) *openapi3.Schema {
	if to, ok := ref.(*openapi3.SchemaRef); ok {
		return to.Value
	}
	return nil
}
