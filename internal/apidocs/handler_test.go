package apidocs

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"countersign/contract"
)

// all are the documents there are.
var all = []string{"control", "channel", "messaging", "platform"}

// shown asks a handler that knows where everything is.
func shown(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	answer := httptest.NewRecorder()
	Handler(Config{
		Names: all, Control: "http://127.0.0.1:7101", Protocol: "http://127.0.0.1:7100", Platform: "http://127.0.0.1:7200", World: "demo", Guarded: true,
	}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	return answer
}

func TestEveryOperationAndSchemaIsShownAndEveryLinkResolves(t *testing.T) {
	t.Parallel()
	pages := map[string]string{}
	for _, name := range all {
		answer := shown(t, "/docs/"+name)
		if answer.Code != http.StatusOK || !strings.Contains(answer.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Fatalf("%s: %d %v", name, answer.Code, answer.Header())
		}
		pages["/docs/"+name] = answer.Body.String()
	}
	links := regexp.MustCompile(`href="([^"#]*)#([^"]+)"`)
	for path, text := range pages {
		for _, found := range links.FindAllStringSubmatch(text, -1) {
			on := path
			if found[1] != "" {
				on = found[1]
			}
			if !strings.Contains(pages[on], `id="`+found[2]+`"`) {
				t.Errorf("%s: %s leads nowhere", path, found[0])
			}
		}
		if strings.Contains(text, "<script") || strings.Contains(text, `src="http`) || strings.Contains(text, `rel="stylesheet" href="http`) {
			t.Errorf("%s needs something from elsewhere", path)
		}
		spec, err := load(strings.TrimPrefix(path, "/docs/"))
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range spec.Paths.Map() {
			for _, o := range item.Operations() {
				if strings.Count(text, `<article id="op-`+o.OperationID+`"`) != 1 {
					t.Errorf("%s: %s is not shown once", path, o.OperationID)
				}
			}
		}
	}
}

func TestTheBodiesOfExamplesFitTheDocument(t *testing.T) {
	t.Parallel()
	for _, name := range all {
		spec, err := load(name)
		if err != nil {
			t.Fatal(err)
		}
		for path, item := range spec.Paths.Map() {
			for method, o := range item.Operations() {
				if o.RequestBody == nil || o.RequestBody.Value.Content.Get("application/json") == nil {
					continue
				}
				s := o.RequestBody.Value.Content.Get("application/json").Schema.Value
				text, err := json.Marshal(sample("", s, "demo", 0))
				var value any
				if err != nil || json.Unmarshal(text, &value) != nil || s.VisitJSON(value, openapi3.VisitAsRequest()) != nil {
					t.Errorf("%s %s %s: %s does not fit: %v", name, method, path, text, s.VisitJSON(value, openapi3.VisitAsRequest()))
				}
			}
		}
	}
}

func TestDocumentsAreServedSideBySide(t *testing.T) {
	t.Parallel()
	for _, name := range all {
		want, err := contract.Documents.ReadFile(name + ".yaml")
		if answer := shown(t, "/openapi/"+name+".yaml"); err != nil || answer.Body.String() != string(want) {
			t.Errorf("%s: %d %v", name, answer.Code, err)
		}
	}
	for _, path := range []string{"/docs/clauses", "/openapi/clauses.yaml", "/openapi/clauses.json", "/docs/../go.mod"} {
		if answer := shown(t, path); answer.Code == http.StatusOK {
			t.Errorf("%s: %d", path, answer.Code)
		}
	}
	if answer := shown(t, "/docs"); answer.Code != http.StatusFound || answer.Header().Get("Location") != "/docs/control" {
		t.Errorf("%d %v", answer.Code, answer.Header())
	}
}
