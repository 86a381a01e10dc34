package controlapi

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/simulator"
)

// judgedElsewhere are the members that card and ID numbers belong in; those have
// rules of their own.
//
//nolint:gochecknoglobals // an immutable table
var judgedElsewhere = []string{"card_number", "id_number", "allow_cards"}

// guardTexts refuses a request in which a text or parameter, wherever it stands, could
// be somebody's card, before anything of it is kept. The file of an import is judged
// where it is read.
func (s *Server) guardTexts(next http.Handler) http.Handler {
	return httpjson.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
		var body []byte
		if r.URL.Path != importPath {
			var err error
			if body, err = httpjson.ReadBody(r, longestBody); err != nil {
				return err
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		var tree any
		if len(body) > 0 {
			if err := json.Unmarshal(body, &tree); err != nil {
				return httpjson.NewProblem(http.StatusBadRequest, httpjson.CodeInvalidRequest, "the body is no JSON")
			}
		}
		judge := textJudge{template: s.templateOf(mux.Vars(r)["world"]), allowed: allowedIn(tree)}
		query := r.URL.Query()
		for _, name := range slices.Sorted(maps.Keys(query)) {
			if slices.ContainsFunc(query[name], judge.foreign) && !slices.Contains(judgedElsewhere, name) {
				return likeACard(plainName(name))
			}
		}
		if place, found := judge.find("", tree); found {
			return likeACard(place)
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// likeACard is the problem of a text that could be somebody's card number.
func likeACard(field string) error {
	p := hint(httpjson.NewProblem(http.StatusUnprocessableEntity, codeNotTestData, "looks like a real card number; it was not kept"),
		"test numbers carry 000000 after the BIN; other numbers are better not 13 to 19 digits that begin like a card")
	p.Field = field
	return p
}

// templateOf is the template of a world, or that of new worlds.
func (s *Server) templateOf(world string) *simulator.Template {
	var found *simulator.Template
	if world != "" {
		_ = s.config.Engine.Read(world, func(w *simulator.World) { found = w.Template() })
	}
	if found == nil {
		found, _ = s.config.Templates.Template(string(control.Demo))
	}
	return found
}

// allowedIn are the cards that a request for a world allows by name.
func allowedIn(tree any) []string {
	object, _ := tree.(map[string]any)
	list, _ := object["allow_cards"].([]any)
	var allowed []string
	for _, item := range list {
		if number, ok := item.(string); ok {
			allowed = append(allowed, number)
		}
	}
	return allowed
}

// textJudge judges the texts of one request.
type textJudge struct {
	template *simulator.Template
	allowed  []string
}

// foreign reports a text that could be somebody's card.
func (j *textJudge) foreign(text string) bool {
	if j.template == nil || !j.template.NamesForeignCard(text) {
		return false
	}
	for _, number := range j.allowed {
		text = strings.ReplaceAll(text, number, "*")
	}
	return j.template.NamesForeignCard(text)
}

// find is the pointer of the first such text in a tree, by the order of names.
func (j *textJudge) find(at string, tree any) (string, bool) {
	switch value := tree.(type) {
	case string:
		return at, j.foreign(value)
	case []any:
		for i, item := range value {
			if place, found := j.find(at+"/"+strconv.Itoa(i), item); found {
				return place, true
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if slices.Contains(judgedElsewhere, name) {
				continue
			}
			if place, found := j.find(at+"/"+plainName(name), value[name]); found || j.foreign(name) {
				return place, true
			}
		}
	}
	return "", false
}
