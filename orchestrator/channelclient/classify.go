package channelclient

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/contract/channel"
	"countersign/internal/mask"
	"countersign/orchestrator"
)

// Details of a reply that proves nothing, or that nothing was written. They are fixed words, so that
// nothing a channel says gets into a log by this road.
const (
	detailTimeout       = "timeout"
	detailRefused       = "connection refused"
	detailLost          = "connection lost"
	detailTooLate       = "too late to send"
	detailConfiguration = "configuration"
	detailTruncated     = "body truncated"
	detailTooLarge      = "body too large"
	detailEncoded       = "body encoded"
	detailSignature     = "signature: " // and the member that is wrong
	detailContentType   = "content type"
	detailMalformed     = "body malformed"
	detailOtherOrder    = "names another order"
	detailOtherAmount   = "names another amount"
	detailIncomplete    = "body incomplete"
	detailUnknownValue  = "unknown value"
)

// longestRetryAfter bounds what a channel can make us wait.
const longestRetryAfter = time.Hour

// codeForm is what a problem code looks like; final lists may hold any of this form.
var codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// answer is what came back, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// none is a reply without proof.
func none(trace orchestrator.WireTrace, detail string) orchestrator.Reply {
	return orchestrator.Reply{Proof: orchestrator.ProofNone, Detail: detail, Wire: trace}
}

// classify says what an answer proves (design 3.1). It is total: every answer is exactly one kind of
// proof, and without a valid signature for this very request it is ProofNone.
func (x exchange) classify(a answer) orchestrator.Reply {
	trace := traceOf(a)
	fault := x.authentic(a)
	if noEvidence(a.status) {
		reply := none(trace, "status "+strconv.Itoa(a.status))
		if fault == "" {
			x.explain(&reply, a)
		}
		return reply
	}
	if fault != "" {
		return none(trace, fault)
	}
	if a.status >= http.StatusBadRequest {
		return problemReply(trace, a)
	}
	return x.statusReply(trace, a)
}

// noEvidence lists the statuses that say nothing about our order, signed or not: an intermediary may
// have made them, or the channel does not know itself. 409 is the answer to a number used before: it
// is asked by query what became of it.
func noEvidence(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly,
		http.StatusTooManyRequests:
		return true
	}
	return status < http.StatusOK || (status >= http.StatusMultipleChoices && status < http.StatusBadRequest) ||
		status >= http.StatusInternalServerError
}

// authentic verifies the signature of the answer and that it was made for this request and this
// status; "" when it holds, else the detail: "signature: " and the member that is wrong.
func (x exchange) authentic(a answer) string {
	header, err := verify(x.access, a.header.Values(SignatureHeader), a.body)
	var wrong refusal
	switch {
	case errors.As(err, &wrong):
		return detailSignature + string(wrong)
	case err != nil:
		return detailSignature + "key"
	case header.Status != a.status:
		return detailSignature + "status"
	case header.ReqJTI != x.jti:
		return detailSignature + "req_jti"
	}
	return ""
}

// problemReply reads a signed 4xx: this copy was not accepted. Whether its code is final is the
// configured profile's matter.
func problemReply(trace orchestrator.WireTrace, a answer) orchestrator.Reply {
	problem, detail := readProblem(a)
	if detail != "" {
		return none(trace, detail)
	}
	return orchestrator.Reply{
		Proof: orchestrator.ProofProblem, Code: string(problem.Code), RetryAfter: retryAfter(problem, a.header), Wire: trace,
	}
}

// explain adds code and wait of a signed answer that is no evidence, as 429 too_frequent.
func (exchange) explain(reply *orchestrator.Reply, a answer) {
	if problem, detail := readProblem(a); detail == "" {
		reply.Code, reply.RetryAfter = string(problem.Code), retryAfter(problem, a.header)
	}
}

// readProblem decodes a problem document (RFC 9457); the second result is the detail of a failure.
func readProblem(a answer) (channel.Problem, string) {
	var problem channel.Problem
	if !hasType(a.header, "application/problem+json", "application/json") {
		return problem, detailContentType
	}
	if wellFormed(a.body) != nil || json.Unmarshal(a.body, &problem) != nil {
		return problem, detailMalformed
	}
	if !codeForm.MatchString(string(problem.Code)) || (problem.Status != 0 && problem.Status != a.status) {
		return problem, detailUnknownValue
	}
	return problem, ""
}

// retryAfter is the wait a signed problem asks for: its member first, the header else (RFC 9110
// section 10.2.3, seconds only).
func retryAfter(problem channel.Problem, header http.Header) time.Duration {
	seconds := 0
	if problem.RetryAfter != nil {
		seconds = *problem.RetryAfter
	} else if given, err := strconv.Atoi(header.Get("Retry-After")); err == nil {
		seconds = given
	}
	if seconds > int(longestRetryAfter/time.Second) {
		return longestRetryAfter
	}
	return time.Duration(max(seconds, 0)) * time.Second
}

// statusReply reads a signed 2xx: the status of our order, if it is ours that it names.
func (x exchange) statusReply(trace orchestrator.WireTrace, a answer) orchestrator.Reply {
	if !hasType(a.header, "application/json") {
		return none(trace, detailContentType)
	}
	if wellFormed(a.body) != nil {
		return none(trace, detailMalformed)
	}
	reply := orchestrator.Reply{Proof: orchestrator.ProofStatus, Wire: trace}
	if detail := x.report(a.body, &reply); detail != "" {
		return none(trace, detail)
	}
	return reply
}

// hasType says whether the answer declares one of the media types, in UTF-8.
func hasType(header http.Header, types ...string) bool {
	given := header.Values("Content-Type")
	if len(given) != 1 {
		return false
	}
	media, parameters, err := mime.ParseMediaType(given[0])
	if err != nil {
		return false
	}
	if charset, ok := parameters["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return false
	}
	return slices.Contains(types, media)
}

// traceOf is what may be stored of an answer.
func traceOf(a answer) orchestrator.WireTrace {
	return orchestrator.WireTrace{Status: a.status, Digest: digest(a.body), Masked: masked(a.body)}
}

// digest is the hex SHA-256 of a raw body.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// masked is a JSON body with secrets and personal members starred. Of anything else, such as a
// gateway's HTML or half a body, only the length is kept: no mask can be sure of it.
func masked(body []byte) []byte {
	if len(body) == 0 {
		return nil
	}
	if wellFormed(body) != nil {
		return []byte(`{"unreadable_bytes":` + strconv.Itoa(len(body)) + `}`)
	}
	return mask.JSON(body)
}
