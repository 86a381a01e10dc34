package selfcheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"countersign/contract/channel"
	"countersign/simulator"
	"countersign/simulator/httpapi"
)

// difference is one thing that the contract does not allow.
type difference struct {
	field string // JSON pointer, or the name of a header; "": the whole message
	what  string
}

// document is contract/channel.yaml, read at the first message.
type document struct {
	spec func() (*openapi3.T, error)
}

// newDocument returns a document that has parsed nothing yet.
func newDocument() *document {
	return &document{spec: sync.OnceValues(func() (*openapi3.T, error) {
		spec, err := channel.GetSpec()
		if err != nil {
			return nil, fmt.Errorf("read the channel document: %w", err)
		}
		spec.OpenAPI = "3.0.3" // the library's own validator; see the control plane's
		return spec, nil
	})}
}

// examine lists what is wrong with a message.
func (d *document) examine(m *httpapi.Sent) []difference {
	spec, err := d.spec()
	switch {
	case err != nil:
		return []difference{{what: "the contract itself cannot be read"}}
	case m.Status == 0 && !m.Notification():
		return []difference{{what: "no answer is given"}}
	}
	var found []difference
	if m.Ending != "" {
		found = append(found, difference{what: "the answer does not come whole: " + string(m.Ending)})
	}
	found = append(found, signatureOf(m)...)
	if m.Notification() {
		return append(found, d.body(schemaOf(spec, "Notification"), m.Body)...)
	}
	return append(found, d.answer(spec, m)...)
}

// schemaOf finds a schema by its name in the document.
func schemaOf(spec *openapi3.T, name string) *openapi3.Schema {
	if ref := spec.Components.Schemas[name]; ref != nil {
		return ref.Value
	}
	return nil
}

// answer examines status, type and body of an answer.
func (d *document) answer(spec *openapi3.T, m *httpapi.Sent) []difference {
	item := spec.Paths.Value(m.Path)
	if item == nil || item.GetOperation(m.Method) == nil {
		return []difference{{what: "the contract has no such operation"}}
	}
	operation := item.GetOperation(m.Method)
	response := operation.Responses.Value(strconv.Itoa(m.Status))
	if response == nil && m.Status >= http.StatusBadRequest {
		response = operation.Responses.Default()
	}
	if response == nil {
		return []difference{{what: "the contract has no answer with status " + strconv.Itoa(m.Status)}}
	}
	kind, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || response.Value.Content[kind] == nil {
		return []difference{{field: "Content-Type", what: "the contract has no answer of this type with status " + strconv.Itoa(m.Status)}}
	}
	var found []difference
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		found = append(found, difference{field: "Content-Type", what: "the character set is not UTF-8"})
	}
	if !strings.HasSuffix(kind, "json") {
		return append(found, utf8Only(m.Body)...)
	}
	found = append(found, d.body(response.Value.Content[kind].Schema.Value, m.Body)...)
	if kind == "application/problem+json" {
		return append(found, sameStatus(m)...)
	}
	return append(found, sameNumber(m)...)
}

// body examines JSON by its schema.
func (d *document) body(schema *openapi3.Schema, body []byte) []difference {
	if found := utf8Only(body); found != nil {
		return found
	}
	reader := json.NewDecoder(bytes.NewReader(body))
	var value any
	if reader.Decode(&value) != nil || reader.More() {
		return []difference{{what: "the body is not JSON"}}
	}
	if schema == nil {
		return []difference{{what: "the contract has no schema for it"}}
	}
	return differencesOf(schema.VisitJSON(value, openapi3.VisitAsResponse(), openapi3.MultiErrors(), openapi3.DisableSchemaErrorDetails()))
}

// differencesOf translates what the validator found. Its reasons quote the schema,
// never the value.
func differencesOf(err error) []difference {
	if err == nil {
		return nil
	}
	if many, several := errors.AsType[openapi3.MultiError](err); several {
		var found []difference
		for _, one := range many {
			found = append(found, differencesOf(one)...)
		}
		return found
	}
	if one, known := errors.AsType[*openapi3.SchemaError](err); known {
		var field strings.Builder
		for _, name := range one.JSONPointer() {
			field.WriteString("/" + name)
		}
		return []difference{{field: field.String(), what: "does not fit the schema: " + one.SchemaField}}
	}
	return []difference{{what: "does not fit the schema"}}
}

// utf8Only refuses bytes that are no UTF-8.
func utf8Only(body []byte) []difference {
	if utf8.Valid(body) {
		return nil
	}
	return []difference{{what: "the body is not UTF-8"}}
}

// sameStatus wants the status in a problem to be that of the answer (RFC 9457 3.1.2).
func sameStatus(m *httpapi.Sent) []difference {
	var problem struct {
		Status *int `json:"status"`
	}
	if json.Unmarshal(m.Body, &problem) == nil && problem.Status != nil && *problem.Status != m.Status {
		return []difference{{field: "/status", what: "is not the status of the answer"}}
	}
	return nil
}

// sameNumber wants the answer to be about the number that was asked about. A card that
// is signed already is answered with its live agreement, whose number is another's.
func sameNumber(m *httpapi.Sent) []difference {
	if m.NumberField == "" || m.Number == "" || m.Operation == simulator.OpStatement {
		return nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(m.Body, &members) != nil || members[m.NumberField] == nil {
		return nil
	}
	var number string
	if json.Unmarshal(members[m.NumberField], &number) != nil || number == m.Number {
		return nil
	}
	return []difference{{field: "/" + m.NumberField, what: "is not the number that was asked about"}}
}
