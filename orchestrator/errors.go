package orchestrator

import (
	"errors"
	"time"
)

// Code is the machine-readable name of a refusal, member `code` of the problem document (RFC 9457).
type Code string

// Codes of the platform's own refusals. The HTTP layer maps each one to a status.
const (
	CodeInvalidRequest   Code = "invalid_request"         // 400: a member is missing or out of range
	CodeNotFound         Code = "not_found"               // 404: unknown id, or one of another merchant
	CodeKeyReused        Code = "idempotency_key_reused"  // 422: same Idempotency-Key, other body
	CodeKeyInProgress    Code = "idempotency_in_progress" // 409: the first request with this key still runs
	CodeOrderExists      Code = "order_exists"            // 422: merchant order number known with other content
	CodeInProgress       Code = "in_progress"             // 409: another caller is taking this very step
	CodeRouteChanged     Code = "route_changed"           // 409: the decision is stale; no code was used up
	CodeWrongState       Code = "wrong_state"             // 409: the state does not permit this step
	CodeElementsRequired Code = "elements_required"       // 422: elements are not kept, and this step needs them
	CodeElementsMismatch Code = "elements_mismatch"       // 422: given elements are not those of the card
	CodeCardUnsupported  Code = "card_unsupported"        // 422: no known bank issued this number
	CodeWrongCode        Code = "wrong_code"              // 422: tries_left says how many remain
	CodeCodeSuperseded   Code = "code_superseded"         // 409: a newer SMS was sent; this code was not tried
	CodeCodeExpired      Code = "code_expired"            // 410: ask for a new code
	CodeLocked           Code = "locked"                  // 423: too many wrong codes
	CodeTooFrequent      Code = "too_frequent"            // 429: Retry-After says when
	CodeUnavailable      Code = "unavailable"             // 503: before anything was stored or sent
)

// Codes lists every refusal code, so that a mapping can be tested to be total.
func Codes() []Code {
	return []Code{
		CodeInvalidRequest,
		CodeNotFound,
		CodeKeyReused,
		CodeKeyInProgress,
		CodeOrderExists,
		CodeInProgress,
		CodeRouteChanged,
		CodeWrongState,
		CodeElementsRequired,
		CodeElementsMismatch,
		CodeCardUnsupported,
		CodeWrongCode,
		CodeCodeSuperseded,
		CodeCodeExpired,
		CodeLocked,
		CodeTooFrequent,
		CodeUnavailable,
	}
}

// Error is a refusal with a code. Detail is written for people and never holds card data, codes or
// channel names (T11).
type Error struct {
	Code       Code
	Field      string        // JSON name of the member at fault, if one is
	Detail     string        // one sentence
	TriesLeft  int           // with CodeWrongCode
	PaymentID  string        // the payment, where one exists already
	RetryAfter time.Duration // with CodeTooFrequent and the two codes of work in progress
}

// Error says the code and the sentence.
func (e *Error) Error() string {
	if e.Detail == "" {
		return string(e.Code)
	}
	return string(e.Code) + ": " + e.Detail
}

// Refuse makes an Error with a code and one sentence.
func Refuse(code Code, detail string) *Error { return &Error{Code: code, Detail: detail} }

// RefuseField is Refuse for one member of the request.
func RefuseField(field, detail string) *Error {
	return &Error{Code: CodeInvalidRequest, Field: field, Detail: detail}
}

// CodeOf is the code inside err, or "" when err is no refusal.
func CodeOf(err error) Code {
	if refusal, ok := errors.AsType[*Error](err); ok {
		return refusal.Code
	}
	return ""
}

// Errors a Store answers with; all may be wrapped.
var (
	ErrNotFound        = errors.New("no such row")
	ErrVersion         = errors.New("row was changed by somebody else")
	ErrDuplicateOrder  = errors.New("merchant order number is taken")
	ErrLiveAttempt     = errors.New("payment has a live attempt")
	ErrDuplicateCharge = errors.New("channel order number is taken")
	ErrOpenSigning     = errors.New("payer, card and channel have an open signing")
	ErrLiveAgreement   = errors.New("payer, card and channel have a live agreement")
	ErrDuplicateCard   = errors.New("payer has bound this card already")
	ErrDuplicateKey    = errors.New("idempotency key is taken")
	ErrDuplicateInbox  = errors.New("notification was received before")
	ErrDuplicateMember = errors.New("another merchant has this member number at the channel")
	ErrDuplicate       = errors.New("row exists")
	// ErrGone is answered by Webhooks when the receiver wants no more.
	ErrGone = errors.New("receiver is gone")
)
