package simtest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"countersign/contract/control"
	"countersign/internal/httpjson"
)

// reply is what the generated client makes of an answer.
type reply interface {
	StatusCode() int
	GetBody() []byte
}

// answer reads what the control plane said; anything but success ends the test with
// the problem in words.
func answer[T any](tb testing.TB, what string, r reply, err error) *T {
	tb.Helper()
	done(tb, what, r, err)
	if ok, is := r.(interface{ GetJSON200() *T }); is && ok.GetJSON200() != nil {
		return ok.GetJSON200()
	}
	if created, is := r.(interface{ GetJSON201() *T }); is && created.GetJSON201() != nil {
		return created.GetJSON201()
	}
	tb.Fatalf("simtest: %s: the answer is not what the contract says", what)
	return nil
}

// done reads an answer as it is.
func done(tb testing.TB, what string, r reply, err error) []byte {
	tb.Helper()
	if err != nil {
		tb.Fatalf("simtest: %s: %v", what, err)
	}
	if status := r.StatusCode(); status < http.StatusOK || status >= http.StatusMultipleChoices {
		tb.Fatalf("simtest: %s: %s", what, inWords(status, r.GetBody()))
	}
	return r.GetBody()
}

// inWords is a problem document in one line.
func inWords(status int, body []byte) string {
	var p control.Problem
	_ = json.Unmarshal(body, &p)
	parts := []string{strconv.Itoa(status) + " " + p.Code}
	for _, part := range []*string{p.Field, p.Detail, p.Hint} {
		if part != nil && *part != "" {
			parts = append(parts, *part)
		}
	}
	return strings.Join(parts, "; ")
}

// problemIn is the problem of an answer, for who knows more about its field.
func problemIn(r reply) error {
	var p control.Problem
	_ = json.Unmarshal(r.GetBody(), &p)
	problem := httpjson.NewProblem(r.StatusCode(), p.Code, or(p.Detail, "refused"))
	problem.Field = or(p.Field, "")
	return problem.With("hint", or(p.Hint, ""))
}

// or is a text, or another where there is none.
func or(text *string, otherwise string) string {
	if text == nil {
		return otherwise
	}
	return *text
}
