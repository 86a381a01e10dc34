package httpapi

import (
	"net/http"

	"countersign/internal/httpjson"
	"countersign/simulator"
)

// Problem codes that the door itself answers; the others come from the rules.
const (
	codeTooLarge         = "too_large"
	codeUnsupportedMedia = "unsupported_media_type"
	codeMethodNotAllowed = "method_not_allowed"
	codeInternal         = "internal"

	codeAgreementNotFound = "agreement_not_found"
	codeRefundNotFound    = "refund_not_found"
)

// refusal is a message that is not accepted: an RFC 9457 problem in the making.
// It never holds a value of the message.
type refusal struct {
	status  int
	code    string
	field   string // JSON pointer or header name
	detail  string
	hint    string
	retry   int // seconds, 0 for none
	finding *signatureFinding
}

// signatureFinding is the schema SignatureFinding.
type signatureFinding struct {
	Wrong      string         `json:"wrong"`
	Protected  map[string]any `json:"protected,omitempty"`
	BodyLength int            `json:"body_length"`
	BodySHA256 string         `json:"body_sha256"`
}

// problemBody is the schema Problem, in its order.
type problemBody struct {
	Type       string            `json:"type"`
	Title      string            `json:"title"`
	Status     int               `json:"status"`
	Detail     string            `json:"detail,omitempty"`
	Code       string            `json:"code"`
	Field      string            `json:"field,omitempty"`
	Hint       string            `json:"hint,omitempty"`
	RetryAfter int               `json:"retry_after,omitempty"`
	Signature  *signatureFinding `json:"signature,omitempty"`
}

// wrongMember is a member that is not as the contract says.
func wrongMember(field, detail string) *refusal {
	return &refusal{
		status: http.StatusBadRequest, code: string(simulator.ProblemInvalidRequest), field: field, detail: detail,
	}
}

// refused is a problem about the message as a whole.
func refused(status int, code, detail string) *refusal {
	return &refusal{status: status, code: code, detail: detail}
}

// body encodes the problem.
func (r *refusal) body() ([]byte, error) {
	return httpjson.Encode(problemBody{
		Type: "about:blank", Title: http.StatusText(r.status), Status: r.status, Detail: r.detail, Code: r.code,
		Field: r.field, Hint: r.hint, RetryAfter: r.retry, Signature: r.finding,
	})
}

// statusOf is the HTTP status of a protocol problem; the table is total, a test
// holds it to the rules' list.
func statusOf(code simulator.ProblemCode) int {
	switch code {
	case simulator.ProblemInvalidRequest:
		return http.StatusBadRequest
	case simulator.ProblemSignatureInvalid, simulator.ProblemReplayed, simulator.ProblemUnknownMember:
		return http.StatusUnauthorized
	case simulator.ProblemNotFound, simulator.ProblemOrderNotFound, simulator.ProblemSigningNotFound,
		simulator.ProblemBatchNotFound:
		return http.StatusNotFound
	case simulator.ProblemNumberReused:
		return http.StatusConflict
	case simulator.ProblemMaintenance, simulator.ProblemChannelRetired, simulator.ProblemRequestExpired,
		simulator.ProblemOrderClosed, simulator.ProblemCodeNotOffered, simulator.ProblemCloseNotOffered:
		return http.StatusUnprocessableEntity
	case simulator.ProblemTooFrequent:
		return http.StatusTooManyRequests
	case simulator.ProblemStatementNotReady:
		return http.StatusTooEarly
	case simulator.ProblemSystemBusy:
		return http.StatusServiceUnavailable
	case simulator.ProblemLocked:
		return http.StatusLocked
	}
	return http.StatusInternalServerError
}
