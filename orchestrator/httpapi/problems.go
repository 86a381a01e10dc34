package httpapi

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"countersign/internal/httpjson"
	"countersign/orchestrator"
	"countersign/orchestrator/engine"
)

// Codes of this door, beyond those of the rules and of the kernel.
const (
	codeUnauthorized = "unauthorized"
	codeKeyMissing   = "idempotency_key_missing"
	codeKeyInvalid   = "idempotency_key_invalid"
	codeSignature    = "signature_invalid"
)

// answer is how one refusal code looks on the wire.
type answer struct {
	status int
	title  string
	hint   string // what to do next; "" = the title says it
}

// answers is the one table from refusals to problems (reliability 4.6). A test holds it against orchestrator.Codes.
var answers = map[orchestrator.Code]answer{
	orchestrator.CodeInvalidRequest:   {http.StatusBadRequest, "A member is missing or out of range.", "Look at the member that `field` names."},
	orchestrator.CodeNotFound:         {http.StatusNotFound, "There is no such thing.", ""},
	orchestrator.CodeKeyReused:        {http.StatusUnprocessableEntity, "This Idempotency-Key came with another request before.", "Take a new key for a new wish."},
	orchestrator.CodeKeyInProgress:    {http.StatusConflict, "The first request with this Idempotency-Key still runs.", "Send it again later, with the same key."},
	orchestrator.CodeOrderExists:      {http.StatusUnprocessableEntity, "This merchant order number is known with other content.", "Take a new merchant order number for a new purchase."},
	orchestrator.CodeInProgress:       {http.StatusConflict, "Another request is taking this very step.", "Read the resource to see how it ended."},
	orchestrator.CodeRouteChanged:     {http.StatusConflict, "The decision behind this page is stale; no code was used up.", "Read the resource, or land again."},
	orchestrator.CodeWrongState:       {http.StatusConflict, "The present state does not permit this step.", "Read the resource to see where it stands."},
	orchestrator.CodeElementsRequired: {http.StatusUnprocessableEntity, "The four elements are not kept, and this step needs them.", "Send `elements` along."},
	orchestrator.CodeElementsMismatch: {http.StatusUnprocessableEntity, "The elements are not those of this card.", ""},
	orchestrator.CodeCardUnsupported:  {http.StatusUnprocessableEntity, "No known bank issued this card number.", ""},
	orchestrator.CodeWrongCode:        {http.StatusUnprocessableEntity, "The code is wrong.", "Let the payer type the code of the newest SMS."},
	orchestrator.CodeCodeSuperseded:   {http.StatusConflict, "A newer SMS was sent; this code was not tried.", "Let the payer type the code of the newest SMS."},
	orchestrator.CodeCodeExpired:      {http.StatusGone, "The code has expired.", "Ask for a new code."},
	orchestrator.CodeLocked:           {http.StatusLocked, "Too many wrong codes.", "Ask for a new code, or begin anew."},
	orchestrator.CodeTooFrequent:      {http.StatusTooManyRequests, "Too soon, or too often.", "Wait as long as Retry-After says."},
	orchestrator.CodeUnavailable:      {http.StatusServiceUnavailable, "Nothing was stored or sent.", "Send it again, with the same key."},
}

// translate turns refusals of the rules into problems. Everything else is left to the kernel, whose 500 says nothing
// of the inside.
func translate(err error) (httpjson.Problem, bool) {
	if refusal, ok := errors.AsType[*orchestrator.Error](err); ok {
		return problemOf(refusal), true
	}
	if errors.Is(err, orchestrator.ErrNotFound) {
		return problemOf(orchestrator.Refuse(orchestrator.CodeNotFound, "")), true
	}
	return httpjson.Problem{}, false
}

// problemOf writes a refusal as a problem. The sentence of "not found" is always the same, so that an id of another
// merchant cannot be told from one that never was.
func problemOf(refusal *orchestrator.Error) httpjson.Problem {
	known, ok := answers[refusal.Code]
	if !ok {
		return *httpjson.NewProblem(http.StatusInternalServerError, httpjson.CodeInternal, "the request failed inside")
	}
	p := httpjson.NewProblem(known.status, string(refusal.Code), refusal.Detail)
	p.Title, p.Field = known.title, pointer(refusal.Field)
	if refusal.Code == orchestrator.CodeNotFound {
		p.Detail, p.Field = "", ""
	}
	if known.hint != "" {
		p = p.With("hint", known.hint)
	}
	if refusal.Code == orchestrator.CodeWrongCode && refusal.TriesLeft >= 0 {
		p = p.With("tries_left", refusal.TriesLeft)
	}
	if refusal.PaymentID != "" {
		p = p.With("payment_id", refusal.PaymentID)
	}
	if wait := retryAfter(refusal); wait > 0 {
		p = p.RetryAfter(wait)
	}
	return *p
}

// retryAfter is the wait in whole seconds, rounded up; the codes that promise a Retry-After always have one.
func retryAfter(refusal *orchestrator.Error) int {
	seconds := int((refusal.RetryAfter + time.Second - 1) / time.Second)
	switch refusal.Code {
	case orchestrator.CodeTooFrequent, orchestrator.CodeKeyInProgress, orchestrator.CodeInProgress, orchestrator.CodeUnavailable:
		return max(seconds, 1)
	}
	return max(seconds, 0)
}

// pointer is the JSON pointer of a member that the rules name by its words, with dots between.
func pointer(field string) string {
	if field == "" || field == engine.FieldKey || strings.HasPrefix(field, "/") {
		return field
	}
	return "/" + strings.ReplaceAll(field, ".", "/")
}
