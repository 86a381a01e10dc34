package console

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"countersign/internal/httpjson"
)

// longestAct is the cap of a request of the page, in bytes.
const longestAct = 16 << 10

// act is something that can be done on the page: an operation of the control plane.
type act struct{ method, path string }

// acts lists them. Everything else of the control plane is out of the page's reach.
//
//nolint:gochecknoglobals // a table
var acts = map[string]act{
	"create-world": {http.MethodPost, "/v1/worlds"},
	"fork-world":   {http.MethodPost, "/v1/worlds/{world}/fork"},
	"reset-world":  {http.MethodPost, "/v1/worlds/{world}/reset"},
	"delete-world": {http.MethodDelete, "/v1/worlds/{world}"},
	"change-world": {http.MethodPatch, "/v1/worlds/{world}"},
	"add-fault":    {http.MethodPost, "/v1/worlds/{world}/faults"},
	"switch-fault": {http.MethodPatch, "/v1/worlds/{world}/faults/{id}"},
	"remove-fault": {http.MethodDelete, "/v1/worlds/{world}/faults/{id}"},
	"redeliver":    {http.MethodPost, "/v1/worlds/{world}/events/{id}/redeliver"},
}

// looks lists what can be read besides the stream.
//
//nolint:gochecknoglobals // a table
var looks = map[string]string{
	"fault-kinds": "/v1/fault-kinds",
	"row":         "/v1/worlds/{world}/journal?limit=1&after={id}",
}

// order is the body of a request to do something.
type order struct {
	World string          `json:"world,omitempty"`
	ID    string          `json:"id,omitempty"`
	Body  json.RawMessage `json:"body,omitempty"`
}

// do carries an act out and passes on what the control plane says, refusals with the field they name included.
func (p *pages) do(w http.ResponseWriter, r *http.Request) {
	wanted, known := acts[r.PathValue("act")]
	if !known {
		httpjson.NotFound().ServeHTTP(w, r)
		return
	}
	var given order
	if err := httpjson.ReadJSON(r, longestAct, &given); err != nil {
		httpjson.WriteProblem(w, httpjson.ProblemOf(err))
		return
	}
	p.pass(w, r, Call{Method: wanted.method, Path: filled(wanted.path, given.World, given.ID), Body: given.Body})
}

// step moves a clock.
func (p *pages) step(w http.ResponseWriter, r *http.Request) {
	var move Move
	if err := httpjson.ReadJSON(r, longestAct, &move); err != nil {
		httpjson.WriteProblem(w, httpjson.ProblemOf(err))
		return
	}
	reply, err := p.source.Step(r.Context(), move)
	p.write(w, reply, err)
}

// read passes on one of the looks.
func (p *pages) read(w http.ResponseWriter, r *http.Request) {
	path, known := looks[r.PathValue("what")]
	if !known {
		httpjson.NotFound().ServeHTTP(w, r)
		return
	}
	q := r.URL.Query()
	p.pass(w, r, Call{Method: http.MethodGet, Path: filled(path, q.Get("world"), q.Get("id"))})
}

// filled puts names into a path; escaped, a name stays one segment or one value.
func filled(path, world, id string) string {
	return strings.NewReplacer("{world}", segment(world), "{id}", segment(id)).Replace(path)
}

// segment escapes a name so that it means the same in a path and in a query. A name of dots would be another path.
func segment(name string) string {
	if strings.Trim(name, ".") == "" {
		return "-"
	}
	return strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// pass asks the control plane and passes its answer on.
func (p *pages) pass(w http.ResponseWriter, r *http.Request, call Call) {
	reply, err := p.source.Control(r.Context(), call)
	p.write(w, reply, err)
}

// write answers with a reply.
func (p *pages) write(w http.ResponseWriter, reply Reply, err error) {
	if err != nil {
		p.fail(w, "the simulator gave no answer", err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(reply.Status)
	_, _ = w.Write(reply.Body)
}
