package steps

import (
	"fmt"
	"net/http"
	"strings"
)

// A control plane or platform that does not answer as asked ends a step with an error that tells what
// was refused and why.

// reply is what all answers of the generated clients have in common.
type reply interface {
	StatusCode() int
	GetBody() []byte
}

type replyOK[T any] interface {
	reply
	GetJSON200() *T
}

type replyCreated[T any] interface {
	reply
	GetJSON201() *T
}

// Fetched takes the content of a 200 answer of a generated client.
func Fetched[T any](r replyOK[T], err error) (*T, error) {
	if err != nil {
		return nil, fmt.Errorf("no answer: %w", err)
	}
	if v := r.GetJSON200(); v != nil {
		return v, nil
	}
	return nil, refusal(r)
}

// Created takes the content of a 201 answer of a generated client.
func Created[T any](r replyCreated[T], err error) (*T, error) {
	if err != nil {
		return nil, fmt.Errorf("no answer: %w", err)
	}
	if v := r.GetJSON201(); v != nil {
		return v, nil
	}
	return nil, refusal(r)
}

// Done checks an answer whose content does not matter.
func Done(r reply, err error) error {
	if err != nil {
		return fmt.Errorf("no answer: %w", err)
	}
	if r.StatusCode()/100 == 2 {
		return nil
	}
	return refusal(r)
}

// refusal words an answer that is no success.
func refusal(r reply) error {
	const most = 400
	body := r.GetBody()
	return fmt.Errorf("refused with %d %s: %s", r.StatusCode(), http.StatusText(r.StatusCode()),
		strings.TrimSpace(string(body[:min(len(body), most)])))
}
