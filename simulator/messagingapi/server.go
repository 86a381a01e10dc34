package messagingapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"countersign/contract/messaging"
	"countersign/internal/httpjson"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// longestBody is the cap of a request's body, in bytes.
const longestBody = 16 << 10

// codeUnauthorized is this door's code beyond those of the kernel and of the rules.
const codeUnauthorized = "unauthorized"

// Server serves the gateways of all worlds of an engine, under
// /w/{world}/messaging.
type Server struct {
	engine  *engine.Engine
	adapter httpjson.Adapter
	router  *mux.Router
}

// Compile-time proof that every operation of the contract is served.
var _ messaging.ServerInterface = (*Server)(nil)

// New returns a server. A nil log is slog's default; it gets types of unexpected
// errors, never a message.
func New(e *engine.Engine, log *slog.Logger) *Server {
	s := &Server{engine: e, adapter: httpjson.Adapter{Log: log}, router: mux.NewRouter().SkipClean(true)}
	s.router.NotFoundHandler = problem(http.StatusNotFound, httpjson.CodeNotFound, "no such resource at the gateways")
	s.router.MethodNotAllowedHandler = httpjson.MethodNotAllowedBy(func(r *http.Request) bool {
		var match mux.RouteMatch
		return s.router.Match(r, &match) && match.MatchErr == nil
	})
	messaging.HandlerWithOptions(s, messaging.GorillaServerOptions{
		BaseURL: "/w/{world}/messaging", BaseRouter: s.router,
	})
	return s
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Countersign-Simulated", "true")
	s.router.ServeHTTP(w, r)
}

// problem is a handler that always answers the same problem.
func problem(status int, code, detail string) http.Handler {
	return httpjson.HandlerFunc(func(http.ResponseWriter, *http.Request) error {
		return httpjson.NewProblem(status, code, detail)
	})
}

// SendSMS takes an SMS.
func (s *Server) SendSMS(w http.ResponseWriter, r *http.Request) {
	s.send(w, r, simulator.OpSendSMS, readSMS)
}

// SendWeChat takes a WeChat template message.
func (s *Server) SendWeChat(w http.ResponseWriter, r *http.Request) {
	s.send(w, r, simulator.OpSendWeChat, readWeChat)
}

// send is the way of both: world, token, body, handset.
func (s *Server) send(
	w http.ResponseWriter, r *http.Request, intended simulator.Operation, read func([]byte) (common, simulator.Command, error),
) {
	s.adapter.Handle(func(w http.ResponseWriter, r *http.Request) error {
		info, err := s.engine.World(mux.Vars(r)["world"])
		if err != nil {
			return httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "no such world")
		}
		w.Header()["Countersign-Seed"] = s.engine.SeedHeader(info.ID)
		message, out, err := s.take(r, info, read)
		if err != nil {
			s.note(r, info.ID, intended, err)
			return err
		}
		return s.reply(w, info.ID, message, &out)
	}).ServeHTTP(w, r)
}

// take checks a request and sends its message once.
func (s *Server) take(
	r *http.Request, info engine.WorldInfo, read func([]byte) (common, simulator.Command, error),
) (message common, out simulator.Outcome, err error) {
	if !bears(r, Token(info.ID, info.Seed)) {
		return message, out, httpjson.NewProblem(http.StatusUnauthorized, codeUnauthorized,
			"the gateways of this world ask for Authorization: Bearer with their token")
	}
	if r.URL.RawQuery != "" {
		return message, out, httpjson.NewProblem(http.StatusBadRequest, httpjson.CodeInvalidRequest, "the gateways take no query parameters")
	}
	if err = httpjson.RequireJSON(r); err != nil {
		return message, out, err
	}
	body, err := httpjson.ReadBody(r, longestBody)
	if err != nil {
		return message, out, err
	}
	message, command, err := read(body)
	if err != nil {
		return message, out, err
	}
	out, err = s.deliver(r, info.ID, command)
	return message, out, err
}

// deliver puts the message on the handset, unless the world got its number before.
func (s *Server) deliver(r *http.Request, worldID string, command simulator.Command) (simulator.Outcome, error) {
	out, err := s.engine.Do(r.Context(), worldID, simulator.Input{
		Command: command, Request: simulator.Request{Method: r.Method, Target: r.URL.Path, Signature: "none"},
	})
	switch {
	case errors.Is(err, engine.ErrWorldNotFound):
		return out, httpjson.NewProblem(http.StatusNotFound, httpjson.CodeNotFound, "no such world")
	case err != nil:
		return out, fmt.Errorf("deliver message: %w", err)
	case out.Problem != nil && out.Problem.Code == simulator.ProblemNumberReused:
		p := httpjson.NewProblem(http.StatusConflict, string(out.Problem.Code), out.Problem.Detail)
		p.Field = "/message_no"
		return out, p
	case out.Problem != nil:
		p := httpjson.NewProblem(http.StatusUnprocessableEntity, string(out.Problem.Code), out.Problem.Detail)
		p.Field = "/" + strings.ReplaceAll(out.Problem.Field, ".", "/")
		return out, p
	}
	return out, nil
}

// note leaves a journal row of a refused message: why, and nothing of it.
func (s *Server) note(r *http.Request, worldID string, intended simulator.Operation, cause error) {
	p := httpjson.ProblemOf(cause)
	body, err := httpjson.Encode(p)
	if err != nil {
		return
	}
	out, err := s.engine.Do(r.Context(), worldID, simulator.Input{
		Command: simulator.RefuseRequest{Problem: simulator.Problem{
			Code: simulator.ProblemCode(p.Code), Field: strings.ReplaceAll(strings.TrimPrefix(p.Field, "/"), "/", "."), Detail: p.Detail,
		}, Intended: intended},
		Request: simulator.Request{Method: r.Method, Target: r.URL.Path, Signature: "none"},
	})
	if err == nil {
		s.engine.Answered(worldID, out.Row, p.Status, body)
	}
}
