package apidocs

import (
	"bytes"
	_ "embed" // the page and its style
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"

	"countersign/contract"
	"countersign/internal/httpjson"
)

//go:embed static/page.html
var pageText string

//go:embed static/style.css
var style []byte

// policy lets a page use its style sheet and nothing else.
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Config says which documents are shown, and where what they describe is served: base
// URLs without a trailing slash, so that the examples can be pasted. An empty one
// leaves the address of the document.
type Config struct {
	// Names of documents without .yaml, in the order of the menu.
	Names                       []string
	Control, Protocol, Platform string
	// Guarded: the control plane asks for a token.
	Guarded bool
	// World is one that the examples may name.
	World string
}

// Handler serves /docs, /docs/{name}, /docs/style.css /openapi/{name}.yaml and, for
// generators of clients, /openapi/{name}.json without references to other files. Nothing
// is parsed before the first page is asked for; a page is rendered once.
func Handler(c Config) http.Handler {
	pages := map[string]func() ([]byte, error){}
	for _, name := range c.Names {
		pages[name] = sync.OnceValues(func() ([]byte, error) { return render(&c, name) })
	}
	mux := http.NewServeMux()
	mux.Handle("GET /docs", http.RedirectHandler("/docs/"+c.Names[0], http.StatusFound))
	mux.HandleFunc("GET /docs/style.css", func(w http.ResponseWriter, _ *http.Request) {
		give(w, "text/css; charset=utf-8", style)
	})
	mux.HandleFunc("GET /docs/{name}", func(w http.ResponseWriter, r *http.Request) {
		page, known := pages[r.PathValue("name")]
		if !known {
			absent(w)
			return
		}
		text, err := page()
		if err != nil {
			httpjson.WriteProblem(w, *httpjson.NewProblem(http.StatusInternalServerError, "internal", "the page cannot be rendered"))
			return
		}
		give(w, "text/html; charset=utf-8", text)
	})
	mux.HandleFunc("GET /openapi/{file}", func(w http.ResponseWriter, r *http.Request) {
		file := r.PathValue("file")
		if name, bundled := strings.CutSuffix(file, ".json"); bundled && slices.Contains(c.Names, name) {
			giveBundle(w, name)
			return
		}
		name, isYAML := strings.CutSuffix(file, ".yaml")
		if !isYAML || !slices.Contains(c.Names, name) {
			absent(w)
			return
		}
		text, err := fs.ReadFile(contract.Documents, name+".yaml")
		if err != nil {
			absent(w)
			return
		}
		give(w, "application/yaml; charset=utf-8", text)
	})
	return mux
}

// giveBundle writes a document that refers to nothing outside of itself.
func giveBundle(w http.ResponseWriter, name string) {
	text, err := Bundle(name)
	if err != nil {
		httpjson.WriteProblem(w, *httpjson.NewProblem(http.StatusInternalServerError, "internal", "the document cannot be bundled"))
		return
	}
	give(w, "application/json", text)
}

// absent is the answer to a page that is none.
func absent(w http.ResponseWriter) {
	httpjson.WriteProblem(w, *httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "no such document; GET /docs"))
}

// give writes a page.
func give(w http.ResponseWriter, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(body) //nolint:gosec // rendered by html/template from what is embedded; whoever left does not read
}

// render makes a page.
func render(c *Config, name string) ([]byte, error) {
	page, err := newPage(c, name)
	if err != nil {
		return nil, err
	}
	made, err := template.New("page").Funcs(template.FuncMap{"prose": prose}).Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("template of the API pages: %w", err)
	}
	var text bytes.Buffer
	if err := made.Execute(&text, page); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return text.Bytes(), nil
}

// prose is a description as paragraphs; what stands in back quotes is code.
func prose(text string) template.HTML {
	var to strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		to.WriteString("<p>")
		for i, part := range strings.Split(paragraph, "`") {
			text := template.HTMLEscapeString(part)
			if i%2 == 1 {
				text = "<code>" + text + "</code>"
			}
			to.WriteString(text)
		}
		to.WriteString("</p>")
	}
	return template.HTML(to.String()) //nolint:gosec // escaped piece by piece above
}
