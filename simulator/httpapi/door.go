package httpapi

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"countersign/internal/httpjson"
	"countersign/internal/mask"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// Verdicts for the journal; anything else is the member that is wrong.
const (
	verdictNone  = "none"  // the signature was not looked at
	verdictValid = "valid" // it holds
)

// visit is one request at the door and what has been found out about it.
type visit struct {
	place

	w http.ResponseWriter
	r *http.Request

	worldID string // "" until it is known
	query   url.Values
	body    []byte
	member  simulator.Member
	keys    *keyPair
	verdict string
	jti     string              // set once the signature holds
	wire    simulator.WireFault // what breaks the answer on the socket
	now     time.Time

	row     int64                   // of the journal, once there is one
	struck  []simulator.FaultStrike // the faults of the step
	spoilt  bool                    // a fault is at work on the answer itself
	status  int                     // what was answered, 0: nothing
	decided string                  // by the bank, for traces
	texted  []string                // what messages are about, for traces
}

// serve takes one request all the way.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, at place) {
	v := &visit{place: at, w: w, r: r, verdict: verdictNone}
	defer s.done(v, time.Now())
	bad := s.arrive(v)
	var command simulator.Command
	if bad == nil {
		command, bad = v.decode()
	}
	if bad != nil {
		s.refuse(v, bad)
		return
	}
	out, err := s.engine.Do(r.Context(), v.worldID, simulator.Input{Command: command, Request: v.known(journalledRequest(v.body))})
	if err != nil {
		s.fail(v, err)
		return
	}
	s.reply(v, &out)
}

// arrive finds body, member, world and key, and verifies the signature.
func (s *Server) arrive(v *visit) *refusal {
	if bad := v.read(); bad != nil {
		s.place(v)
		return bad
	}
	memberNo, found := v.memberNo()
	if !found {
		if bad := s.place(v); bad != nil {
			return bad
		}
		return wrongMember(v.memberField(), wantedMember)
	}
	worldID, member, err := s.engine.FindMember(memberNo)
	if err != nil || member.ChannelID != v.channel || v.world != "" && v.world != worldID {
		if bad := s.place(v); bad != nil {
			return bad
		}
		v.member.MemberNo = memberNo
		return &refusal{
			status: http.StatusUnauthorized, code: string(simulator.ProblemUnknownMember), field: v.memberField(),
			detail: "no such member at this channel",
		}
	}
	v.worldID, v.member = worldID, member
	return s.verify(v)
}

// verify looks at the signature; from then on answers are signed.
func (s *Server) verify(v *visit) *refusal {
	var err error
	if v.now, err = s.engine.Now(v.worldID); err != nil {
		return noWorld()
	}
	v.keys = s.ring.of(&v.member)
	found := verifySignature(v.r.Header[signatureHeader], v.body, expected{
		key: v.keys.request, old: v.keys.old, aud: v.channel, method: v.r.Method, target: v.r.RequestURI, now: v.now,
	})
	if found.wrong != "" {
		v.verdict = found.wrong
		return badSignature(&found, v.body)
	}
	v.verdict, v.jti = verdictValid, found.jti
	return nil
}

// place finds the world and channel of the path for a request whose member is not
// known. A world found by member number alone stays unknown then, and leaves no
// row anywhere.
func (s *Server) place(v *visit) *refusal {
	if v.world == "" {
		return nil
	}
	known := false
	err := s.engine.Read(v.world, func(w *simulator.World) { _, known = w.Channel(v.channel) })
	if err != nil {
		return noWorld()
	}
	v.worldID = v.world
	if !known {
		return refused(http.StatusNotFound, string(simulator.ProblemNotFound), "no such channel in this world")
	}
	return nil
}

// noWorld is the answer when no world of the path's name is there.
func noWorld() *refusal {
	return refused(http.StatusNotFound, string(simulator.ProblemNotFound), "no such world")
}

// read takes the body in, within the cap, and the query apart. A GET has none.
func (v *visit) read() *refusal {
	var err error
	if v.query, err = url.ParseQuery(v.r.URL.RawQuery); err != nil {
		return wrongMember("", "the query string cannot be read")
	}
	if v.op.body == nil {
		if v.r.ContentLength != 0 {
			return wrongMember("", "a GET carries no body")
		}
		return nil
	}
	if v.body, err = httpjson.ReadBody(v.r, cmp.Or(v.op.longest, longestBody)); err != nil {
		problem := httpjson.ProblemOf(err)
		return refused(problem.Status, problem.Code, problem.Detail)
	}
	return nil
}

// memberNo finds whose request it is: in the query of a GET, else in the body.
func (v *visit) memberNo() (string, bool) {
	if v.op.body == nil {
		no := v.query.Get(memberParameter)
		return no, validMemberNo(no)
	}
	return findMember(v.body)
}

// memberField names the place of the member number for problems.
func (v *visit) memberField() string {
	if v.op.body == nil {
		return memberParameter
	}
	return "/" + memberParameter
}

// decode reads the message, whose signature holds, into a command.
func (v *visit) decode() (simulator.Command, *refusal) {
	if v.op.body != nil {
		if err := httpjson.RequireJSON(v.r); err != nil {
			return nil, refused(http.StatusUnsupportedMediaType, codeUnsupportedMedia, "send the body as Content-Type: application/json")
		}
	}
	return v.op.decode(v.number, v.body, v.query)
}

// known is what the world is told of the message. The body is kept for the
// journal only when it has been understood: what is in a refused one nobody knows.
func (v *visit) known(body []byte) simulator.Request {
	return simulator.Request{
		ChannelID: v.channel, MemberNo: v.member.MemberNo, Method: v.r.Method, Target: v.r.RequestURI,
		JTI: v.jti, Signature: v.verdict, Body: body,
	}
}

// refuse answers a message that is not accepted and leaves a journal row that says
// why, wherever a world is known.
func (s *Server) refuse(v *visit, bad *refusal) {
	body, err := bad.body()
	if err != nil {
		s.fail(v, err)
		return
	}
	if v.worldID != "" {
		request := v.known(nil)
		request.Target = strings.SplitN(request.Target, "?", 2)[0]
		out, err := s.engine.Do(v.r.Context(), v.worldID, simulator.Input{
			Command: simulator.RefuseRequest{Problem: simulator.Problem{
				Code: simulator.ProblemCode(bad.code), Field: strings.ReplaceAll(strings.TrimPrefix(bad.field, "/"), "/", "."), Detail: bad.detail,
			}, Intended: v.op.op, Number: v.numberShown()},
			Request: request,
		})
		if err == nil {
			v.row = out.Row
			s.engine.Answered(v.worldID, out.Row, bad.status, body)
		}
	}
	s.send(v, bad.status, problemType, body, bad.retry)
}

// numberShown is the number that a refused message names, in its path or its body,
// "" where there is none or where it could be somebody's card.
func (v *visit) numberShown() string {
	number := v.number
	if name := v.op.bodyNumber(); number == "" && name != "" {
		number, _ = findText(v.body, name)
	}
	if !validNumber(number) || mask.Number(number) != number {
		return ""
	}
	return number
}

// reply answers a message that the world has seen, or gives no answer where a
// fault wants none.
func (s *Server) reply(v *visit, out *simulator.Outcome) {
	v.note(out)
	if s.trace != nil {
		v.decided, v.texted = decision(out), texts(out.Effects)
	}
	if out.Reply.Withheld {
		s.observe(v, 0, nil)
		outcome := outcomeWithheld
		if v.r.Context().Err() != nil {
			outcome = outcomeGone
		}
		s.metrics.add(operationIndex(v.op.op), outcome)
		panic(http.ErrAbortHandler) // closes the connection without a byte
	}
	if s.unheard(v, &out.Reply) {
		return
	}
	if out.Reply.Hold != nil { // time has gone by meanwhile
		if now, err := s.engine.Now(v.worldID); err == nil {
			v.now = now
		}
	}
	if out.Reply.Answer != (simulator.AnswerFault{}) {
		s.replyAtFault(v, out)
		return
	}
	status, kind, retry := http.StatusOK, kindOf(out), 0
	var body []byte
	var err error
	if out.Problem != nil {
		bad := v.problem(out.Problem)
		status, kind, retry = bad.status, problemType, bad.retry
		body, err = bad.body()
	} else {
		body, err = encodeOutcome(out)
	}
	if err != nil {
		s.fail(v, err)
		return
	}
	s.engine.Answered(v.worldID, out.Row, status, journalled(out, body))
	s.send(v, status, kind, body, retry)
}

// problem is the answer to a message that the rules refused.
func (v *visit) problem(p *simulator.Problem) *refusal {
	bad := &refusal{status: statusOf(p.Code), code: v.codeOf(p.Code), detail: p.Detail, hint: p.Hint}
	if p.Field != "" {
		bad.field = "/" + strings.ReplaceAll(p.Field, ".", "/")
	}
	if p.RetryAfter > 0 {
		bad.retry = int((p.RetryAfter + time.Second - 1) / time.Second)
	}
	if p.Code == simulator.ProblemReplayed {
		found := verdict{wrong: memberJTI}
		bad.finding = badSignature(&found, v.body).finding
		bad.hint = signatureHint(memberJTI)
	}
	return bad
}

// codeOf says more than not_found where the contract does, so that a missing
// agreement cannot be taken for a wrong address.
func (v *visit) codeOf(code simulator.ProblemCode) string {
	if code == simulator.ProblemNotFound {
		switch v.op.op {
		case simulator.OpAgreementQuery, simulator.OpAgreementTerminate:
			return codeAgreementNotFound
		case simulator.OpRefundQuery:
			return codeRefundNotFound
		default:
		}
	}
	return string(code)
}

// fail answers what went wrong inside: 500 without a word about it, 404 when the
// world was deleted meanwhile.
func (s *Server) fail(v *visit, err error) {
	bad := refused(http.StatusInternalServerError, codeInternal, "the request failed inside; query before you try again")
	if errors.Is(err, engine.ErrWorldNotFound) {
		bad = noWorld()
	}
	body, _ := bad.body() // texts and numbers: it cannot fail
	s.send(v, bad.status, problemType, body, 0)
}

// send writes the answer, signed when the request's signature holds.
func (s *Server) send(v *visit, status int, kind []string, body []byte, retry int) {
	header := v.w.Header()
	header["Content-Type"] = kind
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	if v.jti != "" {
		header[signatureHeader] = []string{s.signer.answer(v.keys.reply, v.member.MemberNo, v.jti, status, v.now, body)}
	}
	if retry > 0 {
		header["Retry-After"] = []string{strconv.Itoa(retry)}
	}
	s.metrics.add(operationIndex(v.op.op), outcomeIndex(status))
	s.write(v, status, body)
}
