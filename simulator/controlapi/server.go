package controlapi

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"github.com/gorilla/mux"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/internal/clock"
	"countersign/internal/httpjson"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// Templates is the port through which worlds get their banks, channels and people.
type Templates interface {
	// Template finds a template by its name in the contract: demo or empty.
	Template(name string) (*simulator.Template, bool)
}

// MetricsSource writes counters in the text format of Prometheus.
type MetricsSource interface {
	WriteMetrics(w io.Writer) error
}

// Config is what a control plane is made of.
type Config struct {
	Engine    *engine.Engine
	Templates Templates
	// Profile shows a profile as the wire does; GatewayToken is the token of a
	// world's messaging gateways. Both belong to the protocol port.
	Profile      func(*simulator.Profile) *channel.ChannelProfile
	GatewayToken func(worldID string, seed uint64) string
	// ProtocolURL is the base URL of the protocol port, "" when it is not known.
	ProtocolURL string
	// SelfCheck tells where channels left their contract; nil: it is off.
	SelfCheck SelfCheck
	// Defaults are what a request for a new world leaves out; nil: those of the document.
	Defaults *control.WorldRequest
	// Metrics are served under /metrics besides the number of worlds; may be nil.
	Metrics MetricsSource
	// Docs serves /docs and /openapi/, the API as pages; nil: they are not there.
	Docs http.Handler
	// Version is what the program says of itself.
	Version string
	// Ready says whether /readyz answers 200; nil is always ready.
	Ready func(context.Context) error
	// Token is asked for when it is not empty. A bind to other machines needs one.
	Token string
	// Hosts are names besides those of the loopback that Host and Origin may have.
	Hosts []string
	// Log gets panics and unexpected errors by type; nil is slog's default.
	Log *slog.Logger
}

// Server is the control plane.
type Server struct {
	config  Config
	adapter httpjson.Adapter
	handler http.Handler
}

// Compile-time proof that every operation of the contract is served.
var _ control.ServerInterface = (*Server)(nil)

// New returns a control plane.
func New(c Config) *Server {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	s := &Server{config: c}
	s.adapter = httpjson.Adapter{Log: c.Log, Translate: translate}
	api := mux.NewRouter().SkipClean(true)
	api.NotFoundHandler = fixed(http.StatusNotFound, httpjson.CodeNotFound, "no such resource on the control plane")
	api.MethodNotAllowedHandler = methodNotAllowed(api)
	control.HandlerWithOptions(s, control.GorillaServerOptions{
		BaseRouter: api, ErrorHandlerFunc: s.misbound, Middlewares: []control.MiddlewareFunc{s.guardTexts, newValidator().middleware},
	})
	outer := mux.NewRouter().SkipClean(true)
	outer.MethodNotAllowedHandler = methodNotAllowed(outer)
	outer.NotFoundHandler = guardHosts(c.Hosts, guardToken(c.Token, api))
	outer.Handle("/livez", httpjson.Live()).Methods(http.MethodGet, http.MethodHead)
	outer.Handle("/readyz", httpjson.Ready(c.Ready)).Methods(http.MethodGet, http.MethodHead)
	outer.Handle("/metrics", guardHosts(c.Hosts, http.HandlerFunc(s.serveMetrics))).Methods(http.MethodGet, http.MethodHead)
	if c.Docs != nil {
		docs := guardHosts(c.Hosts, guardToken(c.Token, c.Docs))
		for _, prefix := range []string{"/docs", "/openapi/"} {
			outer.PathPrefix(prefix).Methods(http.MethodGet, http.MethodHead).Handler(docs)
		}
	}
	s.handler = httpjson.RecoverPanics(c.Log, httpjson.SecurityHeaders(marked(httpjson.PlainPaths(outer))))
	return s
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// marked says on every answer that all of this is simulated.
func marked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Countersign-Simulated", "true")
		next.ServeHTTP(w, r)
	})
}

// methodNotAllowed answers a method that a resource of the router does not have.
func methodNotAllowed(router *mux.Router) http.Handler {
	return httpjson.MethodNotAllowedBy(func(r *http.Request) bool {
		var match mux.RouteMatch
		return router.Match(r, &match) && match.MatchErr == nil
	})
}

// fixed is a handler that always answers the same problem.
func fixed(status int, code, detail string) http.Handler {
	return httpjson.HandlerFunc(func(http.ResponseWriter, *http.Request) error {
		return httpjson.NewProblem(status, code, detail)
	})
}

// misbound answers parameters that the generated router could not bind. Which one
// it was is known by its type; its text may quote the value.
func (s *Server) misbound(w http.ResponseWriter, r *http.Request, err error) {
	name := ""
	var required *control.RequiredParamError
	var format *control.InvalidParamFormatError
	var many *control.TooManyValuesForParamError
	switch {
	case errors.As(err, &required):
		name = required.ParamName
	case errors.As(err, &format):
		name = format.ParamName
	case errors.As(err, &many):
		name = many.ParamName
	}
	httpjson.WriteProblem(w, *httpjson.InvalidField(name, "wrong_type", "the parameter is missing or not of the wanted form"))
}

// translate turns errors of engine and rules into problems.
func translate(err error) (httpjson.Problem, bool) {
	if p, wrong := stateProblem(err); wrong {
		return *p, true
	}
	var rule *simulator.Problem
	var backwards *clock.BackwardsError
	switch {
	case errors.As(err, &rule):
		return *ruleProblem(rule), true
	case errors.Is(err, engine.ErrWorldNotFound):
		return *hint(httpjson.NewProblem(http.StatusNotFound, codeUnknownWorld, "no such world"), "GET /v1/worlds lists the worlds"), true
	case errors.Is(err, engine.ErrWorldExists):
		p := hint(httpjson.NewProblem(http.StatusConflict, codeConflict, "a world of that id exists"), "delete it, reset it, or choose another world_id")
		p.Field = "/world_id"
		return *p, true
	case errors.Is(err, engine.ErrWorldBroken):
		return *hint(httpjson.NewProblem(http.StatusInternalServerError, codeWorldBroken, "the world is broken: a step of it failed, and it takes nothing any more"),
			"other worlds go on; delete this one, or restart the program if it is durable, and report what led here"), true
	case errors.Is(err, engine.ErrSnapshotNotFound):
		return *hint(httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "no such snapshot"), "GET snapshots lists those of the world"), true
	case errors.Is(err, engine.ErrSnapshotExists):
		p := hint(httpjson.NewProblem(http.StatusConflict, codeConflict, "a snapshot of that id exists"), "delete it, or choose another snapshot_id")
		p.Field = "/snapshot_id"
		return *p, true
	case errors.Is(err, engine.ErrSnapshotRoom):
		return *hint(httpjson.NewProblem(http.StatusConflict, codeConflict, "no room for another snapshot"),
			"a world keeps 20 of at most 64 MiB each; delete one"), true
	case errors.Is(err, engine.ErrDurable):
		return *hint(httpjson.NewProblem(http.StatusConflict, codeConflict, "a durable world does not delete itself"), "fork it, and give the fork a time to live"), true
	case errors.Is(err, engine.ErrRealClock):
		return *unprocessable("", "this world runs on the real clock", "create the world with clock mode virtual"), true
	case errors.As(err, &backwards):
		return *unprocessable("/to", "the clock of a world never goes back", "GET the clock, then give a later instant"), true
	}
	return httpjson.Problem{}, false
}

// answer serves one operation: what it makes is written as JSON.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, status int, work func() (any, error)) {
	s.adapter.Handle(func(w http.ResponseWriter, _ *http.Request) error {
		made, err := work()
		if err != nil {
			return err
		}
		if status == http.StatusNoContent {
			w.WriteHeader(status)
			return nil
		}
		return httpjson.WriteJSON(w, status, made)
	}).ServeHTTP(w, r)
}

// read decodes a body strictly into a type of the contract; the document has been
// consulted already, what remains are double members.
func read[T any](r *http.Request) (T, error) {
	var to T
	body, err := httpjson.ReadBody(r, longestBody)
	if err != nil {
		return to, err
	}
	if len(body) == 0 {
		return to, nil // the document has judged whether it may be left out
	}
	return to, httpjson.DecodeStrict(body, &to)
}

// do carries a command out and makes a refusal an error.
func (s *Server) do(ctx context.Context, worldID string, command simulator.Command) error {
	out, err := s.config.Engine.Do(ctx, worldID, simulator.Input{Command: command})
	if err == nil && out.Problem != nil {
		err = out.Problem
	}
	return err
}
