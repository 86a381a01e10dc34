package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/gorilla/mux"
)

//go:embed static/page.html
var pageSource string

//go:embed static/page.css static/page.js
var assets embed.FS

// refresh is how often a watching page is compared with the world.
const refresh = 400 * time.Millisecond

// policy lets the page run its own script and nothing else.
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
	router.HandleFunc("/picture.svg", c.picture).Methods(http.MethodGet).Name("picture")
	router.Handle("/static/{file}", http.StripPrefix("/static/", http.FileServerFS(static))).Methods(http.MethodGet).Name("static")
	return guard(router), nil
}

// guard sets what every answer carries.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// pages answers the routes.
type pages struct {
	source  Source
	page    *template.Template
	version string
	log     *slog.Logger
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

func (p *pages) state(w http.ResponseWriter, r *http.Request) {
	body, _, err := p.snapshot(r)
	if err != nil {
		p.fail(w, "the world could not be read", err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) //nolint:gosec // JSON, and nosniff
}

func (p *pages) picture(w http.ResponseWriter, r *http.Request) {
	snapshot, err := p.source.Snapshot(r.Context())
	if err != nil {
		p.fail(w, "the world could not be read", err)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = w.Write(Picture(snapshot.Latest))
}

// events is the live feed (server-sent events): the whole state whenever messages or sequence have changed.
func (p *pages) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	ticker := time.NewTicker(refresh)
	defer ticker.Stop()
	last := ""
	for {
		body, version, err := p.snapshot(r)
		if err == nil && version != last {
			last = version
			if _, err := fmt.Fprintf(w, "event: state\nid: %s\ndata: %s\n\n", version, body); err != nil { //nolint:gosec // JSON on one line of an event stream
				return
			}
			if err := out.Flush(); err != nil {
				return
			}
		}
		select {
		case <-r.Context().Done():
			return
		case <-ticker.C:
		}
	}
}

// snapshot is the state as JSON, and a version that changes when something but the time did.
func (p *pages) snapshot(r *http.Request) (body []byte, version string, err error) {
	snapshot, err := p.source.Snapshot(r.Context())
	if err != nil {
		return nil, "", fmt.Errorf("read the world: %w", err)
	}
	timeless := snapshot
	timeless.Now = time.Time{}
	key, err := json.Marshal(timeless)
	if err != nil {
		return nil, "", fmt.Errorf("encode the state: %w", err)
	}
	if body, err = json.Marshal(snapshot); err != nil {
		return nil, "", fmt.Errorf("encode the state: %w", err)
	}
	sum := sha256.Sum256(key)
	return body, hex.EncodeToString(sum[:8]), nil
}

// fail hides the cause from the page and keeps it for the log.
func (p *pages) fail(w http.ResponseWriter, what string, err error) {
	p.log.Warn("page: request failed", "what", what, "error", err)
	http.Error(w, what, http.StatusBadGateway)
}
