package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// told is an answer of the control plane: as the contract's type, and as it came.
type told[T any] struct {
	value T
	raw   json.RawMessage
}

// ask sends a value and reads the contract's answer; nil sends none.
func ask[T any](ctx context.Context, p port, method, path string, send any) (told[T], error) {
	var got told[T]
	err := p.exchange(ctx, method, path, send, &got.raw)
	if err != nil {
		return got, err
	}
	if err := json.Unmarshal(got.raw, &got.value); err != nil {
		return got, refused(p.name+" gave an answer that is not of the contract", "is it a countersign of the same version?")
	}
	return got, nil
}

// read asks for a resource.
func read[T any](ctx context.Context, p port, path string) (told[T], error) {
	return ask[T](ctx, p, http.MethodGet, path, nil)
}

// raw carries bytes both ways, unchanged.
func (p port) raw(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	got, err := p.send(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	if !got.ok() {
		return nil, problemOf(p.name, got)
	}
	return got.body, nil
}

// remove deletes a resource and says so.
func (c *console) remove(ctx context.Context, at *instance, path, name, what string) error {
	if err := at.control().exchange(ctx, http.MethodDelete, path, nil, nil); err != nil {
		return err
	}
	return c.show(map[string]string{"deleted": name}, what)
}

// masked hides elements, keys and tokens in an answer unless --reveal was given: a terminal's log should not have them.
func (c *console) masked(raw json.RawMessage) json.RawMessage {
	if c.reveal {
		return raw
	}
	return personalMember.ReplaceAll(raw, []byte(`$1"***"`))
}

// value is what a pointer of the contract points to, or nothing.
func value[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}

// given is a pointer to what is not nothing.
func given[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

// counted says a number of things.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// showMasked prints a value as JSON, without elements, keys and tokens unless --reveal was given.
func (c *console) showMasked(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	return c.show(c.masked(text), "")
}
