package console

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/gorilla/mux"

	"countersign/internal/httpjson"
)

//go:embed static/page.html
var pageSource string

//go:embed static/*.css static/*.js static/*.svg
var assets embed.FS

// policy lets the page run its own scripts and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the page. Version is shown on it; log gets what went wrong, never what was shown.
func Handler(source Source, version string, log *slog.Logger) (http.Handler, error) {
	page, err := template.New("page").Parse(pageSource)
	if err != nil {
		return nil, fmt.Errorf("page template: %w", err)
	}
	static, err := fs.Sub(assets, "static")
	if err != nil {
		return nil, fmt.Errorf("page assets: %w", err)
	}
	c := &pages{source: source, page: page, version: version, log: log}
	router := mux.NewRouter()
	router.HandleFunc("/", c.show).Methods(http.MethodGet).Name("page")
	router.HandleFunc("/state", c.state).Methods(http.MethodGet).Name("state")
	router.HandleFunc("/events", c.events).Methods(http.MethodGet).Name("events")
	router.HandleFunc("/story", c.story).Methods(http.MethodGet).Name("story")
	router.HandleFunc("/read/{what}", named("what", c.read)).Methods(http.MethodGet).Name("read")
	router.HandleFunc("/do/{act}", named("act", c.do)).Methods(http.MethodPost).Name("do")
	router.HandleFunc("/step", c.step).Methods(http.MethodPost).Name("step")
	router.Handle("/static/{file}", http.StripPrefix("/static/", http.FileServerFS(static))).Methods(http.MethodGet).Name("static")
	return guard(http.NewCrossOriginProtection().Handler(router)), nil
}

// named hands a variable of the route on as a path value.
func named(name string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.SetPathValue(name, mux.Vars(r)[name])
		next(w, r)
	}
}

// guard sets what every answer carries.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// pages answers the routes.
type pages struct {
	source   Source
	page     *template.Template
	version  string
	log      *slog.Logger
	watchers atomic.Int32 // streams that are open
}

func (p *pages) show(w http.ResponseWriter, _ *http.Request) {
	var body bytes.Buffer
	if err := p.page.Execute(&body, struct{ Version string }{p.version}); err != nil {
		p.fail(w, "the page could not be written", err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = body.WriteTo(w)
}

// viewOf is what a page looks at; the world named demo unless it says otherwise.
func viewOf(r *http.Request) View {
	q := r.URL.Query()
	v := View{World: q.Get("world"), ChannelID: q.Get("channel_id"), Operation: q.Get("operation"), Number: q.Get("number"), Worlds: true}
	if v.World == "" {
		v.World = "demo"
	}
	return v
}

// state is all parts of a view at once, for those who do not follow the stream.
func (p *pages) state(w http.ResponseWriter, r *http.Request) {
	snapshot, err := p.source.Snapshot(r.Context(), viewOf(r))
	if err != nil {
		p.fail(w, "the world could not be read", err)
		return
	}
	if err := httpjson.WriteJSON(w, http.StatusOK, &snapshot); err != nil {
		p.fail(w, "the world could not be written", err)
	}
}

// fail hides the cause from the page and keeps it for the log.
func (p *pages) fail(w http.ResponseWriter, what string, err error) {
	p.log.Warn("page: request failed", "what", what, "error", err)
	http.Error(w, what, http.StatusBadGateway)
}
