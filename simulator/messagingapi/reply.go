package messagingapi

import (
	"net/http"
	"strconv"
	"time"

	"countersign/contract/messaging"
	"countersign/internal/httpjson"
	"countersign/simulator"
	"countersign/simulator/wirefault"
)

// answer is what the gateway says of a message.
type answer struct {
	status int
	kind   string // media type
	body   []byte
	retry  int // seconds, 0 for none
}

// reply answers a message that the world has seen, as its faults want it: not at
// all, with another answer, or broken on the socket. An error means that nothing
// was answered yet.
func (s *Server) reply(w http.ResponseWriter, worldID string, message common, out *simulator.Outcome) error {
	fault := out.Reply
	if fault.Withheld {
		panic(http.ErrAbortHandler) // closes the connection without a byte
	}
	said, err := answerOf(message, fault.Answer)
	if err != nil {
		return err
	}
	s.engine.Answered(worldID, out.Row, said.status, said.body)
	header := w.Header()
	header.Set("Content-Type", said.kind)
	header.Set("Content-Length", strconv.Itoa(len(said.body)))
	if said.retry > 0 {
		header.Set("Retry-After", strconv.Itoa(said.retry))
	}
	if fault.Wire != (simulator.WireFault{}) {
		wirefault.Answer(w, s.engine, worldID, fault.Wire, said.status, said.body)
		return nil
	}
	w.WriteHeader(said.status)
	_, _ = w.Write(said.body) // a failed write means that nobody listens any more
	return nil
}

// answerOf is the truth, or what a fault has the gateway say instead.
func answerOf(message common, fault simulator.AnswerFault) (answer, error) {
	retry := int((fault.RetryAfter + time.Second - 1) / time.Second)
	switch fault.Message {
	case "":
		body, err := httpjson.Encode(messaging.Accepted{MessageNo: message.MessageNo})
		return answer{status: http.StatusAccepted, kind: httpjson.ContentType, body: body}, err
	case simulator.MessageBusy:
		return problemAnswer(statusOr(fault.Status, http.StatusServiceUnavailable), string(fault.Message),
			"the gateway is busy; whether the message was sent is not known", retry)
	case simulator.MessageRateLimit:
		return problemAnswer(statusOr(fault.Status, http.StatusTooManyRequests), string(simulator.ProblemTooFrequent),
			"too many messages in too short a time", retry)
	default: // a gateway before the gateway knows only its own page
		status := statusOr(fault.Status, http.StatusBadGateway)
		title := strconv.Itoa(status) + " " + http.StatusText(status)
		page := "<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>\n"
		return answer{status: status, kind: "text/html; charset=utf-8", body: []byte(page), retry: retry}, nil
	}
}

// problemAnswer is an answer that is a problem (RFC 9457).
func problemAnswer(status int, code, detail string, retry int) (answer, error) {
	problem := httpjson.NewProblem(status, code, detail)
	if retry > 0 {
		problem = problem.RetryAfter(retry)
	}
	body, err := httpjson.Encode(problem)
	return answer{status: status, kind: httpjson.ProblemType, body: body, retry: retry}, err
}

// statusOr is the status a rule wants, or the usual one.
func statusOr(wanted, usual int) int {
	if wanted == 0 {
		return usual
	}
	return wanted
}
