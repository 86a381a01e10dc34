package httpjson

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// MaxBody is the cap for doors that have no reason for another, in bytes.
const MaxBody = 64 << 10

// ReadBody reads a request's body of at most limit bytes. A longer one is a
// *Problem 413 too_large, told from Content-Length before a byte is read where
// the sender gave one. A body that breaks off is a *Problem 400.
func ReadBody(r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	if r.Body == nil || r.ContentLength == 0 {
		return nil, nil
	}
	if r.ContentLength > 0 {
		body := make([]byte, r.ContentLength)
		if _, err := io.ReadFull(r.Body, body); err != nil {
			return nil, brokenBody(err, limit)
		}
		return body, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	switch {
	case err != nil:
		return nil, brokenBody(err, limit)
	case int64(len(body)) > limit:
		return nil, tooLarge(limit)
	}
	return body, nil
}

// tooLarge is the 413; it tells the limit, so that the caller need not search.
func tooLarge(limit int64) *Problem {
	return NewProblem(http.StatusRequestEntityTooLarge, CodeTooLarge,
		fmt.Sprintf("the body is longer than %d bytes", limit)).With("limit_bytes", limit)
}

// brokenBody tells a body that ended early from one that an outer
// http.MaxBytesReader cut.
func brokenBody(err error, limit int64) *Problem {
	if cut, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge(min(limit, cut.Limit))
	}
	return NewProblem(http.StatusBadRequest, CodeInvalidRequest, "the body could not be read to its end")
}

// RequireJSON checks the Content-Type of a request: application/json, with
// charset=utf-8 at most. Anything else is a *Problem 415 unsupported_media_type.
func RequireJSON(r *http.Request) error {
	given := r.Header.Get("Content-Type")
	if given == ContentType {
		return nil
	}
	media, parameters, err := mime.ParseMediaType(given)
	charset, present := parameters["charset"]
	switch {
	case err != nil || media != ContentType || len(r.Header.Values("Content-Type")) > 1:
	case len(parameters) == 0:
		return nil
	case len(parameters) == 1 && present && strings.EqualFold(charset, "utf-8"):
		return nil
	}
	return NewProblem(http.StatusUnsupportedMediaType, CodeUnsupportedMediaType,
		"send the body as Content-Type: application/json")
}

// ReadJSON is the usual start of a handler: RequireJSON, ReadBody and
// DecodeStrict into v. The error is one that ProblemOf understands.
func ReadJSON(r *http.Request, limit int64, v any) error {
	if err := RequireJSON(r); err != nil {
		return err
	}
	body, err := ReadBody(r, limit)
	if err != nil {
		return err
	}
	return DecodeStrict(body, v)
}
