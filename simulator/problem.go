package simulator

import "time"

// ProblemCode is the `code` member of a protocol problem (RFC 9457): the message
// was refused and this copy of it did nothing.
type ProblemCode string

// The protocol problems. Those a channel lists as final prove that this copy of
// a request had no effect and never will.
const (
	ProblemInvalidRequest   ProblemCode = "invalid_request"
	ProblemSignatureInvalid ProblemCode = "signature_invalid"
	ProblemReplayed         ProblemCode = "replayed"
	ProblemUnknownMember    ProblemCode = "unknown_member"
	ProblemNotFound         ProblemCode = "not_found"
	ProblemOrderNotFound    ProblemCode = "order_not_found"
	ProblemSigningNotFound  ProblemCode = "signing_not_found"
	ProblemNumberReused     ProblemCode = "number_reused"
	ProblemMaintenance      ProblemCode = "maintenance"
	ProblemChannelRetired   ProblemCode = "channel_retired"
	ProblemRequestExpired   ProblemCode = "request_expired"
	ProblemOrderClosed      ProblemCode = "order_closed"
	ProblemTooFrequent      ProblemCode = "too_frequent"
	ProblemLocked           ProblemCode = "locked"
	ProblemCodeNotOffered   ProblemCode = "code_not_offered"
	ProblemCloseNotOffered  ProblemCode = "close_not_offered"
	ProblemSystemBusy       ProblemCode = "system_busy" // said by a fault only
	ProblemBatchNotFound    ProblemCode = "batch_not_found"
	// ProblemStatementNotReady: the business day is not over, or its file is late.
	ProblemStatementNotReady ProblemCode = "statement_not_ready"
)

// Problem says why a message was not accepted. It never repeats a value of the
// message.
//
//nolint:errname // the word of RFC 9457
type Problem struct {
	Code ProblemCode `json:"code"`
	// Field is the member that is wrong, in wire spelling with dots
	// ("elements.card_number"); empty when it is the message as a whole.
	Field string `json:"field,omitempty"`
	// Detail is one English sentence for the developer at the other side.
	Detail string `json:"detail,omitempty"`
	// RetryAfter is how long to wait, for too_frequent and statement_not_ready; whole seconds.
	RetryAfter time.Duration `json:"retry_after,omitempty"`
	// Hint is what to do next; may be empty.
	Hint string `json:"hint,omitempty"`
}

// Error makes a problem usable as an error value at the edges.
func (p *Problem) Error() string {
	if p.Field != "" {
		return string(p.Code) + ": " + p.Field + ": " + p.Detail
	}
	return string(p.Code) + ": " + p.Detail
}

// refuse is a problem about the message as a whole.
func refuse(code ProblemCode, detail string) *Problem { return &Problem{Code: code, Detail: detail} }

// invalid is an invalid_request problem about one member.
func invalid(field, detail string) *Problem {
	return &Problem{Code: ProblemInvalidRequest, Field: field, Detail: detail}
}
