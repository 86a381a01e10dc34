package httpapi

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/gorilla/mux"

	"countersign/contract/channel"
	"countersign/internal/httpjson"
	"countersign/simulator/engine"
)

// longestBody is the cap of a request's body, in bytes.
const longestBody = 64 << 10

// Config is what a protocol door is made of.
type Config struct {
	Engine *engine.Engine
	// Messaging serves /w/{world}/messaging/... on the same port; nil serves nothing.
	Messaging http.Handler
	// Metrics are counted into and served under /metrics; nil: of its own.
	Metrics *Metrics
	// Observer sees every answer on its way out; nil: nobody does.
	Observer Observer
	// Trace records spans; nil: nobody does.
	Trace *Tracer
	// Ready says whether /readyz answers 200; nil is always ready.
	Ready func(context.Context) error
	// Log gets panics and, at debug level, a line per exchange that holds ids only; nil
	// is slog's default.
	Log *slog.Logger
}

// Server is the protocol door of all channels of all worlds of an engine.
type Server struct {
	engine   *engine.Engine
	observer Observer
	trace    *Tracer
	log      *slog.Logger
	metrics  *Metrics
	ring     *keyRing
	signer   signer
	router   *mux.Router
	handler  http.Handler
}

// New returns a server.
func New(c Config) *Server {
	if c.Metrics == nil {
		c.Metrics = &Metrics{}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	s := &Server{engine: c.Engine, observer: c.Observer, trace: c.Trace, log: c.Log, metrics: c.Metrics, ring: &keyRing{}, signer: signer{ids: newJTISource()}}
	s.router = s.routes(c)
	s.handler = httpjson.RecoverPanics(c.Log, marked(httpjson.PlainPaths(http.HandlerFunc(s.dispatch))))
	return s
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// marked says on every answer that it is no real bank's.
func marked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()[simulatedName] = simulatedTrue
		next.ServeHTTP(w, r)
	})
}

// dispatch takes the two hot routes before the router sees them.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	if at, hot := hotPlace(r.Method, r.URL.Path); hot {
		s.serve(w, r, at)
		return
	}
	s.router.ServeHTTP(w, r)
}

// The two prefixes under which a channel is found: with the world, or by member
// number.
const (
	worldBase  = "/w/{world}/channels/{channel}"
	memberBase = "/channels/{channel}"
)

// routes builds the router: the generated one of the contract under both prefixes.
func (s *Server) routes(c Config) *mux.Router {
	router := mux.NewRouter().SkipClean(true)
	router.NotFoundHandler = httpjson.HandlerFunc(notFound)
	router.MethodNotAllowedHandler = httpjson.MethodNotAllowedBy(func(r *http.Request) bool {
		var match mux.RouteMatch
		return router.Match(r, &match) && match.MatchErr == nil
	})
	router.Handle("/livez", httpjson.Live()).Methods(http.MethodGet)
	router.Handle("/readyz", httpjson.Ready(c.Ready)).Methods(http.MethodGet)
	router.HandleFunc("/metrics", s.serveMetrics).Methods(http.MethodGet)
	if c.Messaging != nil {
		router.PathPrefix("/w/{world}/messaging/").Handler(c.Messaging)
	}
	for _, base := range []string{worldBase, memberBase} {
		channel.HandlerWithOptions(native{s}, channel.GorillaServerOptions{
			BaseURL: base, BaseRouter: router, ErrorHandlerFunc: s.serveMisbound,
		})
	}
	return router
}

// serveMetrics writes the counters.
func (s *Server) serveMetrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_ = s.metrics.WriteMetrics(w)
}

// notFound is the answer to a path that is no resource.
func notFound(http.ResponseWriter, *http.Request) error {
	return httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "no such resource on the protocol port")
}

// The header by which an answer says that it is no real bank's.
const simulatedName = "Countersign-Simulated"

// The header that names the seed of the world, so that what a log shows can be made to
// happen again.
const seedName = "Countersign-Seed"

// Values of headers that are always the same.
var (
	simulatedTrue = []string{"true"}
	jsonType      = []string{httpjson.ContentType}
	problemType   = []string{httpjson.ProblemType}
)
