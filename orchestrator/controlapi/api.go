package controlapi

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"countersign/contract/testclock"
	"countersign/internal/clock"
	"countersign/internal/httpjson"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// longestBody is the cap of a request in bytes: an instant is short.
const longestBody = 4 << 10

// Clocks is what the port asks of the engine.
type Clocks interface {
	ClockOf(ctx context.Context, merchantID string) (engine.ClockView, error)
	SetClock(ctx context.Context, merchantID string, to time.Time) (engine.ClockView, error)
	NextClock(ctx context.Context, merchantID string) (engine.ClockView, error)
}

// Compile-time proof that the engine is behind this port.
var _ Clocks = (*engine.Engine)(nil)

// Options are what the port stands on. Clocks and OperatorToken must be set.
type Options struct {
	Clocks        Clocks
	OperatorToken orchestrator.Secret
	Log           *slog.Logger // errors that nobody recognised; nil discards
}

// api carries the generated server interface.
type api struct {
	clocks  Clocks
	token   [sha256.Size]byte
	adapter httpjson.Adapter
}

var _ testclock.ServerInterface = (*api)(nil)

// New returns the handler of the control port.
func New(o Options) (http.Handler, error) {
	if o.Clocks == nil || o.OperatorToken.IsZero() {
		return nil, errors.New("controlapi: Clocks and OperatorToken must be set")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &api{
		clocks: o.Clocks, token: sha256.Sum256([]byte(o.OperatorToken.Reveal())),
		adapter: httpjson.Adapter{Translate: translate, Log: o.Log},
	}
	router := mux.NewRouter().SkipClean(true)
	router.Handle("/livez", httpjson.Live()).Methods(http.MethodGet)
	testclock.HandlerWithOptions(a, testclock.GorillaServerOptions{
		BaseRouter: router, Middlewares: []testclock.MiddlewareFunc{a.guard}, ErrorHandlerFunc: badParameter,
	})
	router.NotFoundHandler = httpjson.NotFound()
	router.MethodNotAllowedHandler = httpjson.MethodNotAllowed(http.MethodGet, http.MethodPost)
	return httpjson.SecurityHeaders(httpjson.RecoverPanics(o.Log, router)), nil
}

// guard asks for the operator token. Digests of one length are compared, so that neither content nor length shows in
// the time it takes.
func (a *api) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lines := r.Header.Values("Authorization")
		scheme, token, _ := strings.Cut(strings.Join(lines, "\n"), " ")
		given := sha256.Sum256([]byte(token))
		if subtle.ConstantTimeCompare(given[:], a.token[:]) != 1 || len(lines) != 1 || !strings.EqualFold(scheme, "Bearer") {
			w.Header().Set("WWW-Authenticate", `Bearer realm="countersign"`)
			httpjson.WriteProblem(w, *httpjson.NewProblem(http.StatusUnauthorized, "unauthorized",
				"send Authorization: Bearer with the operator token"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// badParameter answers what the generated code could not bind.
func badParameter(w http.ResponseWriter, _ *http.Request, _ error) {
	httpjson.WriteProblem(w, *httpjson.InvalidField("merchant_id", httpjson.WrongType, "the parameter is not of the wanted form"))
}

// GetMerchantClock answers a merchant's clock, and how busy the platform is for that merchant.
func (a *api) GetMerchantClock(w http.ResponseWriter, r *http.Request, merchantID testclock.MerchantID) {
	a.answer(w, r, func(ctx context.Context) (engine.ClockView, error) {
		if err := readNothing(r); err != nil {
			return engine.ClockView{}, err
		}
		return a.clocks.ClockOf(ctx, merchantID)
	})
}

// SetMerchantClock moves a merchant's test clock to an instant, or to the next due one. What comes due is begun even if
// the caller hangs up.
func (a *api) SetMerchantClock(w http.ResponseWriter, r *http.Request, merchantID testclock.MerchantID) {
	a.answer(w, r, func(ctx context.Context) (engine.ClockView, error) {
		var body testclock.ClockSet
		if err := httpjson.ReadJSON(r, longestBody, &body); err != nil {
			return engine.ClockView{}, err
		}
		switch {
		case body.To != nil && body.Next == nil:
			return a.clocks.SetClock(ctx, merchantID, body.To.UTC())
		case body.To == nil && body.Next != nil && *body.Next:
			return a.clocks.NextClock(ctx, merchantID)
		}
		return engine.ClockView{}, httpjson.InvalidField("", "one_of", `exactly one is wanted: "to" with an instant, or "next" with true`)
	})
}

// readNothing refuses a body where none belongs.
func readNothing(r *http.Request) error {
	body, err := httpjson.ReadBody(r, longestBody)
	if err == nil && len(body) > 0 {
		return httpjson.NewProblem(http.StatusBadRequest, httpjson.CodeInvalidRequest, "a GET carries no body")
	}
	return err
}

// answer runs one operation and writes the clock.
func (a *api) answer(w http.ResponseWriter, r *http.Request, operation func(context.Context) (engine.ClockView, error)) {
	a.adapter.Handle(func(w http.ResponseWriter, r *http.Request) error {
		view, err := operation(context.WithoutCancel(r.Context()))
		if err != nil {
			return err
		}
		return httpjson.WriteJSON(w, http.StatusOK, wire(view))
	}).ServeHTTP(w, r)
}

// wire is a clock on the wire.
func wire(v engine.ClockView) testclock.ClockState {
	state := testclock.ClockState{
		Now: v.Now.UTC(), Virtual: v.Virtual, Activity: v.Activity, Busy: v.Busy, OpenCalls: v.OpenCalls,
	}
	if !v.NextDue.IsZero() {
		due := v.NextDue.UTC()
		state.NextDue = &due
	}
	if v.Fired != nil {
		state.Fired = &v.Fired
	}
	return state
}

// statuses are those of the refusals that a clock can meet. Time that would go back is well formed and cannot be done: 422.
var statuses = map[orchestrator.Code]int{
	orchestrator.CodeInvalidRequest: http.StatusUnprocessableEntity,
	orchestrator.CodeNotFound:       http.StatusNotFound,
	orchestrator.CodeWrongState:     http.StatusConflict,
	orchestrator.CodeInProgress:     http.StatusConflict,
	orchestrator.CodeUnavailable:    http.StatusServiceUnavailable,
}

// translate turns refusals into problems.
func translate(err error) (httpjson.Problem, bool) {
	if errors.Is(err, clock.ErrBackwards) {
		p := httpjson.NewProblem(http.StatusUnprocessableEntity, httpjson.CodeInvalidRequest, "a clock cannot go back")
		p.Field = "/to"
		return *p, true
	}
	var refusal *orchestrator.Error
	if errors.As(err, &refusal) && statuses[refusal.Code] != 0 {
		p := httpjson.NewProblem(statuses[refusal.Code], string(refusal.Code), refusal.Detail)
		if refusal.Field != "" {
			p.Field = "/" + strings.TrimPrefix(refusal.Field, "/")
		}
		return *p, true
	}
	if errors.Is(err, orchestrator.ErrNotFound) {
		return *httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, ""), true
	}
	return httpjson.Problem{}, false
}
