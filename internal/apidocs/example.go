package apidocs

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// example is an operation as a command to paste. What a channel is asked must be
// signed: `countersign call` does that.
func (p *page) example(c *Config, o *openapi3.Operation, parameters openapi3.Parameters, method, path string) string {
	var query []string
	for _, ref := range parameters {
		text := sampleText(ref.Value.Name, ref.Value.Schema.Value, c.World)
		switch {
		case ref.Value.In == openapi3.ParameterInPath:
			path = strings.ReplaceAll(path, "{"+ref.Value.Name+"}", url.PathEscape(text))
		case ref.Value.In == openapi3.ParameterInQuery && ref.Value.Required:
			query = append(query, ref.Value.Name+"="+url.QueryEscape(text))
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	body := ""
	if o.RequestBody != nil {
		if media := o.RequestBody.Value.Content.Get("application/json"); media != nil {
			text, _ := json.Marshal(sample("", media.Schema.Value, c.World, 0)) // plain values: it cannot fail
			body = string(text)
		}
	}
	if p.Name == "channel" {
		return callLine(method, path, body)
	}
	line := "curl -sS"
	if method != "GET" {
		line += " -X " + method
	}
	line += " '" + p.Base + path + "'"
	switch {
	case p.Guarded:
		line += " \\\n  -H \"Authorization: Bearer $COUNTERSIGN_CONTROL_TOKEN\""
	case p.Name == "platform":
		line += " \\\n  -H \"Authorization: Bearer $TOKEN\""
	case p.Name == "messaging":
		line += " \\\n  -H \"Authorization: Bearer $GATEWAY_TOKEN\""
	}
	if p.Name == "platform" && method == "POST" {
		line += " \\\n  -H \"Idempotency-Key: $(uuidgen)\""
	}
	if body != "" {
		line += " \\\n  -H 'Content-Type: application/json' \\\n  -d '" + body + "'"
	}
	return line
}

// callLine is a signed request; the program knows the keys and fills member_no in.
func callLine(method, path, body string) string {
	line := "countersign call channel bridge-pay " + method + " '" + strings.ReplaceAll(path, "member_no=M100000000001", "") + "'"
	line = strings.NewReplacer("?&", "?", "&'", "'", "?'", "'").Replace(line)
	if body != "" {
		line += " \\\n  '" + strings.ReplaceAll(body, `"member_no":"M100000000001",`, "") + "'"
	}
	return line
}

// deepest bounds how deep a sample goes.
const deepest = 8

// sample is a value that fits a schema, with what is required only.
func sample(name string, s *openapi3.Schema, world string, depth int) any {
	switch {
	case s.Example != nil:
		return s.Example
	case len(s.Enum) > 0:
		return s.Enum[0]
	case len(s.OneOf) > 0 && depth < deepest:
		return sample(name, s.OneOf[0].Value, world, depth+1)
	case s.Type.Is(openapi3.TypeInteger), s.Type.Is(openapi3.TypeNumber):
		return sampleNumber(s)
	case s.Type.Is(openapi3.TypeBoolean):
		return true
	case s.Type.Is(openapi3.TypeArray):
		list := []any{}
		for range min(s.MinItems, 2) {
			list = append(list, sample(name, s.Items.Value, world, depth+1))
		}
		return list
	case s.Type.Is(openapi3.TypeObject) || len(s.Properties) > 0 || len(s.AllOf) > 0:
		return sampleObject(s, world, depth)
	}
	return sampleText(name, s, world)
}

// sampleObject fills in what is required; one that wants some member gets its first.
func sampleObject(s *openapi3.Schema, world string, depth int) map[string]any {
	made := map[string]any{}
	for _, part := range s.AllOf {
		maps.Copy(made, sampleObject(part.Value, world, depth+1))
	}
	for _, name := range s.Required {
		if ref := s.Properties[name]; ref != nil && depth < deepest {
			made[name] = sample(name, ref.Value, world, depth+1)
		}
	}
	for _, name := range sorted(s.Properties) {
		if uint64(len(made)) < s.MinProps && made[name] == nil {
			made[name] = sample(name, s.Properties[name].Value, world, depth+1)
		}
	}
	return made
}

// sampleNumber is the least one allowed, and at least 1 where that is.
func sampleNumber(s *openapi3.Schema) int64 {
	switch {
	case s.Min != nil && *s.Min > 1:
		return int64(*s.Min)
	case s.Max != nil && *s.Max < 1:
		return int64(*s.Max)
	}
	return 1
}

// usual are texts that people would write, by the name of the member.
var usual = map[string]string{
	"card_number": "6222020000000001016", "id_number": "990000198804120135", "mobile": "13800000001", "name": "周明", "bank": "ICBC",
	"channel": "bridge-pay", "channel_id": "bridge-pay", "code": "012345", "text": "【示例】验证码012345", "order_no": "ord_0001",
	"sign_no": "sgn_0001", "refund_no": "rfd_0001", "payer_ref": "payer-1", "member_no": "M100000000001",
}

// fits are texts of which the first that a schema takes is shown.
var fits = []string{
	"example_0001", "example-1", "example", "2026-01-31", "012345", "1", "ABCD", "A", "M100000000001", "6222020000000001016", "990000198804120135",
	"sha256:" + strings.Repeat("0", 64),
}

// sampleText is a text that fits a schema.
func sampleText(name string, s *openapi3.Schema, world string) string {
	switch {
	case len(s.Enum) > 0:
		text, _ := s.Enum[0].(string)
		return text
	case name == "world" || name == "world_id":
		return world
	case s.Type.Is(openapi3.TypeInteger):
		return "1"
	case s.Format == "date-time":
		return "2026-01-31T09:00:00Z"
	case s.Format == "date":
		return "2026-01-31"
	case s.Format == "uri" || strings.HasSuffix(name, "url"):
		return "http://127.0.0.1:9000/notify"
	}
	for _, text := range append([]string{usual[name]}, fits...) {
		if text != "" && allowed(s, text) {
			return text
		}
	}
	return "example"
}

// allowed reports whether a schema takes a text.
func allowed(s *openapi3.Schema, text string) bool {
	length := uint64(len([]rune(text)))
	if length < s.MinLength || s.MaxLength != nil && length > *s.MaxLength {
		return false
	}
	if s.Pattern == "" {
		return true
	}
	pattern, err := regexp.Compile(s.Pattern)
	return err == nil && pattern.MatchString(text)
}
