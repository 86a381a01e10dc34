package httpapi

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"countersign/contract/channel"
)

// place is where a request goes. World is "" when the path does not name one.
type place struct {
	op      *operation
	world   string
	channel string
	number  string
}

// hotPlace recognises the two hot routes, POST /v1/charges and GET
// /v1/charges/{order_no}, without the router. What it does not recognise the
// router judges.
func hotPlace(method, path string) (place, bool) {
	var at place
	rest := path
	if after, found := strings.CutPrefix(rest, "/w/"); found {
		if at.world, _, found = strings.Cut(after, "/"); !found || at.world == "" {
			return at, false
		}
		rest = path[len("/w/")+len(at.world):]
	}
	rest, found := strings.CutPrefix(rest, "/channels/")
	if !found {
		return at, false
	}
	if at.channel, rest, found = strings.Cut(rest, "/"); !found || at.channel == "" {
		return at, false
	}
	switch {
	case method == http.MethodPost && rest == "v1/charges":
		at.op = opCharge
		return at, true
	case method == http.MethodGet && strings.HasPrefix(rest, "v1/charges/"):
		at.op, at.number = opChargeQuery, rest[len("v1/charges/"):]
		return at, at.number != "" && !strings.Contains(at.number, "/")
	}
	return at, false
}

// placeOf is where the router sent a request.
func placeOf(r *http.Request, op *operation) place {
	vars := mux.Vars(r)
	at := place{op: op, world: vars["world"], channel: vars["channel"]}
	if name := op.numberName(); name != "" {
		at.number = vars[name]
	}
	return at
}

// serveMisbound takes requests whose parameters the generated router could not
// bind. They go the way of all others: past the signature first, and the decode
// refuses them.
func (s *Server) serveMisbound(w http.ResponseWriter, r *http.Request, _ error) {
	template, err := mux.CurrentRoute(r).GetPathTemplate()
	if err != nil {
		s.router.NotFoundHandler.ServeHTTP(w, r)
		return
	}
	for _, op := range operations {
		if op.method == r.Method && strings.HasSuffix(template, op.path) {
			s.serve(w, r, placeOf(r, op))
			return
		}
	}
	s.router.NotFoundHandler.ServeHTTP(w, r)
}

// native is the generated interface of the contract: each method names its row of
// the table of operations. The bound parameters are not used: a request is read
// only after its signature has been verified.
type native struct{ s *Server }

// Compile-time proof that every operation of the contract is served.
var _ channel.ServerInterface = native{}

// to serves the operation of one row.
func (n native) to(w http.ResponseWriter, r *http.Request, op *operation) {
	n.s.serve(w, r, placeOf(r, op))
}
