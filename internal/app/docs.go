package app

import (
	"net/http"
	"strings"

	"countersign/internal/apidocs"
)

// docs are the pages of the API, with examples that work against this very program.
func (a *App) docs(names ...string) http.Handler {
	return apidocs.Handler(apidocs.Config{
		Names: names, Control: a.addresses.Control, Protocol: a.simulatorURL(), Platform: a.addresses.Platform,
		World: DemoWorld, Guarded: a.config.Simulator.ControlToken != "",
	})
}

// withDocs puts the pages of all documents beside the page of `up`.
func (a *App) withDocs(page http.Handler) http.Handler {
	docs := a.docs("control", "channel", "messaging", "platform")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/docs" || strings.HasPrefix(r.URL.Path, "/docs/") || strings.HasPrefix(r.URL.Path, "/openapi/") {
			docs.ServeHTTP(w, r)
			return
		}
		page.ServeHTTP(w, r)
	})
}
