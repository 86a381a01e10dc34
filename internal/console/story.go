package console

import (
	"errors"
	"net/http"

	"countersign/internal/httpjson"
	"countersign/internal/sequence"
)

// ErrUnknown is what a Source gives for a world or number that nobody has seen.
var ErrUnknown = errors.New("unknown number")

// story tells who called whom for one number: as JSON, as SVG or as Mermaid.
func (p *pages) story(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	told, err := p.source.Story(r.Context(), q.Get("world"), q.Get("number"))
	switch {
	case errors.Is(err, ErrUnknown):
		httpjson.WriteProblem(w, httpjson.Problem{
			Status: http.StatusNotFound, Code: httpjson.CodeNotFound, Detail: "nothing is known of this number",
		})
		return
	case err != nil:
		p.fail(w, "the story could not be told", err)
		return
	}
	switch q.Get("format") {
	case "svg":
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write(Picture(told)) //nolint:gosec // every text in the drawing is escaped
	case "mermaid":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(sequence.Mermaid(diagramOf(told)))) //nolint:gosec // plain text, and nosniff
	default:
		if err := httpjson.WriteJSON(w, http.StatusOK, told); err != nil {
			p.fail(w, "the story could not be written", err)
		}
	}
}
