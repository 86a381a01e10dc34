package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/gorilla/mux"

	"countersign/contract/platform"
	"countersign/internal/httpjson"
	"countersign/orchestrator"
)

// Options are what the door stands on. Engine, Verifier and OperatorToken must be set.
type Options struct {
	Engine        UseCases
	Verifier      NotificationVerifier
	OperatorToken orchestrator.Secret

	// Malformed says whether an error of Verifier means "authentic, but not a notification": 400 and not
	// 401. Nil: never.
	Malformed func(error) bool
	// Ready is asked by /readyz; nil is always ready.
	Ready func(context.Context) error
	// Load tells /metrics how many pieces of work run and how many calls wait for a peer; nil leaves both out.
	Load func() (busy, openCalls int)
	// Log gets refused notifications and errors that nobody recognised; nil discards.
	Log *slog.Logger
}

// api carries the generated server interface.
type api struct {
	options  Options
	operator tokenDigest
	router   *mux.Router
	document *validator
	meters   *meters
	adapter  httpjson.Adapter
}

// Compile-time proof that every operation of the document is served.
var _ platform.ServerInterface = (*api)(nil)

// errOptions says that a port is missing.
var errOptions = errors.New("httpapi: Engine, Verifier and OperatorToken must be set")

// New returns the handler of the platform's port. An error means wrong Options or a document that does not
// load.
func New(options Options) (http.Handler, error) {
	if options.Engine == nil || options.Verifier == nil || options.OperatorToken.IsZero() {
		return nil, errOptions
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	document, err := newValidator()
	if err != nil {
		return nil, err
	}
	a := &api{
		options: options, operator: digestOf(options.OperatorToken.Reveal()), document: document, meters: newMeters(),
		adapter: httpjson.Adapter{Translate: translate, Log: options.Log},
	}
	a.route()
	counted := a.meters.count(a.router)
	return httpjson.SecurityHeaders(httpjson.RecoverPanics(options.Log, counted)), nil
}

// route declares every route. Paths are not cleaned: a cleaned path would be answered with a redirect, and a
// signature covers the target as it was sent.
func (a *api) route() {
	a.router = mux.NewRouter().SkipClean(true)
	a.router.Handle("/livez", httpjson.Live()).Methods(http.MethodGet)
	a.router.Handle("/readyz", httpjson.Ready(a.options.Ready)).Methods(http.MethodGet)
	a.router.Handle("/metrics", a.metrics()).Methods(http.MethodGet)
	a.router.Handle("/notify/{merchant_id}/{channel_id}", a.adapter.Handle(a.notify)).Methods(http.MethodPost)
	platform.HandlerWithOptions(a, platform.GorillaServerOptions{BaseRouter: a.router, ErrorHandlerFunc: a.badParameter})
	a.router.Use(a.meters.name, a.guard)
	a.router.NotFoundHandler = httpjson.NotFound()
	a.router.MethodNotAllowedHandler = http.HandlerFunc(a.methodNotAllowed)
}

// methodNotAllowed answers 405 with the methods that the path does take (RFC 9110 section 15.5.6).
func (a *api) methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := *r
		other.Method = method
		var match mux.RouteMatch
		if a.router.Match(&other, &match) && match.MatchErr == nil {
			allowed = append(allowed, method)
		}
	}
	httpjson.MethodNotAllowed(allowed...).ServeHTTP(w, r)
}

// badParameter answers what the generated code could not bind. Its own error text may quote the value.
func (a *api) badParameter(w http.ResponseWriter, _ *http.Request, err error) {
	field := ""
	if format, ok := errors.AsType[*platform.InvalidParamFormatError](err); ok {
		field = format.ParamName
	}
	httpjson.WriteProblem(w, *httpjson.InvalidField(field, httpjson.WrongType, "the parameter is not of the wanted form"))
}
